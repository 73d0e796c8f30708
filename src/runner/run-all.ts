/**
 * Runs many scenarios on several threads and hands on the results in the order of the scenarios, whoever is done first.
 * A world blocks the thread it runs in, so each thread has one world at a time.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { TestResult } from './result.ts';
import { runOne, type TestOptions } from './run-one.ts';

export interface Schedule {
  readonly files: readonly string[];
  readonly workers: number;
  readonly options: TestOptions;
  /** Ends after so many failures; those that were not run are left out. 0: never. */
  readonly bail: number;
  onStart?(file: string): void;
  /** In the order of `files`. */
  onResult(result: TestResult): void;
}

export async function runAll(schedule: Schedule): Promise<TestResult[]> {
  const queue = new Queue(schedule);
  const threads = Math.min(schedule.workers, schedule.files.length);
  // One world at a time needs no thread, and starts sooner without.
  if (threads <= 1) await workHere(queue, schedule.options);
  else await Promise.all(Array.from({ length: threads }, () => workInThread(queue, schedule.options)));
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

async function workHere(queue: Queue, options: TestOptions): Promise<void> {
  for (let index = queue.take(); index !== undefined; index = queue.take()) {
    queue.finish(index, await runOne(queue.file(index), options));
  }
}

async function workInThread(queue: Queue, options: TestOptions): Promise<void> {
  const thread = new Worker(threadFile(), { workerData: options });
  try {
    for (let index = queue.take(); index !== undefined; index = queue.take()) {
      queue.finish(index, await ask(thread, queue.file(index)));
    }
  } finally {
    await thread.terminate();
  }
}

function ask(thread: Worker, file: string): Promise<TestResult> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', ({ result, defect }: { result?: TestResult; defect?: string }) => {
      thread.off('error', reject);
      if (result === undefined) reject(new Error(`${file}: ${defect}`));
      else resolve(result);
    });
    thread.postMessage(file);
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
