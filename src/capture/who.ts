/** Who took part: which end of a connection is the client, and what to call the ends. */
import { clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { findExtension } from '../../emulator/tls/messages/extensions.ts';
import { decodeMessage } from '../../emulator/tls/messages/handshake.ts';
import type { Side } from './account.ts';
import type { Segment } from './segment.ts';

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const RECORD_HEADER = 5;

/** The end that began, by the first segment that shows it; else the one with the higher port. */
export function clientOf(segments: readonly Segment[]): string {
  for (const { from, to, syn, ack, payload } of segments) {
    if (syn) return ack ? to : from;
    if (payload[0] !== HANDSHAKE || payload[1] !== 3) continue;
    if (payload[RECORD_HEADER] === CLIENT_HELLO) return from;
    if (payload[RECORD_HEADER] === SERVER_HELLO) return to;
  }
  const { from, to } = segments[0]!;
  return portOf(from) >= portOf(to) ? from : to;
}

/** The name that a client asks for, where its whole hello is in one segment. */
export function serverNameIn({ payload }: Segment): string | undefined {
  if (payload[0] !== HANDSHAKE || payload[RECORD_HEADER] !== CLIENT_HELLO) return undefined;
  const length = ((payload[3] ?? 0) << 8) | (payload[4] ?? 0);
  const hello = decodeMessage(clientHello, payload.subarray(RECORD_HEADER, RECORD_HEADER + length)).message;
  return hello && findExtension(hello.extensions, 'server_name')?.hostName;
}

/** Names of addresses, the first source that has one counting: the file's own, DNS answers, the names asked for in hellos. */
export class Names {
  private readonly byAddress: Map<string, string>;

  constructor(given: ReadonlyMap<string, string>) {
    this.byAddress = new Map(given);
  }

  learn(address: string, name: string): void {
    if (name !== '' && !this.byAddress.has(address)) this.byAddress.set(address, name);
  }

  of(address: string): string {
    return this.byAddress.get(address) ?? address;
  }

  /** Both ends, told apart where they are one computer. */
  actors(clientEnd: string, serverEnd: string): Record<Side, string> {
    const client = this.of(addressOf(clientEnd));
    const server = this.of(addressOf(serverEnd));
    return client === server ? { client: `${client} (client)`, server } : { client, server };
  }
}

export function addressOf(end: string): string {
  return end.slice(0, end.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

function portOf(end: string): number {
  return Number(end.slice(end.lastIndexOf(':') + 1));
}
