import type { Stage, Step } from './step.ts';

/** Waits until a device has printed a text. Each text is looked for after the one that was found before. */
export class WaitSerial implements Step {
  private readonly device: string;
  private readonly text: string;

  constructor(device: string, text: string) {
    this.device = device;
    this.text = text;
  }

  begin({ output }: Stage, done: () => void): void {
    output.await(this.device, this.text, done);
  }

  missed({ output }: Stage) {
    return {
      expected: `${this.device} to print '${this.text}'`,
      observed: output.unread(this.device) || 'nothing more',
    };
  }
}
