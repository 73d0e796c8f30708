import { Link, type LinkOptions } from '../../emulator/net/link.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import type { TcpProfileName } from '../../emulator/net/tcp/profile.ts';
import { MILLISECOND, type Nanoseconds, SECOND } from '../../emulator/world/time.ts';
import type { TraceEventOf, TraceEventType } from '../../emulator/world/trace-events.ts';
import { World } from '../../emulator/world/world.ts';

export const NETMASK = '255.255.255.0';

export function newWorld(seed = 1): World {
  return new World({ seed, startTime: 1_767_225_600 });
}

/** Runs until nothing is left to happen, or until a time, or until `done` says so. */
export function run(world: World, until: Nanoseconds = 3600 * SECOND, done = () => false): void {
  while (!done() && (world.nextEventTime() ?? Number.POSITIVE_INFINITY) <= until) world.step();
}

export function eventsOf<T extends TraceEventType>(world: World, type: T, actor?: string): TraceEventOf<T>[] {
  return world.trace.events.filter(
    (event): event is TraceEventOf<T> =>
      event.type === type && (actor === undefined || event.actor === actor),
  );
}

export interface PairOptions extends Partial<LinkOptions> {
  readonly seed?: number;
  /** Profile of the first and the second stack. */
  readonly profiles?: readonly [TcpProfileName, TcpProfileName];
}

/** `device` 10.0.0.1 and `server` 10.0.0.2 on one link. */
export function newPair(options: PairOptions = {}) {
  const { seed = 1, profiles = ['lwip', 'host'], ...linkOptions } = options;
  const world = newWorld(seed);
  const link = new Link(world, {
    name: 'lan',
    latency: 2 * MILLISECOND,
    bandwidth: 10_000_000,
    ...linkOptions,
  });
  const newStack = (name: string, mac: string, address: string, tcp: TcpProfileName) => {
    const stack = new Ipv4Stack(world, { name, tcp });
    stack.attach(link.attach(name, mac), { address, netmask: NETMASK });
    return stack;
  };
  const device = newStack('device', '02:00:00:00:00:01', '10.0.0.1', profiles[0]);
  const server = newStack('server', '02:00:00:00:00:02', '10.0.0.2', profiles[1]);
  return { world, link, device, server, newStack };
}
