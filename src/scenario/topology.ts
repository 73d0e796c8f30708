/**
 * Builds the network of a scenario: devices on Wi-Fi, a router, and every host on the internet behind it.
 *
 *     device ~~ wifi ~~ access point and router ── internet ── host, host, …
 *
 * A further access point with the name of the first network is another radio of it; one with a name of its own
 * has a link and a subnet of its own, behind the same router.
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
import { type DnsFailure, DnsServer } from '../../emulator/net/dns-server.ts';
import { Link, type LinkOptions } from '../../emulator/net/link.ts';
import { Router } from '../../emulator/net/router.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { AccessPoint, WifiStation } from '../../emulator/net/wifi.ts';
import { SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { INTERNET_LINK, LINK_DEFAULTS, lan, ROUTER, ROUTER_ADDRESS, WIFI_LINK } from './addressing.ts';
import type { LoadedScenario } from './load.ts';
import { type FaultTargets, scheduleFaults } from './network-faults.ts';
import type { Pki } from './pki/build.ts';
import type { HttpsService, LinkQuality, Route, Routes, Service } from './schema/network.ts';
import { toEndpointTls } from './schema/tls.ts';
import type { Scenario } from './schema.ts';

/** Locally administered, but for the stations: 24:0a:c4 is Espressif's. */
const MAC_PREFIX = { station: '24:0a:c4:00:00', host: '02:00:00:00:00', router: '02:00:00:00:ff' } as const;

/** A device's place on the network. */
export type Station = Required<Pick<DeviceOptions, 'stack' | 'wifi' | 'mac'>>;

export interface Topology {
  /** By the names of the devices. */
  readonly stations: ReadonlyMap<string, Station>;
  /** Where something can go wrong, by name. */
  readonly network: FaultTargets;
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
  const internet = new Link(world, linkOptions(INTERNET_LINK, network.internet));
  const router = new Router(world, { name: ROUTER });
  const lans = buildAccessPoints(world, scenario, router);
  // Everything that is not inside is a neighbour on the internet link.
  const outside = internet.attach(ROUTER, mac(MAC_PREFIX.router, 1));
  router.attach(outside, { address: ROUTER_ADDRESS, netmask: '0.0.0.0' });
  for (const [index, [name, host]] of Object.entries(hosts).entries()) {
    const stack = new Ipv4Stack(world, { name, tcp: 'host', dnsServers: nameServers(scenario) });
    // A /24 of its own; the router need not lie in it, for ARP finds it on the link all the same.
    const config = { address: host.address, netmask: '255.255.255.0', gateway: ROUTER_ADDRESS };
    stack.attach(internet.attach(name, mac(MAC_PREFIX.host, index)), config);
    for (const service of host.services) serve(service, { name, world, stack, crypto }, scenario, pki, body);
  }
  const targets = faultTargets(scenario, lans, internet);
  scheduleFaults(world, network.faults, targets);
  const accessPoints = [...lans.values()].map((lan) => lan.accessPoint);
  const join = (name: string, index: number): Station => {
    const address = mac(MAC_PREFIX.station, index);
    const stack = new Ipv4Stack(world, { name, tcp: 'lwip' });
    const station = new WifiStation(world, { name, mac: address, accessPoints });
    return { stack, wifi: new WifiStationPort(stack, station), mac: macBytes(address) };
  };
  return {
    stations: new Map(Object.keys(devices).map((name, index) => [name, join(name, index)])),
    network: targets,
  };
}

interface Lan {
  readonly link: Link;
  readonly accessPoint: AccessPoint;
}

/** All access points by name, "wifi" first, each with the link that its stations are on. */
function buildAccessPoints(world: World, scenario: Scenario, router: Router): ReadonlyMap<string, Lan> {
  const { wifi, accessPoints } = scenario.network;
  const lans = new Map<string, Lan>();
  let subnets = 0;
  for (const [index, [name, spec]] of [
    [WIFI_LINK, wifi] as const,
    ...Object.entries(accessPoints),
  ].entries()) {
    const isFirst = index === 0;
    const shared = !isFirst && spec.ssid === wifi.ssid ? lans.get(WIFI_LINK)!.link : undefined;
    const link = shared ?? new Link(world, linkOptions(WIFI_LINK, spec, name));
    if (shared === undefined) buildLan(router, link, subnets++, scenario);
    const { ssid, password, channel, hidden, rssi } = spec;
    // The router's own interfaces have the numbers 0 and 1 and, from 16 on, those of further networks.
    const bssid = mac(MAC_PREFIX.router, 2 + index);
    const accessPoint = new AccessPoint({
      ssid,
      ...(password === undefined ? {} : { password }),
      channel,
      hidden,
      rssi,
      bssid,
      link,
    });
    lans.set(name, { link, accessPoint });
  }
  return lans;
}

/** The router's foot in a network of devices, with the DHCP server. */
function buildLan(router: Router, link: Link, number: number, scenario: Scenario): void {
  const { dhcp } = scenario.network;
  const port = link.attach(ROUTER, mac(MAC_PREFIX.router, number === 0 ? 0 : 15 + number));
  const { prefix, netmask } = lan(number);
  const inside = router.attach(port, { address: `${prefix}1`, netmask });
  if (!dhcp.answers) return;
  new DhcpServer(router, inside, {
    first: `${prefix}2`,
    last: `${prefix}254`,
    dnsServers: nameServers(scenario),
    leaseSeconds: Math.max(1, Math.round(dhcp.lease / SECOND)),
  });
}

/** A link, or one host's or device's share of its link. */
function faultTargets(scenario: Scenario, lans: ReadonlyMap<string, Lan>, internet: Link): FaultTargets {
  const hosts = Object.keys(scenario.hosts);
  const devices = Object.keys(scenario.devices);
  return {
    link(name) {
      const lan = lans.get(name);
      if (lan !== undefined) return { link: lan.link };
      if (hosts.includes(name)) return { link: internet, mac: mac(MAC_PREFIX.host, hosts.indexOf(name)) };
      if (!devices.includes(name)) return { link: internet };
      return { link: lans.get(WIFI_LINK)!.link, mac: mac(MAC_PREFIX.station, devices.indexOf(name)) };
    },
    accessPoint: (name) => lans.get(name)!.accessPoint,
  };
}

function linkOptions(
  kind: typeof WIFI_LINK | typeof INTERNET_LINK,
  quality: LinkQuality,
  name: string = kind,
): LinkOptions {
  const given = Object.fromEntries(
    QUALITY_KEYS.flatMap((key) => (quality[key] === undefined ? [] : [[key, quality[key]]])),
  );
  return {
    name,
    ...LINK_DEFAULTS[kind],
    ...given,
    medium: kind === WIFI_LINK ? 'shared' : 'full-duplex',
  };
}

const QUALITY_KEYS = ['latency', 'jitter', 'loss', 'duplicate', 'reorder', 'bandwidth'] as const;

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
      new DnsServer(host.stack, {
        records: dnsRecords(scenario),
        silent: service.silent,
        failures: dnsFailures(service.failures),
      });
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

const RESPONSES = ['NXDOMAIN', 'SERVFAIL', 'REFUSED', 'silent'] as const;

function dnsFailures(failures: Readonly<Record<string, string>>): Map<string, DnsFailure> {
  const read = (text: string): DnsFailure => RESPONSES.find((each) => each === text) ?? { lie: text };
  return new Map(Object.entries(failures).map(([name, text]) => [name, read(text)]));
}

function mac(prefix: string, index: number): string {
  return `${prefix}:${(index + 1).toString(16).padStart(2, '0')}`;
}
