/** Who takes part: which actors are devices, and who stands at which end of each connection. */
import type { ConnectionId, TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { Lane } from './model.ts';

export interface Parties {
  readonly client: string;
  readonly server: string;
}

export interface Cast {
  readonly lanes: readonly Lane[];
  readonly connections: ReadonlyMap<ConnectionId, Parties>;
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

function addressOf(end: string): string {
  return end.slice(0, end.lastIndexOf(':'));
}

export function castOf(events: readonly TraceEvent[]): Cast {
  const boards = deviceBoards(events);
  const addresses = new Map<string, string>();
  const actorsByAddress = new Map<string, string>();
  const learn = (actor: string, address: string) => {
    if (!addresses.has(actor)) addresses.set(actor, address);
    if (!actorsByAddress.has(address)) actorsByAddress.set(address, actor);
  };
  for (const event of events) {
    if (event.type === 'dhcp.lease' && boards.has(event.actor)) learn(event.actor, event.address);
    const role = roleIn(event);
    if (role !== undefined && 'connection' in event) {
      learn(event.actor, addressOf(connectionEnds(event.connection)[role]));
    }
  }
  const connections = new Map<ConnectionId, Parties>();
  for (const event of events) {
    if (!('connection' in event) || connections.has(event.connection)) continue;
    const ends = connectionEnds(event.connection);
    // An end nobody in the trace speaks for (nothing listens there, or it is outside) is its address.
    connections.set(event.connection, {
      client: actorsByAddress.get(addressOf(ends.client)) ?? ends.client,
      server: actorsByAddress.get(addressOf(ends.server)) ?? ends.server,
    });
  }
  const lanes = lanesOf(boards, connections, addresses);
  const position = new Map(lanes.map((lane, index) => [lane.actor, index]));
  return {
    lanes,
    connections,
    isDevice: (actor) => boards.has(actor),
    observer(connection) {
      const { client, server } = connections.get(connection)!;
      return position.get(client)! <= position.get(server)! ? client : server;
    },
    deviceAt(address) {
      const actor = actorsByAddress.get(address);
      return actor !== undefined && boards.has(actor) ? actor : [...boards.keys()][0];
    },
  };
}

function deviceBoards(events: readonly TraceEvent[]): Map<string, string> {
  const boards = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'device.boot') boards.set(event.actor, event.board);
    else if (event.type.startsWith('device.') && !boards.has(event.actor)) boards.set(event.actor, '');
  }
  return boards;
}

function roleIn(event: TraceEvent): 'client' | 'server' | undefined {
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

function lanesOf(
  boards: ReadonlyMap<string, string>,
  connections: ReadonlyMap<ConnectionId, Parties>,
  addresses: ReadonlyMap<string, string>,
): Lane[] {
  const peers = new Set([...connections.values()].flatMap(({ client, server }) => [client, server]));
  const actors = [...boards.keys(), ...[...peers].filter((actor) => !boards.has(actor))];
  return actors.map((actor) => ({
    actor,
    subtitle: [boards.get(actor), addresses.get(actor)].filter(Boolean).join(' · '),
    isDevice: boards.has(actor),
  }));
}
