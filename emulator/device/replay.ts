/** What a device did and printed before a request happens at its times. */
import type { Nanoseconds } from '../world/time.ts';
import type { World } from '../world/world.ts';
import type { DeviceConsole } from './console.ts';
import type { Progress } from './protocol.ts';

/** `gone`: time that has passed since the device was resumed; what lies before it happens now. */
export function replay(
  { events, printed }: Pick<Progress, 'events' | 'printed'>,
  gone: Nanoseconds,
  { name, world, console }: { readonly name: string; readonly world: World; readonly console: DeviceConsole },
): void {
  for (const { offset, body } of events) {
    world.after(offset - gone, () => world.trace.append(name, body));
  }
  for (const { offset, bytes, raw } of printed) {
    world.after(offset - gone, () => console.send(bytes, raw));
  }
}
