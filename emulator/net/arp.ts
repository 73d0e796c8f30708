/** ARP (RFC 826) over Ethernet: the packet, and a table with what waits for an answer. */
import { concat } from '../world/bytes.ts';
import { type Nanoseconds, SECOND } from '../world/time.ts';
import type { World } from '../world/world.ts';
import {
  ANY_ADDRESS,
  BROADCAST_MAC,
  type Ipv4Address,
  ipv4At,
  ipv4Bytes,
  type MacAddress,
  macAt,
  macBytes,
} from './addresses.ts';
import { viewOf } from './bytes.ts';
import { EtherType, encodeFrame } from './ethernet.ts';

const PACKET_LENGTH = 28;
const OPERATION_REQUEST = 1;
const OPERATION_REPLY = 2;
/** Hardware type Ethernet, protocol type IPv4, address lengths 6 and 4. */
const PREFIX = Uint8Array.of(0, 1, 8, 0, 6, 4);
const UNKNOWN_MAC: MacAddress = '00:00:00:00:00:00';

/** lwIP: ARP_MAXAGE 300 s, ARP_MAXPENDING 5 requests a second apart, ARP_QUEUE_LEN 3 packets. */
const ENTRY_LIFETIME: Nanoseconds = 300 * SECOND;
/**
 * An entry that is in use is asked for again before it ends, its holder first and everybody in the end
 * (ARP_AGE_REREQUEST_USED_UNICAST and _BROADCAST), every other tick of etharp_tmr: packets never wait for it.
 */
const REFRESH_UNICAST: Nanoseconds = 30 * SECOND;
const REFRESH_BROADCAST: Nanoseconds = 15 * SECOND;
const REFRESH_INTERVAL: Nanoseconds = 2 * SECOND;
const REQUEST_INTERVAL: Nanoseconds = SECOND;
const REQUEST_LIMIT = 5;
const QUEUE_LIMIT = 3;

export interface ArpPacket {
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly senderAddress: Ipv4Address;
  readonly targetMac: MacAddress;
  readonly targetAddress: Ipv4Address;
}

export function encodeArp(packet: ArpPacket): Uint8Array {
  return concat(
    PREFIX,
    Uint8Array.of(0, packet.operation),
    macBytes(packet.senderMac),
    ipv4Bytes(packet.senderAddress),
    macBytes(packet.targetMac),
    ipv4Bytes(packet.targetAddress),
  );
}

/** Undefined for what is not ARP between Ethernet and IPv4. */
export function decodeArp(bytes: Uint8Array): ArpPacket | undefined {
  if (bytes.length < PACKET_LENGTH || PREFIX.some((byte, i) => bytes[i] !== byte)) return undefined;
  return {
    operation: viewOf(bytes).getUint16(6),
    senderMac: macAt(bytes, 8),
    senderAddress: ipv4At(bytes, 14),
    targetMac: macAt(bytes, 18),
    targetAddress: ipv4At(bytes, 24),
  };
}

/** The interface a table serves. */
export interface ArpInterface {
  readonly mac: MacAddress;
  readonly address: Ipv4Address | undefined;
  transmit(frame: Uint8Array): void;
}

interface Entry {
  readonly mac: MacAddress;
  readonly expires: Nanoseconds;
  /** When it may be asked for again. */
  refresh: Nanoseconds;
}

interface Pending {
  readonly packets: Uint8Array[];
  requests: number;
}

export class ArpTable {
  /** Called for each packet whose sender claims an address: DHCP looks here whether one is taken. */
  onClaim: ((address: Ipv4Address, mac: MacAddress) => void) | undefined;
  private readonly world: World;
  private readonly owner: ArpInterface;
  private readonly entries = new Map<Ipv4Address, Entry>();
  private readonly pending = new Map<Ipv4Address, Pending>();

  constructor(world: World, owner: ArpInterface) {
    this.world = world;
    this.owner = owner;
  }

  /** Sends an IPv4 packet to a neighbour, asking for its MAC address first when need be. */
  send(neighbour: Ipv4Address, packet: Uint8Array): void {
    const mac = this.lookup(neighbour);
    if (mac !== undefined) {
      this.sendTo(mac, packet);
      return;
    }
    const waiting = this.pending.get(neighbour);
    if (waiting !== undefined) {
      // A full queue loses its oldest packet, as lwIP's does.
      if (waiting.packets.length === QUEUE_LIMIT) waiting.packets.shift();
      waiting.packets.push(packet);
      return;
    }
    this.pending.set(neighbour, { packets: [packet], requests: 0 });
    this.ask(neighbour);
  }

  sendTo(mac: MacAddress, packet: Uint8Array): void {
    this.owner.transmit(
      encodeFrame({ destination: mac, source: this.owner.mac, etherType: EtherType.IPV4, payload: packet }),
    );
  }

  /** Enters what is known from elsewhere: a DHCP server knows its client's MAC before ARP can (RFC 2131 4.1). */
  learn(address: Ipv4Address, mac: MacAddress): void {
    const expires = this.world.now + ENTRY_LIFETIME;
    this.entries.set(address, { mac, expires, refresh: expires - REFRESH_UNICAST });
    const waiting = this.pending.get(address);
    this.pending.delete(address);
    for (const packet of waiting?.packets ?? []) this.sendTo(mac, packet);
  }

  /** Tells the neighbours who has this interface's address now (gratuitous ARP, RFC 5227 section 3). */
  announce(): void {
    const { address } = this.owner;
    if (address !== undefined) this.request(address, address);
  }

  /** Asks who has an address without claiming one (RFC 5227 2.1.1); an answer comes to `onClaim`. */
  probe(address: Ipv4Address): void {
    this.request(ANY_ADDRESS, address);
  }

  /** Forgets all; packets that wait are lost. */
  clear(): void {
    this.entries.clear();
    this.pending.clear();
  }

  /** RFC 826, "Packet Reception": learn from what concerns us, then answer a request for our address. */
  receive(bytes: Uint8Array): void {
    const packet = decodeArp(bytes);
    if (packet === undefined) return;
    const { senderAddress, senderMac, targetAddress } = packet;
    if (senderAddress !== ANY_ADDRESS) this.onClaim?.(senderAddress, senderMac);
    const forUs = targetAddress === this.owner.address;
    const known = this.entries.has(senderAddress) || this.pending.has(senderAddress);
    if (senderAddress !== ANY_ADDRESS && (forUs || known)) this.learn(senderAddress, senderMac);
    if (forUs && packet.operation === OPERATION_REQUEST) this.reply(packet);
  }

  private lookup(address: Ipv4Address): MacAddress | undefined {
    const entry = this.entries.get(address);
    if (entry === undefined) return undefined;
    if (entry.expires > this.world.now) {
      this.refresh(address, entry);
      return entry.mac;
    }
    this.entries.delete(address);
    return undefined;
  }

  private refresh(address: Ipv4Address, entry: Entry): void {
    const { now } = this.world;
    const own = this.owner.address;
    if (now < entry.refresh || own === undefined) return;
    entry.refresh = now + REFRESH_INTERVAL;
    this.request(own, address, now < entry.expires - REFRESH_BROADCAST ? entry.mac : BROADCAST_MAC);
  }

  private ask(address: Ipv4Address): void {
    const waiting = this.pending.get(address);
    if (waiting === undefined) return;
    if (waiting.requests === REQUEST_LIMIT) {
      this.pending.delete(address);
      return;
    }
    waiting.requests++;
    this.request(this.owner.address ?? ANY_ADDRESS, address);
    this.world.after(REQUEST_INTERVAL, () => {
      if (this.pending.get(address) === waiting) this.ask(address);
    });
  }

  private request(senderAddress: Ipv4Address, targetAddress: Ipv4Address, to = BROADCAST_MAC): void {
    this.transmit(to, {
      operation: OPERATION_REQUEST,
      senderMac: this.owner.mac,
      senderAddress,
      targetMac: UNKNOWN_MAC,
      targetAddress,
    });
  }

  private reply(request: ArpPacket): void {
    this.transmit(request.senderMac, {
      operation: OPERATION_REPLY,
      senderMac: this.owner.mac,
      senderAddress: request.targetAddress,
      targetMac: request.senderMac,
      targetAddress: request.senderAddress,
    });
  }

  private transmit(destination: MacAddress, packet: ArpPacket): void {
    this.owner.transmit(
      encodeFrame({
        destination,
        source: this.owner.mac,
        etherType: EtherType.ARP,
        payload: encodeArp(packet),
      }),
    );
  }
}
