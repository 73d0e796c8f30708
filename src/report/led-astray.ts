/** Where forged DNS answers lead: who stands at the address, and what it is told there. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { addressOf, connectionEnds } from './ladder/parties.ts';

export interface LedAstray {
  /** The name that was asked for. */
  readonly name: string;
  readonly address: string;
  /** Who answers there. */
  readonly host: string;
  /** What it was told: application data as it came out of TLS; of plain HTTP, the requests. */
  readonly told: readonly Told[];
}

interface Told {
  /** Nanoseconds. */
  readonly t: number;
  readonly text: string;
}

/** How an attacker's event says what she answered. */
export function forgery(name: string, address: string): string {
  return `answers that ${name} is ${address}`;
}

/** `forged`: what an attacker answered. Answers that came to nobody lead nowhere. */
export function ledAstray(events: readonly TraceEvent[], forged: ReadonlySet<string>): LedAstray[] {
  if (forged.size === 0) return [];
  const names = new Map<string, string>();
  const places = new Map<string, LedAstray & { readonly told: Told[] }>();
  const sealed = new Set<string>();
  for (const event of events) {
    if (event.type === 'dns.answer') {
      for (const address of event.addresses) {
        if (forged.has(forgery(event.name, address))) names.set(address, event.name);
      }
    }
    const connection = reaches(event);
    const address = connection && addressOf(connectionEnds(connection).server);
    const name = address && names.get(address);
    if (connection === undefined || address === undefined || name === undefined) continue;
    const place = places.get(address) ?? { name, address, host: event.actor, told: [] };
    // The other end's data is the answer.
    if (place.host !== event.actor) continue;
    places.set(address, place);
    if (event.type === 'tls.start') sealed.add(connection);
    const text = textOf(event, sealed.has(connection));
    if (text !== undefined) place.told.push({ t: event.t, text });
  }
  return [...places.values()];
}

/** The connection by which something comes to somebody; the server speaks of it first, with `tls.start`. */
function reaches(event: TraceEvent): string | undefined {
  switch (event.type) {
    case 'tls.start':
      return event.role === 'server' ? event.connection : undefined;
    case 'tls.data':
      return event.direction === 'received' ? event.connection : undefined;
    case 'http.request':
      return event.connection;
    default:
      return undefined;
  }
}

function textOf(event: TraceEvent, isSealed: boolean): string | undefined {
  if (event.type === 'tls.data') return new TextDecoder().decode(event.bytes);
  return event.type === 'http.request' && !isSealed ? `${event.method} ${event.path}` : undefined;
}
