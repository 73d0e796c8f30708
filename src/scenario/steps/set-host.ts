import { macAt } from '../../../emulator/net/addresses.ts';
import { INTERNET_LINK } from '../addressing.ts';
import { InstantStep, type Stage } from './step.ts';

/** Pulls a host's cable, or plugs it in again. Its connections know nothing of it. */
export class SetHost extends InstantStep {
  private readonly host: string;
  private readonly up: boolean;

  constructor(host: string, up: boolean) {
    super();
    this.host = host;
    this.up = up;
  }

  protected apply({ unplugged, links, hosts }: Stage): void {
    unplugged.get(this.host)?.();
    unplugged.delete(this.host);
    if (this.up) return;
    const address = hosts.get(this.host)!;
    const plugIn = links
      .get(INTERNET_LINK)!
      .dropWhen(({ actor, bytes }) => actor === this.host || macAt(bytes, 0) === address);
    unplugged.set(this.host, plugIn);
  }
}
