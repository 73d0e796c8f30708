/** The devices' output as it comes, for steps that wait for a text. */
import type { Trace } from '../../../emulator/world/trace.ts';

export class Output {
  private readonly texts = new Map<string, string>();
  /** Up to where a text has been found: the next one is looked for after it. */
  private readonly read = new Map<string, number>();
  private readonly watchers = new Set<() => void>();

  constructor(trace: Trace) {
    trace.listen((event) => {
      if (event.type !== 'device.output') return;
      this.texts.set(event.actor, (this.texts.get(event.actor) ?? '') + event.text);
      for (const watcher of [...this.watchers]) watcher();
    });
  }

  /** Calls `done` when the device has printed `text` after what was found before: at once, or later. */
  await(device: string, text: string, done: () => void): void {
    const look = () => {
      if (!this.find(device, text)) return;
      this.watchers.delete(look);
      done();
    };
    this.watchers.add(look);
    look();
  }

  /** What the device has printed since the last text that was waited for and found. */
  unread(device: string): string {
    return (this.texts.get(device) ?? '').slice(this.read.get(device) ?? 0);
  }

  private find(device: string, text: string): boolean {
    const from = this.read.get(device) ?? 0;
    const at = (this.texts.get(device) ?? '').indexOf(text, from);
    if (at < 0) return false;
    this.read.set(device, at + text.length);
    return true;
  }
}
