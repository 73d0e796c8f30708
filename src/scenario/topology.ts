/**
 * Builds the network of a scenario: devices on Wi-Fi, a router, and every host on the internet behind it.
 *
 *     device ~~ wifi ~~ access point and router ── internet ── host, host, …
 */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
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
import { type Ground, linkOf, placeListeners } from './attackers.ts';
import type { LoadedScenario } from './load.ts';
import type { Pki } from './pki/build.ts';
import type { HttpsService, LinkQuality, Route, Routes, Service } from './schema/network.ts';
import { toEndpointTls } from './schema/tls.ts';
import type { Scenario } from './schema.ts';

/** Locally administered, but for the stations: 24:0a:c4 is Espressif's. */
const MAC_PREFIX = {
  station: '24:0a:c4:00:00',
  host: '02:00:00:00:00',
  attacker: '02:00:00:00:66',
  router: '02:00:00:00:ff',
} as const;

/** A device's place on the network. */
export type Station = Required<Pick<DeviceOptions, 'stack' | 'wifi' | 'mac'>>;

export interface Topology {
  /** By the names of the devices. */
  readonly stations: ReadonlyMap<string, Station>;
  /** By name: "wifi", "internet". */
  readonly links: ReadonlyMap<string, Link>;
  /** MAC addresses on the internet link, by the names of the hosts. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** The rest of the network lives in the world's events. */
export function buildTopology(
  world: World,
  { scenario, files }: Pick<LoadedScenario, 'scenario' | 'files'>,
  pki: Pki,
  crypto: CryptoProvider,
): Topology {
  const body = (route: Route) => routeBody(route, files, pki);
  const { network, hosts, devices } = scenario;
  const wifi = new Link(world, linkOptions(WIFI_LINK, network.wifi));
  const internet = new Link(world, linkOptions(INTERNET_LINK, network.internet));
  buildRouter(world, wifi, internet, nameServers(scenario));
  let attackers = 0;
  const ground: Ground = {
    world,
    scenario,
    pki,
    crypto,
    links: { wifi, internet },
    attach: (link, actor) => link.attach(actor, mac(MAC_PREFIX.attacker, attackers++)),
  };
  placeListeners(ground);
  const addresses = new Map<string, string>();
  for (const [index, [name, host]] of Object.entries(hosts).entries()) {
    const stack = new Ipv4Stack(world, { name, tcp: 'host', dnsServers: nameServers(scenario) });
    // A /24 of its own; the router need not lie in it, for ARP finds it on the link all the same.
    const config = { address: host.address, netmask: '255.255.255.0', gateway: ROUTER_ADDRESS };
    addresses.set(name, mac(MAC_PREFIX.host, index));
    stack.attach(linkOf(name, ground).attach(name, addresses.get(name)!), config);
    for (const service of host.services) serve(service, { name, world, stack, crypto }, scenario, pki, body);
  }
  const { ssid, password } = network.wifi;
  const accessPoint = new AccessPoint({ ssid, password, bssid: mac(MAC_PREFIX.router, 2), link: wifi });
  const join = (name: string, index: number): Station => {
    const address = mac(MAC_PREFIX.station, index);
    const stack = new Ipv4Stack(world, { name, tcp: 'lwip' });
    const station = new WifiStation(world, { name, mac: address, accessPoints: [accessPoint] });
    return { stack, wifi: new WifiStationPort(stack, station), mac: macBytes(address) };
  };
  return {
    stations: new Map(Object.keys(devices).map((name, index) => [name, join(name, index)])),
    links: new Map([wifi, internet].map((link) => [link.name, link])),
    hosts: addresses,
  };
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

type BodyOf = (route: Route) => string | Uint8Array;

function routeBody(route: Route, files: ReadonlyMap<string, Uint8Array>, pki: Pki): string | Uint8Array {
  if (route.file !== undefined) return files.get(route.file)!;
  if (route.certificate !== undefined) return pki.certificate(route.certificate);
  if (route.crl !== undefined) return pki.crl(route.crl);
  if (route.ocsp !== undefined) return pki.ocspResponse(route.ocsp);
  return route.body ?? '';
}

function serve(service: Service, host: HostContext, scenario: Scenario, pki: Pki, body: BodyOf): void {
  switch (service.type) {
    case 'https':
      serveHttps(service, host, pki, body);
      return;
    case 'http':
      new HttpServer(host, { port: service.port, routes: serverRoutes(service.routes, body) });
      return;
    case 'ntp':
      new NtpServer(host);
      return;
    case 'dns':
      new DnsServer(host.stack, { records: dnsRecords(scenario) });
      return;
  }
}

function serveHttps(service: HttpsService, host: HostContext, pki: Pki, body: BodyOf): void {
  const chain = [pki.certificate(service.certificate), ...service.chain.flatMap(pki.certificates)];
  const ocspResponse = service.ocsp === undefined ? undefined : pki.ocspResponse(service.ocsp);
  new HttpsServer(host, {
    port: service.port,
    routes: serverRoutes(service.routes, body),
    credentials: [{ chain, key: pki.key(service.certificate), ...(ocspResponse && { ocspResponse }) }],
    tls: toEndpointTls(service.tls, pki.certificate, () =>
      host.world.random.fork(`tickets/${host.name}/${service.port}`).bytes(32),
    ),
    ...(service.clientCa && {
      clientAuth: 'require',
      clientAnchors: service.clientCa.flatMap(pki.certificates),
    }),
  });
}

function serverRoutes(routes: Routes, body: BodyOf): ServerRoutes {
  return new Map(
    Object.entries(routes).map(([path, route]) => [
      path,
      { status: route.status, body: body(route), ...(route.headers && { headers: route.headers }) },
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
