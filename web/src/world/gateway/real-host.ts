import type { Endpoint } from '../../../../emulator/net/api.ts';
import type { Ipv4Packet } from '../../../../emulator/net/ipv4.ts';
import { BridgedHost, type BridgedHostOptions } from '../../../../src/gateway/bridged-host.ts';
import type { OutsideError } from '../../../../src/gateway/outside.ts';

/** A real host's address on the simulated internet. What may be reached there, the server says. */
export class RealHost extends BridgedHost {
  private readonly own: string;

  constructor(options: BridgedHostOptions, address: string) {
    super(options);
    this.own = address;
  }

  protected override isOutside(address: string): boolean {
    return address === this.own;
  }

  protected override forbids(_to: Endpoint): undefined {
    return undefined;
  }

  protected override connectionFailed(packet: Ipv4Packet, error: OutsideError): void {
    this.warn(error.message);
    super.connectionFailed(packet, error);
  }
}
