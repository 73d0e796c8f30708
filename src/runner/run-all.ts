/**
 * Runs many scenarios on several threads and hands on the results in the order of the scenarios, whoever is done first.
 * A world blocks the thread it runs in, so each thread has one world at a time.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { BoardProfile } from '../../emulator/device/boards/profile.ts';
import { deviceWorkers } from '../scenario/device-workers.ts';
import { type LoadedScenario, type SentScenario, toSend } from '../scenario/load.ts';
import type { TestResult } from './result.ts';
import { runOne, type TestOptions } from './run-one.ts';

/** What a thread is asked to run. Plain data. */
export interface Task {
  readonly scenario: SentScenario;
  readonly options: SentOptions;
}

export interface SentOptions extends Omit<TestOptions, 'run'> {
  readonly run: Omit<TestOptions['run'], 'board'>;
  readonly board?: BoardProfile;
}

export interface Schedule {
  readonly files: readonly string[];
  /** What each file says. */
  readonly loaded: ReadonlyMap<string, LoadedScenario>;
  readonly threads: Threads;
  readonly options: TestOptions;
  /** Ends after so many failures; those that were not run are left out. 0: never. */
  readonly bail: number;
  onStart?(file: string): void;
  /** In the order of `files`. */
  onResult(result: TestResult): void;
}

/** Started before there is anything to run: they get ready while the scenarios are read. */
export class Threads {
  private readonly threads: readonly Worker[];

  constructor(count: number) {
    // One world at a time needs no thread, and starts sooner without.
    if (count <= 1) deviceWorkers().start(1);
    const file = threadFile();
    this.threads = Array.from({ length: count <= 1 ? 0 : count }, () => new Worker(file));
    // Until there is something to do: a misuse of the command ends it.
    for (const thread of this.threads) thread.unref();
  }

  take(count: number): readonly Worker[] {
    return this.threads.slice(0, count);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }
}

export async function runAll(schedule: Schedule): Promise<TestResult[]> {
  const queue = new Queue(schedule);
  const threads = schedule.threads.take(schedule.files.length);
  try {
    if (threads.length === 0) await workHere(queue, schedule);
    else await Promise.all(threads.map((thread) => workInThread(queue, thread, schedule)));
  } finally {
    await schedule.threads.close();
  }
  return queue.delivered;
}

/** What is to be done, and what is done: given out and handed on in one order. */
class Queue {
  readonly delivered: TestResult[] = [];
  private readonly schedule: Schedule;
  private readonly done = new Map<number, TestResult>();
  private next = 0;
  private failures = 0;

  constructor(schedule: Schedule) {
    this.schedule = schedule;
  }

  take(): number | undefined {
    const { files, onStart } = this.schedule;
    if (this.isOver || this.next >= files.length) return undefined;
    onStart?.(files[this.next]!);
    return this.next++;
  }

  file(index: number): string {
    return this.schedule.files[index]!;
  }

  finish(index: number, result: TestResult): void {
    this.done.set(index, result);
    for (;;) {
      const ready = this.done.get(this.delivered.length);
      // What comes after the last failure that counts is left out, so that every run leaves out the same.
      if (ready === undefined || this.isOver) return;
      this.delivered.push(ready);
      if (!ready.passed) this.failures++;
      this.schedule.onResult(ready);
    }
  }

  private get isOver(): boolean {
    return this.schedule.bail > 0 && this.failures >= this.schedule.bail;
  }
}

async function workHere(queue: Queue, { options, loaded }: Schedule): Promise<void> {
  for (let index = queue.take(); index !== undefined; index = queue.take()) {
    queue.finish(index, await runOne(loaded.get(queue.file(index))!, options));
  }
}

async function workInThread(queue: Queue, thread: Worker, schedule: Schedule): Promise<void> {
  const options = toThread(schedule.options);
  thread.ref();
  for (let index = queue.take(); index !== undefined; index = queue.take()) {
    const file = queue.file(index);
    queue.finish(index, await ask(thread, { scenario: toSend(schedule.loaded.get(file)!), options }));
  }
}

/** A board holds functions, which cannot be sent; its profile makes the same one again. */
function toThread({ run: { board, ...run }, ...options }: TestOptions): SentOptions {
  return { ...options, run, ...(board && { board: board.profile }) };
}

function ask(thread: Worker, task: Task): Promise<TestResult> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', ({ result, defect }: { result?: TestResult; defect?: string }) => {
      thread.off('error', reject);
      if (result === undefined) reject(new Error(`${task.scenario.file}: ${defect}`));
      else resolve(result);
    });
    thread.postMessage(task);
  });
}

/** In dist/, wherever below it the bundler put this module. */
function threadFile(): string {
  const name = 'scenario-thread.js';
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, name))) {
    if (dirname(folder) === folder) throw new Error(`${name} is not built (npm run build)`);
    folder = dirname(folder);
  }
  return join(folder, name);
}
