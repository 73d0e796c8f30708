import type { Nanoseconds } from '../../../emulator/world/time.ts';
import { formatDuration } from '../../report/format.ts';
import type { Stage, Step } from './step.ts';

/** Lets virtual time pass. */
export class Delay implements Step {
  private readonly duration: Nanoseconds;

  constructor(duration: Nanoseconds) {
    this.duration = duration;
  }

  begin({ world }: Stage, done: () => void): void {
    world.after(this.duration, done);
  }

  missed() {
    return { expected: `${formatDuration(this.duration)} to pass`, observed: 'the run had ended before' };
  }
}
