/** What a device did and printed before a request happens at its times. */
import type { Nanoseconds } from '../world/time.ts';
import type { Progress, WorkerEvent } from './protocol.ts';
import type { Kernel } from './syscalls/call.ts';
import { carryOut } from './syscalls/index.ts';

/** `gone`: time that has passed since the device was resumed; what lies before it happens now. */
export function replay(
  { events, printed }: Pick<Progress, 'events' | 'printed'>,
  gone: Nanoseconds,
  device: Kernel,
): void {
  const { world, console } = device;
  for (const event of events) {
    world.after(event.offset - gone, () => happen(event, device));
  }
  for (const { offset, bytes, raw } of printed) {
    world.after(offset - gone, () => console.send(bytes, raw));
  }
}

function happen({ body, owed }: WorkerEvent, device: Kernel): void {
  if (owed !== undefined) carryOut(device, owed.call, owed.args);
  device.world.trace.append(device.name, body);
}
