/**
 * Builds the network of a scenario: devices on Wi-Fi, a router, and every host on the internet behind it.
 *
 *     device ~~ wifi ~~ access point and router ── internet ── host, host, …
 */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import type { Board } from '../../emulator/device/boards/board.ts';
import type { DeviceOptions } from '../../emulator/device/device.ts';
import { WifiStationPort } from '../../emulator/device/wifi-station-port.ts';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { HttpServer, type Routes as ServerRoutes } from '../../emulator/hosts/http-server.ts';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import { NtpServer } from '../../emulator/hosts/ntp-server.ts';
import { macBytes } from '../../emulator/net/addresses.ts';
import { DhcpServer } from '../../emulator/net/dhcp-server.ts';
import { DnsServer } from '../../emulator/net/dns-server.ts';
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
import type { Pki } from './pki.ts';
import type { HttpsService, LinkQuality, Routes, Service } from './schema/network.ts';
import { toEndpointTls } from './schema/tls.ts';
import type { Scenario } from './schema.ts';

/** Locally administered, but for the stations: 24:0a:c4 is Espressif's. */
const MAC_PREFIX = { station: '24:0a:c4:00:00', host: '02:00:00:00:00', router: '02:00:00:00:ff' } as const;

/** A device's place on the network. */
export type Station = Required<Pick<DeviceOptions, 'stack' | 'wifi' | 'mac'>>;

/** The stations of the devices, by name. The rest of the network lives in the world's events. */
export function buildTopology(
  world: World,
  scenario: Scenario,
  pki: Pki,
  crypto: CryptoProvider,
  boards: ReadonlyMap<string, Board>,
): ReadonlyMap<string, Station> {
  const { network, hosts, devices } = scenario;
  const wifi = new Link(world, linkOptions(WIFI_LINK, network.wifi));
  const internet = new Link(world, linkOptions(INTERNET_LINK, network.internet));
  buildRouter(world, wifi, internet, nameServers(scenario));
  for (const [index, [name, host]] of Object.entries(hosts).entries()) {
    const stack = new Ipv4Stack(world, { name, tcp: 'host', dnsServers: nameServers(scenario) });
    // A /24 of its own; the router need not lie in it, for ARP finds it on the link all the same.
    const config = { address: host.address, netmask: '255.255.255.0', gateway: ROUTER_ADDRESS };
    stack.attach(internet.attach(name, mac(MAC_PREFIX.host, index)), config);
    for (const service of host.services) serve(service, { name, world, stack, crypto }, scenario, pki);
  }
  const { ssid, password } = network.wifi;
  const accessPoint = new AccessPoint({ ssid, password, bssid: mac(MAC_PREFIX.router, 2), link: wifi });
  const join = (name: string, index: number): Station => {
    const address = mac(MAC_PREFIX.station, index);
    const stack = new Ipv4Stack(world, { name, tcp: 'lwip' });
    const station = new WifiStation(world, {
      name,
      mac: address,
      accessPoints: [accessPoint],
      times: boards.get(name)!.wifi.join,
    });
    return { stack, wifi: new WifiStationPort(stack, station), mac: macBytes(address) };
  };
  return new Map(Object.keys(devices).map((name, index) => [name, join(name, index)]));
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

function serve(service: Service, host: HostContext, scenario: Scenario, pki: Pki): void {
  switch (service.type) {
    case 'https':
      serveHttps(service, host, pki);
      return;
    case 'http':
      new HttpServer(host, { port: service.port, routes: serverRoutes(service.routes) });
      return;
    case 'ntp':
      new NtpServer(host);
      return;
    case 'dns':
      new DnsServer(host.stack, { records: dnsRecords(scenario) });
      return;
  }
}

function serveHttps(service: HttpsService, host: HostContext, pki: Pki): void {
  const chain = [service.certificate, ...service.chain].map((name) => pki.certificate(name));
  new HttpsServer(host, {
    port: service.port,
    routes: serverRoutes(service.routes),
    credentials: [{ chain, key: pki.key(service.certificate) }],
    tls: toEndpointTls(service.tls, pki.certificate, () =>
      host.world.random.fork(`tickets/${host.name}/${service.port}`).bytes(32),
    ),
    ...(service.clientCa && {
      clientAuth: 'require',
      clientAnchors: service.clientCa.map((name) => pki.certificate(name)),
    }),
  });
}

function serverRoutes(routes: Routes): ServerRoutes {
  return new Map(
    Object.entries(routes).map(([path, { status, headers, body }]) => [
      path,
      { status, body, ...(headers && { headers }) },
    ]),
  );
}

function nameServers({ hosts }: Scenario): string[] {
  return Object.values(hosts)
    .filter(({ services }) => services.some(({ type }) => type === 'dns'))
    .map(({ address }) => address);
}

function dnsRecords({ hosts }: Scenario): Map<string, string[]> {
  const records = new Map<string, string[]>();
  for (const [name, { names, address }] of Object.entries(hosts)) {
    for (const dnsName of names ?? [name]) records.set(dnsName, [...(records.get(dnsName) ?? []), address]);
  }
  return records;
}

function mac(prefix: string, index: number): string {
  return `${prefix}:${(index + 1).toString(16).padStart(2, '0')}`;
}
