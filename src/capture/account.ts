/** The trace that is made of a capture: what passed a wire, told as both ends would have told it. */
import type { Nanoseconds } from '../../emulator/world/time.ts';
import type {
  ConnectionId,
  Direction,
  TraceEvent,
  TraceEventBody,
} from '../../emulator/world/trace-events.ts';

export type Side = 'client' | 'server';

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/** All events so far; `now` is the time of the packet that is being looked at. */
export class Account {
  now: Nanoseconds = 0;
  readonly events: TraceEvent[] = [];

  add(actor: string, body: TraceEventBody): TraceEvent {
    const event = { t: this.now, actor, ...body } as TraceEvent;
    this.events.push(event);
    return event;
  }

  remove(event: TraceEvent): void {
    const index = this.events.lastIndexOf(event);
    if (index >= 0) this.events.splice(index, 1);
  }
}

type WithConnection = Extract<TraceEventBody, { connection: ConnectionId }>;
type WithDirection = Extract<WithConnection, { direction: Direction }>;
type Without<E, K extends string> = E extends unknown ? Omit<E, K> : never;

/** Told of one connection. */
export class ConnectionAccount {
  readonly connection: ConnectionId;
  readonly actors: Readonly<Record<Side, string>>;
  readonly account: Account;

  constructor(account: Account, connection: ConnectionId, actors: Readonly<Record<Side, string>>) {
    this.account = account;
    this.connection = connection;
    this.actors = actors;
  }

  at(side: Side, body: Without<WithConnection, 'connection'>): TraceEvent {
    return this.account.add(this.actors[side], { ...body, connection: this.connection } as TraceEventBody);
  }

  /** What one side sends and the other receives, in the moment in which the capture saw it. */
  passes(from: Side, body: Without<WithDirection, 'connection' | 'direction'>): TraceEvent[] {
    const told = (side: Side, direction: Direction) =>
      this.at(side, { ...body, direction } as Without<WithConnection, 'connection'>);
    return [told(from, 'sent'), told(otherSide(from), 'received')];
  }

  remark(side: Side, level: 'info' | 'warning', text: string): void {
    this.account.add(this.actors[side], { type: 'note', level, text });
  }
}
