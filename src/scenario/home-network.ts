/**
 * The network that every world has: devices on Wi-Fi, and a router between them and the internet.
 *
 *     device ~~ wifi ~~ access point and router ── internet
 */
import type { DeviceOptions } from '../../emulator/device/device.ts';
import { WifiStationPort } from '../../emulator/device/wifi-station-port.ts';
import { macBytes } from '../../emulator/net/addresses.ts';
import { DhcpServer } from '../../emulator/net/dhcp-server.ts';
import { Link, type LinkOptions } from '../../emulator/net/link.ts';
import { Router } from '../../emulator/net/router.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { AccessPoint, WifiStation } from '../../emulator/net/wifi.ts';
import type { World } from '../../emulator/world/world.ts';
import {
  INTERNET_LINK,
  LAN,
  LEASE_SECONDS,
  LINK_DEFAULTS,
  ROUTER,
  ROUTER_ADDRESS,
  WIFI_LINK,
} from './addressing.ts';
import type { LinkQuality } from './schema/network.ts';

/** Locally administered, but for the stations: 24:0a:c4 is Espressif's. */
const MAC_PREFIX = { station: '24:0a:c4:00:00', router: '02:00:00:00:ff' } as const;

/** A device's place on the network. */
export type Station = Required<Pick<DeviceOptions, 'stack' | 'wifi' | 'mac'>>;

export interface HomeNetworkOptions {
  readonly wifi: LinkQuality & { readonly ssid: string; readonly password?: string };
  readonly internet: LinkQuality;
  /** What DHCP tells the devices. */
  readonly dnsServers: readonly string[];
}

export interface HomeNetwork {
  readonly internet: Link;
  /** A place for the device with this number, from 0. */
  readonly join: (name: string, index: number) => Station;
}

export function buildHomeNetwork(world: World, options: HomeNetworkOptions): HomeNetwork {
  const wifi = new Link(world, linkOptions(WIFI_LINK, options.wifi));
  const internet = new Link(world, linkOptions(INTERNET_LINK, options.internet));
  buildRouter(world, wifi, internet, options.dnsServers);
  const { ssid, password } = options.wifi;
  const accessPoint = new AccessPoint({ ssid, password, bssid: mac(MAC_PREFIX.router, 2), link: wifi });
  const join = (name: string, index: number): Station => {
    const address = mac(MAC_PREFIX.station, index);
    const stack = new Ipv4Stack(world, { name, tcp: 'lwip' });
    const station = new WifiStation(world, { name, mac: address, accessPoints: [accessPoint] });
    return { stack, wifi: new WifiStationPort(stack, station), mac: macBytes(address) };
  };
  return { internet, join };
}

function linkOptions(name: typeof WIFI_LINK | typeof INTERNET_LINK, quality: LinkQuality): LinkOptions {
  const defaults = LINK_DEFAULTS[name];
  return {
    name,
    latency: quality.latency ?? defaults.latency,
    bandwidth: quality.bandwidth ?? defaults.bandwidth,
    loss: quality.loss ?? defaults.loss,
    medium: name === WIFI_LINK ? 'shared' : 'full-duplex',
  };
}

function buildRouter(world: World, wifi: Link, internet: Link, dnsServers: readonly string[]): void {
  const router = new Router(world, { name: ROUTER });
  const inside = router.attach(wifi.attach(ROUTER, mac(MAC_PREFIX.router, 0)), {
    address: LAN.router,
    netmask: LAN.netmask,
  });
  // Everything that is not inside is a neighbour on the internet link.
  const outside = internet.attach(ROUTER, mac(MAC_PREFIX.router, 1));
  router.attach(outside, { address: ROUTER_ADDRESS, netmask: '0.0.0.0' });
  new DhcpServer(router, inside, {
    first: LAN.first,
    last: LAN.last,
    dnsServers,
    leaseSeconds: LEASE_SECONDS,
  });
}

/** The address with this number, from 0. */
export function mac(prefix: string, index: number): string {
  return `${prefix}:${(index + 1).toString(16).padStart(2, '0')}`;
}
