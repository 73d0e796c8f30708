/** Who has proved to be who on the connections of a run: the three modes of TLS, drawn, with what each protects. */
import type { ConnectionId, TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';

/** One pair of ends that came to an agreement, once for each mode. */
export interface ModeOfPair {
  readonly client: string;
  readonly server: string;
  readonly clientProved: boolean;
  readonly serverProved: boolean;
  /** By a key shared beforehand, instead of certificates. */
  readonly sharedKey: boolean;
}

type Established = TraceEventOf<'tls.established'>;

/** In the order in which they were established. */
export function modesOf(events: readonly TraceEvent[]): ModeOfPair[] {
  const ends = new Map<ConnectionId, { client?: Established; server?: Established }>();
  for (const event of events) {
    if (event.type !== 'tls.established') continue;
    ends.set(event.connection, { ...ends.get(event.connection), [event.role]: event });
  }
  const modes = [...ends.values()].flatMap(modeOf);
  return [...new Map(modes.map((mode) => [JSON.stringify(mode), mode])).values()];
}

/** None of a capture, in which it does not show who was satisfied with what. */
function modeOf({ client, server }: { client?: Established; server?: Established }): ModeOfPair[] {
  const clientProved = server?.peerAuthenticated;
  const serverProved = client?.peerAuthenticated;
  if (!client || !server || clientProved === undefined || serverProved === undefined) return [];
  const sharedKey = client.suite.includes('PSK');
  return [{ client: client.actor, server: server.actor, clientProved, serverProved, sharedKey }];
}

/** Each mode of the run once: its pairs as pictures, its name, and what it protects (+) and does not (−). */
export function describeModes(modes: readonly ModeOfPair[]): string[] {
  const byName = new Map<string, ModeOfPair[]>();
  for (const mode of modes) byName.set(nameOf(mode), [...(byName.get(nameOf(mode)) ?? []), mode]);
  return [...byName].flatMap(([name, pairs]) => [...pairs.map(picture), name, ...protection(pairs[0]!)]);
}

function picture({ client, server, clientProved, serverProved }: ModeOfPair): string {
  const mark = (proved: boolean) => (proved ? '✓' : '?');
  return `${client} ${mark(clientProved)}══ encrypted ══${mark(serverProved)} ${server}`;
}

function nameOf({ clientProved, serverProved, sharedKey }: ModeOfPair): string {
  if (sharedKey) return 'A shared key: each side has proved that it knows it.';
  if (clientProved && serverProved) return 'Mode 3: both have proved who they are.';
  if (serverProved) return 'Mode 2: the server has proved who it is, the client has not.';
  if (clientProved) return 'Mode 3 by half: the client has proved who it is, the server has not.';
  return 'Mode 1: nobody has proved who they are.';
}

function protection({ clientProved, serverProved, sharedKey }: ModeOfPair): string[] {
  const LISTENER = '+ who only listens reads nothing, and sees names, sizes and times';
  const ON_THE_PATH = '+ who stands in the way reads nothing, and changes nothing unnoticed';
  const IMPOSTOR = '− who answers in the place of the server reads and changes everything';
  const ANYBODY = '− anybody can call in the name of the client: only a password inside could tell';
  if (sharedKey) return [LISTENER, ON_THE_PATH, '− who has the key can pose as either side'];
  const caller = clientProved ? '+ nobody calls in the name of the client' : ANYBODY;
  const theft = '− who steals a key is whoever the key belongs to';
  return [LISTENER, serverProved ? ON_THE_PATH : IMPOSTOR, caller, ...(serverProved ? [theft] : [])];
}
