import { SECOND, type UnixSeconds } from '../../../emulator/world/time.ts';
import { InstantStep, type Stage } from './step.ts';

/** Sets a device's clock, as somebody with a wrong watch would; absent: right. */
export class SetRtc extends InstantStep {
  private readonly device: string;
  private readonly time: UnixSeconds | undefined;

  constructor(device: string, time: UnixSeconds | undefined) {
    super();
    this.device = device;
    this.time = time;
  }

  protected apply({ world, devices }: Stage): void {
    devices.get(this.device)!.rtcOrigin = (this.time ?? world.unixTime) - Math.floor(world.now / SECOND);
  }
}
