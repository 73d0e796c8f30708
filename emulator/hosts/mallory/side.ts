/**
 * Mallory's place on the path: two stacks back to back, one on the link where her victim's clients come from,
 * one on a link that only the victim is left on. She answers for anybody she likes; what does not concern her
 * goes through as it would through a router.
 */
import type { NetInterface } from '../../net/interface.ts';
import { IpProtocol, type Ipv4Packet } from '../../net/ipv4.ts';
import { Ipv4Stack } from '../../net/stack.ts';
import { decodeTcp, type TcpSegment } from '../../net/tcp/segment.ts';
import type { World } from '../../world/world.ts';

export interface SideOptions {
  readonly name: string;
  /** Whose address is not hers to answer for: the one she talks to from here. */
  readonly isBeyond: (address: string) => boolean;
  /** Whether this TCP segment is taken by her. */
  readonly takes: (packet: Ipv4Packet, segment: TcpSegment) => boolean;
  /** Whether a packet is for herself, as to a router; by default none is. */
  readonly isToHer?: (packet: Ipv4Packet) => boolean;
}

export class Side extends Ipv4Stack {
  /** Where the packets go that she lets through. */
  other: Side | undefined;
  private readonly options: SideOptions;

  constructor(world: World, options: SideOptions) {
    super(world, { name: options.name, tcp: 'host' });
    this.options = options;
  }

  /** Sends on what the other side did not want. */
  pass(packet: Ipv4Packet): void {
    if (packet.ttl > 1) this.forward({ ...packet, ttl: packet.ttl - 1 });
  }

  protected override owns(address: string): boolean {
    return !this.options.isBeyond(address);
  }

  protected override loopsBack(): boolean {
    return false;
  }

  protected override deliver(packet: Ipv4Packet, arrival: NetInterface | undefined): void {
    if (this.isHers(packet)) super.deliver(packet, arrival);
    else this.other?.pass(packet);
  }

  private isHers(packet: Ipv4Packet): boolean {
    if (this.options.isToHer?.(packet)) return true;
    if (packet.protocol !== IpProtocol.TCP) return false;
    const segment = decodeTcp(packet);
    return segment !== undefined && this.options.takes(packet, segment);
  }
}
