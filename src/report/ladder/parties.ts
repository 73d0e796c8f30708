/** Who takes part: which actors are devices, and who stands at which end of each connection. */
import type { ConnectionId, TraceEvent } from '../../../emulator/world/trace-events.ts';
import { connectionIn } from '../connection-in.ts';
import type { Lane } from './model.ts';

export interface Parties {
  readonly client: string;
  readonly server: string;
}

export interface Cast {
  readonly lanes: readonly Lane[];
  readonly connections: ReadonlyMap<ConnectionId, Parties>;
  /** Whether the actor has a lane. */
  has(actor: string): boolean;
  isDevice(actor: string): boolean;
  /** The end whose clock dates what both ends saw: the one further left. */
  observer(connection: ConnectionId): string;
  /** The device that a service's event is about, by address; else the first device. */
  deviceAt(address: string): string | undefined;
}

/** States that only one end of a connection passes through (RFC 9293 section 3.3.2). */
const CLIENT_STATES = new Set(['SYN-SENT']);
const SERVER_STATES = new Set(['SYN-RECEIVED']);

export function tcpStateName(state: string): string {
  return state.toUpperCase().replaceAll('_', '-').replaceAll(' ', '-');
}

/** "192.0.2.7:49152>198.51.100.4:443" as its two ends. */
export function connectionEnds(connection: ConnectionId): { client: string; server: string } {
  const [client = '', server = ''] = connection.split('>');
  return { client, server };
}

export function addressOf(end: string): string {
  return end.slice(0, end.lastIndexOf(':'));
}

export function castOf(events: readonly TraceEvent[]): Cast {
  const boards = deviceBoards(events);
  const attackers = attackersOf(events);
  /** A client may pass through SYN-RECEIVED as well; nobody is both ends. */
  const diallers = new Set<string>();
  const addresses = new Map<string, string>();
  const actorsByAddress = new Map<string, string>();
  const learn = (actor: string, address: string) => {
    if (!addresses.has(actor)) addresses.set(actor, address);
    if (!actorsByAddress.has(address)) actorsByAddress.set(address, actor);
  };
  for (const event of events) {
    if (event.type === 'dhcp.lease' && boards.has(event.actor)) learn(event.actor, event.address);
    const role = roleIn(event);
    const connection = connectionOfAnEnd(event);
    // Who relays TCP does so under the addresses of both ends; an attacker dials under an address of her own.
    const owner = connection && actorsByAddress.get(addressOf(connectionEnds(connection).client));
    const dials = role === 'client' && (owner ?? event.actor) === event.actor;
    const relays = event.type === 'tcp.state' && attackers.has(event.actor) && !dials;
    const isDialler = event.type === 'tcp.state' && diallers.has(`${event.actor} ${connection}`);
    if (event.type === 'tcp.state' && role === 'client') diallers.add(`${event.actor} ${connection}`);
    if (role !== undefined && connection !== undefined && !relays && !isDialler) {
      learn(event.actor, addressOf(connectionEnds(connection)[role]));
    }
  }
  const connections = connectionsOf(events, actorsByAddress);
  const roles = { attackers, stopped: foundOut(events), keyUsers: keyUsers(events) };
  const lanes = lanesOf(boards, roles, connections, addresses);
  const [firstBoard] = boards.keys();
  const position = new Map(lanes.map((lane, index) => [lane.actor, index]));
  return {
    lanes,
    connections,
    has: (actor) => position.has(actor),
    isDevice: (actor) => boards.has(actor),
    observer(connection) {
      const { client, server } = connections.get(connection)!;
      return position.get(client)! <= position.get(server)! ? client : server;
    },
    deviceAt(address) {
      const actor = actorsByAddress.get(address);
      return actor !== undefined && boards.has(actor) ? actor : firstBoard;
    },
  };
}

/** Who stands at either end: who speaks there, else whose the address is, else the address. */
function connectionsOf(
  events: readonly TraceEvent[],
  actorsByAddress: ReadonlyMap<string, string>,
): Map<ConnectionId, Parties> {
  const speakers = speakersOf(events);
  const names = namesLookedUp(events);
  const connections = new Map<ConnectionId, Parties>();
  for (const event of events) {
    const connection = connectionOfAnEnd(event);
    if (connection === undefined || connections.has(connection)) continue;
    const ends = connectionEnds(connection);
    const who = (role: 'client' | 'server', other?: string) => {
      const key = `${role} ${connection}`;
      const address = addressOf(ends[role]);
      const owner = actorsByAddress.get(address);
      // Who has answered there in its owner's place may dial it, too.
      const known = owner === other ? (names.get(address) ?? owner) : owner;
      return speakers.get(key) ?? known ?? ends[role];
    };
    const client = who('client');
    connections.set(connection, { client, server: who('server', client) });
  }
  return connections;
}

/** By address: under which name it was found. */
function namesLookedUp(events: readonly TraceEvent[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'dns.answer') continue;
    for (const address of event.addresses) if (!names.has(address)) names.set(address, event.name);
  }
  return names;
}

/**
 * An address does not say who answers there: an attacker on the path does so under her victim's. She relays TCP
 * for both ends, so that TCP does not say it either, but what speaks TLS or HTTP is an end.
 */
function speakersOf(events: readonly TraceEvent[]): Map<string, string> {
  const speakers = new Map<string, string>();
  for (const event of events) {
    const role = event.type === 'tcp.state' ? undefined : roleIn(event);
    const connection = connectionOfAnEnd(event);
    if (role === undefined || connection === undefined) continue;
    const key = `${role} ${connection}`;
    if (!speakers.has(key)) speakers.set(key, event.actor);
  }
  return speakers;
}

/** The connection that an event is about, for those that are at an end of it. */
export function connectionOfAnEnd(event: TraceEvent): ConnectionId | undefined {
  return event.type.startsWith('attacker.') ? undefined : connectionIn(event);
}

function deviceBoards(events: readonly TraceEvent[]): Map<string, string> {
  const boards = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'device.boot') boards.set(event.actor, event.board);
    else if (event.type.startsWith('device.') && !boards.has(event.actor)) boards.set(event.actor, '');
  }
  return boards;
}

/** At which end of its connection an event shows its actor to stand. */
export function roleIn(event: TraceEvent): 'client' | 'server' | undefined {
  switch (event.type) {
    case 'tls.start':
    case 'tls.established':
    case 'tls.failed':
      return event.role;
    case 'tcp.state': {
      const state = tcpStateName(event.state);
      return CLIENT_STATES.has(state) ? 'client' : SERVER_STATES.has(state) ? 'server' : undefined;
    }
    case 'http.request':
    case 'http.response':
    case 'mqtt.connect':
    case 'mqtt.publish':
      return 'server';
    default:
      return undefined;
  }
}

/** Those who do something, and those who listen and come forward; whoever only listens stands nowhere in a picture. */
function attackersOf(events: readonly TraceEvent[]): Set<string> {
  const listening = new Set<string>();
  const attackers = new Set<string>();
  for (const { type, actor } of events) {
    if (type.startsWith('attacker.')) listening.add(actor);
    if (type === 'attacker.did' || (type === 'tcp.state' && listening.has(actor))) attackers.add(actor);
  }
  return attackers;
}

/** Who stands at an end of a connection, and was found out there, is no peer. */
function foundOut(events: readonly TraceEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.type === 'attacker.stopped' ? [event.actor] : [])));
}

/** Those who use keys, and those whose work they use. */
function keyUsers(events: readonly TraceEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'key.operation'
      ? [event.inputFrom, event.actor, event.otherFrom].filter((actor) => actor !== undefined)
      : [],
  );
}

interface Roles {
  readonly attackers: ReadonlySet<string>;
  readonly stopped: ReadonlySet<string>;
  readonly keyUsers: readonly string[];
}

function lanesOf(
  boards: ReadonlyMap<string, string>,
  { attackers, stopped, keyUsers }: Roles,
  connections: ReadonlyMap<ConnectionId, Parties>,
  addresses: ReadonlyMap<string, string>,
): Lane[] {
  const peers = new Set([...connections.values()].flatMap(({ client, server }) => [client, server]));
  const before = new Set([...boards.keys(), ...attackers, ...keyUsers]);
  const actors = [...before, ...[...peers].filter((actor) => !before.has(actor))];
  return actors.map((actor) => ({
    actor,
    subtitle: subtitle(actor, boards.get(actor), addresses.get(actor)),
    isDevice: boards.has(actor),
    isAttacker: attackers.has(actor) || stopped.has(actor),
  }));
}

/** An address that has no name stands above already. */
function subtitle(actor: string, board: string | undefined, address: string | undefined): string {
  return [board, address === actor ? undefined : address].filter(Boolean).join(' · ');
}
