/** A device's radio put together: a station, and an access point with the air around it. */
import type { AccessPoint } from '../net/access-point.ts';
import { macBytes } from '../net/addresses.ts';
import { Link, type LinkOptions } from '../net/link.ts';
import { SoftAccessPoint } from '../net/soft-access-point.ts';
import type { Ipv4Stack } from '../net/stack.ts';
import { WifiStation } from '../net/wifi.ts';
import { toHex } from '../world/bytes.ts';
import type { World } from '../world/world.ts';
import type { Board } from './boards/board.ts';
import { WifiStationPort } from './wifi-station-port.ts';

export interface RadioOptions {
  /** The actor in the trace. */
  readonly name: string;
  /** Of the station. The access point has the next one, as Espressif gives four to a chip. */
  readonly mac: string;
  /** Every access point of the place. The radio adds its own. */
  readonly air: AccessPoint[];
  /** Between this device's access point and its stations. */
  readonly quality: Pick<LinkOptions, 'latency' | 'bandwidth'>;
  /** How long the board's radio takes. */
  readonly board?: Board['wifi'];
}

export interface Radio {
  readonly wifi: WifiStationPort;
  readonly station: WifiStation;
  /** Of its access point. */
  readonly link: Link;
}

/** The name of the link around a device's access point. */
export function accessPointLink(device: string): string {
  return `${device}-ap`;
}

export function createRadio(world: World, stack: Ipv4Stack, options: RadioOptions): Radio {
  const { name, mac, air, quality, board } = options;
  const link = new Link(world, { ...quality, name: accessPointLink(name), medium: 'shared' });
  const accessPoint = new SoftAccessPoint({
    name,
    mac: macAfter(mac),
    link,
    stationChannel: () => (station.isUp ? station.channel : undefined),
  });
  const station = new WifiStation(world, {
    name,
    mac,
    accessPoints: air,
    own: accessPoint.radio,
    ...(board && { times: board.join, modemSleepLatency: board.modemSleepLatency }),
  });
  air.push(accessPoint.radio);
  const wifi = new WifiStationPort(stack, station, accessPoint);
  return { wifi, station, link };
}

function macAfter(mac: string): string {
  const bytes = macBytes(mac);
  bytes[5]! += 1;
  return toHex(bytes, ':');
}
