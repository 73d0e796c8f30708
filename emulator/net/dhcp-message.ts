/** DHCP messages (RFC 2131 section 2, options of RFC 2132). */
import { concat } from '../world/bytes.ts';
import {
  ANY_ADDRESS,
  type Ipv4Address,
  ipv4At,
  ipv4Bytes,
  type MacAddress,
  macAt,
  macBytes,
} from './addresses.ts';
import { viewOf } from './bytes.ts';

export const DHCP_SERVER_PORT = 67;
export const DHCP_CLIENT_PORT = 68;

export const DhcpType = {
  DISCOVER: 1,
  OFFER: 2,
  REQUEST: 3,
  DECLINE: 4,
  ACK: 5,
  NAK: 6,
  RELEASE: 7,
} as const;

const Option = {
  PAD: 0,
  SUBNET_MASK: 1,
  ROUTER: 3,
  DNS_SERVERS: 6,
  HOST_NAME: 12,
  REQUESTED_ADDRESS: 50,
  LEASE_TIME: 51,
  MESSAGE_TYPE: 53,
  SERVER_ID: 54,
  PARAMETER_LIST: 55,
  END: 255,
} as const;

const FIXED_LENGTH = 236;
const MAGIC_COOKIE = Uint8Array.of(99, 130, 83, 99);
/** BOOTP's size: some servers drop shorter messages (RFC 1542 2.1). */
const MIN_LENGTH = 300;
const OP_REQUEST = 1;
const OP_REPLY = 2;
const FLAG_BROADCAST = 0x8000;

export interface DhcpMessage {
  readonly type: number;
  /** `xid` */
  readonly transaction: number;
  readonly fromServer: boolean;
  /** Seconds since the client began. */
  readonly seconds?: number;
  /** The client cannot receive unicast before it is configured. */
  readonly broadcast?: boolean;
  /** `ciaddr`: the address that the client has and uses. */
  readonly clientAddress?: Ipv4Address;
  /** `yiaddr`: the address that the client gets. */
  readonly yourAddress?: Ipv4Address;
  /** `chaddr` */
  readonly clientMac: MacAddress;
  readonly requestedAddress?: Ipv4Address;
  readonly serverId?: Ipv4Address;
  readonly subnetMask?: Ipv4Address;
  readonly router?: Ipv4Address;
  readonly dnsServers?: readonly Ipv4Address[];
  readonly leaseSeconds?: number;
  readonly hostName?: string;
}

export function encodeDhcp(message: DhcpMessage): Uint8Array {
  const fixed = new Uint8Array(FIXED_LENGTH);
  const view = viewOf(fixed);
  fixed[0] = message.fromServer ? OP_REPLY : OP_REQUEST;
  fixed[1] = 1; // hardware type: Ethernet
  fixed[2] = 6; // its address length
  view.setUint32(4, message.transaction);
  view.setUint16(8, message.seconds ?? 0);
  view.setUint16(10, message.broadcast ? FLAG_BROADCAST : 0);
  fixed.set(ipv4Bytes(message.clientAddress ?? ANY_ADDRESS), 12);
  fixed.set(ipv4Bytes(message.yourAddress ?? ANY_ADDRESS), 16);
  fixed.set(macBytes(message.clientMac), 28);
  const bytes = concat(fixed, MAGIC_COOKIE, ...encodeOptions(message), Uint8Array.of(Option.END));
  return concat(bytes, new Uint8Array(Math.max(0, MIN_LENGTH - bytes.length)));
}

/** Undefined for what is not a DHCP message over Ethernet. */
export function decodeDhcp(bytes: Uint8Array): DhcpMessage | undefined {
  if (bytes.length < FIXED_LENGTH + MAGIC_COOKIE.length || bytes[1] !== 1 || bytes[2] !== 6) return undefined;
  if (MAGIC_COOKIE.some((byte, i) => bytes[FIXED_LENGTH + i] !== byte)) return undefined;
  const options = decodeOptions(bytes.subarray(FIXED_LENGTH + MAGIC_COOKIE.length));
  const type = options.get(Option.MESSAGE_TYPE)?.[0];
  if (type === undefined) return undefined;
  const view = viewOf(bytes);
  return {
    type,
    transaction: view.getUint32(4),
    fromServer: bytes[0] === OP_REPLY,
    seconds: view.getUint16(8),
    broadcast: (view.getUint16(10) & FLAG_BROADCAST) !== 0,
    ...optional('clientAddress', known(ipv4At(bytes, 12))),
    ...optional('yourAddress', known(ipv4At(bytes, 16))),
    clientMac: macAt(bytes, 28),
    ...optional('requestedAddress', addresses(options.get(Option.REQUESTED_ADDRESS))[0]),
    ...optional('serverId', addresses(options.get(Option.SERVER_ID))[0]),
    ...optional('subnetMask', addresses(options.get(Option.SUBNET_MASK))[0]),
    ...optional('router', addresses(options.get(Option.ROUTER))[0]),
    dnsServers: addresses(options.get(Option.DNS_SERVERS)),
    ...optional('leaseSeconds', seconds(options.get(Option.LEASE_TIME))),
    ...optional('hostName', text(options.get(Option.HOST_NAME))),
  };
}

function encodeOptions(message: DhcpMessage): Uint8Array[] {
  const lease = new Uint8Array(4);
  viewOf(lease).setUint32(0, message.leaseSeconds ?? 0);
  const wanted = [Option.SUBNET_MASK, Option.ROUTER, Option.DNS_SERVERS, Option.LEASE_TIME];
  const asks = message.type === DhcpType.DISCOVER || message.type === DhcpType.REQUEST;
  const values: [number, Uint8Array | undefined][] = [
    [Option.MESSAGE_TYPE, Uint8Array.of(message.type)],
    [Option.SERVER_ID, message.serverId === undefined ? undefined : ipv4Bytes(message.serverId)],
    [
      Option.REQUESTED_ADDRESS,
      message.requestedAddress === undefined ? undefined : ipv4Bytes(message.requestedAddress),
    ],
    [Option.LEASE_TIME, message.leaseSeconds === undefined ? undefined : lease],
    [Option.SUBNET_MASK, message.subnetMask === undefined ? undefined : ipv4Bytes(message.subnetMask)],
    [Option.ROUTER, message.router === undefined ? undefined : ipv4Bytes(message.router)],
    [
      Option.DNS_SERVERS,
      message.dnsServers?.length ? concat(...message.dnsServers.map(ipv4Bytes)) : undefined,
    ],
    [
      Option.HOST_NAME,
      message.hostName === undefined ? undefined : new TextEncoder().encode(message.hostName),
    ],
    [Option.PARAMETER_LIST, asks ? Uint8Array.from(wanted) : undefined],
  ];
  return values.flatMap(([code, value]) =>
    value === undefined ? [] : [Uint8Array.of(code, value.length), value],
  );
}

/** Stops at an option that does not fit; what was read counts. */
function decodeOptions(bytes: Uint8Array): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  let at = 0;
  while (at < bytes.length && bytes[at] !== Option.END) {
    if (bytes[at] === Option.PAD) {
      at++;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (at + 2 + length > bytes.length) break;
    options.set(bytes[at]!, bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

function known(address: Ipv4Address): Ipv4Address | undefined {
  return address === ANY_ADDRESS ? undefined : address;
}

function addresses(bytes: Uint8Array = new Uint8Array(0)): Ipv4Address[] {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => ipv4At(bytes, 4 * i));
}

function seconds(bytes: Uint8Array | undefined): number | undefined {
  return bytes?.length === 4 ? viewOf(bytes).getUint32(0) : undefined;
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}
