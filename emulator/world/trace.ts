import type { Nanoseconds } from './time.ts';
import type { TraceEvent, TraceEventBody } from './trace-events.ts';

export type TraceListener = (event: TraceEvent) => void;

/**
 * Everything that happened in a world, in order. Diagrams, reports, captures and expectations are all
 * projections of this list; nothing is reported in any other way.
 */
export class Trace {
  readonly events: TraceEvent[] = [];
  /** False: events go to the listeners and are forgotten. For worlds that go on for days. */
  keepsEvents = true;
  private readonly listeners: TraceListener[] = [];
  private readonly now: () => Nanoseconds;

  constructor(now: () => Nanoseconds) {
    this.now = now;
  }

  /** Appends what `actor` did or met at this instant of virtual time. */
  append(actor: string, body: TraceEventBody): TraceEvent {
    const event = { t: this.now(), actor, ...body } as TraceEvent;
    if (this.keepsEvents) this.events.push(event);
    for (const listener of this.listeners) listener(event);
    return event;
  }

  /** Calls `listener` for each event appended from now on. */
  listen(listener: TraceListener): void {
    this.listeners.push(listener);
  }
}
