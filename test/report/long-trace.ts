/** A run as if it had gone on: the same events again and again, each time on new connections and a while later. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';

/** `times` copies of a run behind one another; the first and the last event, which frame it, stay single. */
export function goingOn(events: readonly TraceEvent[], times: number): TraceEvent[] {
  const body = events.slice(1, -1);
  const period = events.at(-1)!.t;
  const copies = Array.from({ length: times }, (_, i) => body.map((event) => moved(event, i, period)));
  return [events[0]!, ...copies.flat(), { ...events.at(-1)!, t: times * period }];
}

function moved(event: TraceEvent, copy: number, period: number): TraceEvent {
  return {
    ...event,
    t: event.t + copy * period,
    ...('id' in event && { id: event.id + copy * 1_000_000 }),
    ...('connection' in event &&
      event.connection !== undefined && { connection: onPort(event.connection, copy) }),
  } as TraceEvent;
}

/** "192.0.2.7:49152>198.51.100.4:443" from another port of the client. */
function onPort(connection: string, copy: number): string {
  return connection.replace(/:(\d+)>/, (_, port) => `:${Number(port) + 8 * copy}>`);
}

/** The same objects, which count how often anything in them is looked at. */
export function counting<T extends object>(objects: readonly T[]): { objects: T[]; looks: () => number } {
  let looks = 0;
  const handler: ProxyHandler<T> = {
    get(target, key, receiver) {
      looks++;
      return Reflect.get(target, key, receiver);
    },
  };
  return { objects: objects.map((object) => new Proxy(object, handler)), looks: () => looks };
}
