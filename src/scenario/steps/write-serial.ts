import { InstantStep, type Stage } from './step.ts';

const utf8 = new TextEncoder();

/** Types on a device's serial console. A line end is the key Enter, "\x03" is Ctrl-C. */
export class WriteSerial extends InstantStep {
  private readonly device: string;
  private readonly text: string;

  constructor(device: string, text: string) {
    super();
    this.device = device;
    this.text = text;
  }

  protected apply({ devices }: Stage): void {
    devices.get(this.device)!.console.write(utf8.encode(this.text.replace(/\r?\n/g, '\r')));
  }
}
