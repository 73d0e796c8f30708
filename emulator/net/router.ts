import type { World } from '../world/world.ts';
import { isMulticast } from './addresses.ts';
import { IcmpType, Unreachable } from './icmp.ts';
import type { NetInterface } from './interface.ts';
import type { Ipv4Packet } from './ipv4.ts';
import { Ipv4Stack } from './stack.ts';

/**
 * Forwards between the links it stands on (RFC 1812, the part a small network needs): TTL, "net unreachable",
 * no broadcasts, no address translation. It is a host too: DHCP and DNS servers may run on it.
 */
export class Router extends Ipv4Stack {
  constructor(world: World, options: { name: string }) {
    super(world, { name: options.name, tcp: 'host' });
  }

  protected override notForUs(packet: Ipv4Packet, _arrival: NetInterface): void {
    if (
      isMulticast(packet.destination) ||
      this.interfaces.some((each) => each.isBroadcast(packet.destination))
    ) {
      return;
    }
    if (packet.ttl <= 1) {
      this.sendIcmpError(IcmpType.TIME_EXCEEDED, 0, packet);
      return;
    }
    const routed = this.forward({ ...packet, ttl: packet.ttl - 1 });
    if (!routed) this.sendIcmpError(IcmpType.DESTINATION_UNREACHABLE, Unreachable.NET, packet);
  }
}
