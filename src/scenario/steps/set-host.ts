import { macAt } from '../../../emulator/net/addresses.ts';
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

  protected apply({ unplugged, hosts }: Stage): void {
    unplugged.get(this.host)?.();
    unplugged.delete(this.host);
    if (this.up) return;
    const { link, mac } = hosts.get(this.host)!;
    const plugIn = link.dropWhen(({ actor, bytes }) => actor === this.host || macAt(bytes, 0) === mac);
    unplugged.set(this.host, plugIn);
  }
}
