/**
 * Conducts a test over the devices' serial consoles, as MicroPython's tests/run-multitests.py does:
 *
 *     waiting for all prompts ──▶ starting instance 0, 1, … ──▶ all running ──▶ ended
 *                                 (each until NEXT or its end)
 *
 * A device speaks to it in lines of its output: SET while starting, for the globals of those that start later;
 * NEXT, SKIP; BROADCAST, which is typed to all others; WAIT_FOR_REBOOT; OUTPUT_METRIC. Other lines are output.
 */
import { MILLISECOND, type Nanoseconds, SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import type { ConsoleLine, Instance } from './instance.ts';
import multitest from './multitest.py';

/** A device that says nothing for so long has hung. */
const SILENCE: Nanoseconds = 10 * SECOND;

export interface ConductorOptions {
  readonly world: World;
  readonly instances: readonly Instance[];
  readonly source: string;
  /** Sees each line, with the milliseconds since the first program began. */
  readonly onLine?: ((milliseconds: number, instance: number, text: string) => void) | undefined;
}

export class Conductor {
  readonly metrics: string[] = [];
  skipped = false;
  private readonly options: ConductorOptions;
  private globals = '';
  private state: 'waiting' | 'starting' | 'running' | 'ended' = 'waiting';
  /** The instance that starts. */
  private current = 0;
  private began: Nanoseconds = 0;

  constructor(options: ConductorOptions) {
    this.options = options;
    const { instances } = options;
    let prompts = 0;
    for (const instance of instances) {
      instance.onPrompt = () => {
        prompts++;
        if (prompts === instances.length) this.begin();
      };
      instance.onHeard = () => this.readAll();
    }
  }

  get ended(): boolean {
    return this.state === 'ended';
  }

  /** The blocks that are compared. */
  get output(): string {
    return this.options.instances
      .map(({ output }, index) => `--- instance${index} ---\n${output.join('\n')}\n`)
      .join('');
  }

  private begin(): void {
    this.state = 'starting';
    this.began = this.options.world.now;
    this.start(0);
  }

  private start(index: number): void {
    this.current = index;
    const instance = this.options.instances[index]!;
    instance.start(this.program(`instance${index}`));
    this.watch(instance);
  }

  private program(entry: string): string {
    return `${this.options.source}\n${multitest}\n${this.globals}\n${entry}()\nmultitest.flush()\n`;
  }

  private readAll(): void {
    if (this.state === 'starting') this.readStarting();
    if (this.state === 'running') this.readRunning();
  }

  private readStarting(): void {
    const instance = this.options.instances[this.current]!;
    for (let line = instance.read(); line !== undefined; line = instance.read()) {
      this.noticed(instance, line);
      if (line.error) {
        instance.output.push(line.text);
        this.end();
      } else if (line.text.startsWith('SET ')) {
        this.globals += `${line.text.slice('SET '.length)}\n`;
      } else if (line.text === 'SKIP') {
        this.skipped = true;
        this.end();
      } else if (line.text === 'NEXT') {
        this.startNext();
      } else {
        instance.output.push(line.text);
      }
      // What follows is for the next state, or the next instance.
      if (line.error || line.text === 'SKIP' || line.text === 'NEXT') return;
    }
    if (instance.finished) this.startNext();
  }

  private startNext(): void {
    const { instances } = this.options;
    instances[this.current]!.silence?.cancel();
    if (this.current + 1 < instances.length) {
      this.start(this.current + 1);
      return;
    }
    this.state = 'running';
    for (const instance of instances) if (!instance.finished) this.watch(instance);
  }

  private readRunning(): void {
    for (const instance of this.options.instances) {
      for (let line = instance.read(); line !== undefined; line = instance.read()) {
        this.noticed(instance, line);
        this.obey(instance, line);
      }
      if (instance.finished) instance.silence?.cancel();
    }
    if (this.options.instances.every(({ finished }) => finished)) this.end();
  }

  private obey(instance: Instance, { text, error }: ConsoleLine): void {
    if (!error && text.startsWith('BROADCAST ')) {
      for (const other of this.options.instances) if (other !== instance) other.type(`${text}\r\n`);
      return;
    }
    if (!error && text.startsWith('OUTPUT_METRIC ')) {
      this.metrics.push(text.slice('OUTPUT_METRIC '.length));
      return;
    }
    if (!error && text.startsWith('WAIT_FOR_REBOOT ')) instance.resumeWith(this.program(text.split(' ')[1]!));
    instance.output.push(text);
    if (error) this.end();
  }

  private noticed(instance: Instance, { text }: ConsoleLine): void {
    this.watch(instance);
    const { world, instances, onLine } = this.options;
    onLine?.(Math.round((world.now - this.began) / MILLISECOND), instances.indexOf(instance), text);
  }

  private watch(instance: Instance): void {
    instance.silence?.cancel();
    instance.silence = this.options.world.after(SILENCE, () => {
      instance.output.push('TIMEOUT');
      this.end();
    });
  }

  private end(): void {
    this.state = 'ended';
    for (const { silence } of this.options.instances) silence?.cancel();
  }
}
