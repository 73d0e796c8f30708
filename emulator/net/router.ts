import type { World } from '../world/world.ts';
import { isMulticast } from './addresses.ts';
import { IcmpType, Unreachable } from './icmp.ts';
import type { NetInterface } from './interface.ts';
import type { Ipv4Packet } from './ipv4.ts';
import { Ipv4Stack } from './stack.ts';

/**
 * Forwards between the links it stands on (RFC 1812, the part a small network needs): TTL, "net unreachable",
 * no broadcasts, no address translation. It fragments what may be
 * cut up, and tells the sender of what may not which MTU the way has. It is a host too: DHCP and DNS servers may run on it.
 */
export class Router extends Ipv4Stack {
  constructor(world: World, options: { name: string }) {
    super(world, { name: options.name, tcp: 'host' });
  }

  protected override notForUs(packet: Ipv4Packet, arrival: NetInterface): void {
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
    let narrowest = arrival.port.narrowing;
    const outcome = this.forward({ ...packet, ttl: packet.ttl - 1 }, (via) => {
      if (via.port.narrowing.mtu < narrowest.mtu) narrowest = via.port.narrowing;
      return narrowest.mtu;
    });
    const { DESTINATION_UNREACHABLE } = IcmpType;
    if (outcome === 'no-route') this.sendIcmpError(DESTINATION_UNREACHABLE, Unreachable.NET, packet);
    if (outcome !== 'too-long') return;
    if (narrowest.blackHole) this.swallowed(packet, narrowest.mtu);
    else this.sendIcmpError(DESTINATION_UNREACHABLE, Unreachable.FRAGMENTATION_NEEDED, packet, narrowest.mtu);
  }

  private swallowed(packet: Ipv4Packet, mtu: number): void {
    this.world.trace.append(this.name, {
      type: 'note',
      level: 'warning',
      text: `IPv4 packet to ${packet.destination} dropped without a word: longer than the path's MTU of ${mtu} bytes`,
    });
  }
}
