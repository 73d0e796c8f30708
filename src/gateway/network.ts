/**
 * The network of a device that has the computer for its world: one link with the device and the gateway on it.
 *
 *     device ── gateway ── (the computer's own sockets)
 */
import { UnmovedStation } from '../../emulator/device/staying-station.ts';
import type { WifiStatus } from '../../emulator/device/syscalls/table.ts';
import type { WifiPort } from '../../emulator/device/syscalls/wifi-port.ts';
import { macBytes } from '../../emulator/net/addresses.ts';
import { Link } from '../../emulator/net/link.ts';
import { MICROSECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { Departures } from './departures.ts';
import { DeviceStack } from './device-stack.ts';
import { GatewayStack } from './gateway-stack.ts';
import type { Reach } from './reach.ts';

const LAN = '192.168.4.';
const NETMASK = '255.255.255.0';
const GATEWAY = { name: 'gateway', address: `${LAN}1`, mac: '02:00:00:00:ff:01' } as const;
const DEVICE = { address: `${LAN}2`, mac: '24:0a:c4:00:00:01' } as const;

/** The link shall not be felt: its frames are there to be looked at. */
const LINK = { name: 'gateway', latency: 5 * MICROSECOND, bandwidth: 1e9 } as const;

export interface GatewayNetwork {
  readonly gateway: GatewayStack;
  readonly stack: DeviceStack;
  readonly wifi: WifiPort;
  readonly mac: Uint8Array;
  /** Told of the device once there is one. */
  readonly departures: Departures;
}

export function buildGatewayNetwork(
  world: World,
  name: string,
  reach: Reach,
  enter: (action: () => void) => void,
): GatewayNetwork {
  const link = new Link(world, LINK);
  const departures = new Departures(enter);
  const gateway = new GatewayStack({
    world,
    name: GATEWAY.name,
    lan: LAN,
    device: DEVICE.address,
    reach,
    enter,
    departures,
  });
  gateway.attach(link.attach(GATEWAY.name, GATEWAY.mac), { address: GATEWAY.address, netmask: NETMASK });
  const stack = new DeviceStack(world, { name, tcp: 'lwip', gateway, reach, enter });
  stack.attach(link.attach(name, DEVICE.mac), {
    address: DEVICE.address,
    netmask: NETMASK,
    gateway: GATEWAY.address,
  });
  return { gateway, stack, wifi: new AssociatedStation(), mac: macBytes(DEVICE.mac), departures };
}

/** `network.STAT_GOT_IP`. */
const STAT_GOT_IP = 1010;

/** By a cable, so to speak: there is no air. */
class AssociatedStation extends UnmovedStation {
  status(): WifiStatus {
    return {
      active: true,
      connected: true,
      mac: macBytes(DEVICE.mac),
      joining: false,
      dhcp: true,
      channel: 1,
      status: STAT_GOT_IP,
      ssid: GATEWAY.name,
      address: DEVICE.address,
      netmask: NETMASK,
      gateway: GATEWAY.address,
      dns: GATEWAY.address,
      rssi: -50,
    };
  }

  scan(done: (found: readonly never[]) => void): void {
    done([]);
  }
}
