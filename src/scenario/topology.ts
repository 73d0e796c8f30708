/**
 * Builds the network of a scenario: devices on Wi-Fi, a router, and every host on the internet behind it.
 *
 *     device ~~ wifi ~~ access point and router ── internet ── host, host, …
 *
 * A further access point with the name of the first network is another radio of it; one with a name of its own
 * has a link and a subnet of its own, behind the same router. Each device may be an access point itself.
 */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import type { Board } from '../../emulator/device/boards/board.ts';
import type { DeviceOptions } from '../../emulator/device/device.ts';
import { createRadio, type Radio } from '../../emulator/device/radio.ts';
import { type StayingNetwork, StayingStation } from '../../emulator/device/staying-station.ts';
import type { TlsEngine } from '../../emulator/hosts/tls-engine.ts';
import { ANY_ADDRESS, type MacAddress, macBytes } from '../../emulator/net/addresses.ts';
import { DhcpServer, type DhcpServerOptions } from '../../emulator/net/dhcp-server.ts';
import type { EthernetPort } from '../../emulator/net/ethernet.ts';
import { Link, type LinkOptions } from '../../emulator/net/link.ts';
import { Router } from '../../emulator/net/router.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { AccessPoint } from '../../emulator/net/wifi.ts';
import { SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { INTERNET_LINK, LINK_DEFAULTS, lan, ROUTER, ROUTER_ADDRESS, WIFI_LINK } from './addressing.ts';
import { type Ground, linkOf, placeListeners } from './attackers.ts';
import { type FakeAccessPoint, raiseAccessPoint } from './fake-access-point.ts';
import type { BrokerFactory } from './mqtt-service.ts';
import { type FaultTargets, scheduleFaults } from './network-faults.ts';
import type { LoadedScenario } from './parse.ts';
import type { Pki } from './pki/build.ts';
import type { LinkQuality } from './schema/network.ts';
import type { Scenario } from './schema.ts';
import { dnsRecords, type OtherNames, serve } from './services.ts';

/** Locally administered, but for the stations: 24:0a:c4 is Espressif's. */
const MAC_PREFIX = {
  station: '24:0a:c4:00',
  host: '02:00:00:00:00',
  attacker: '02:00:00:00:66',
  router: '02:00:00:00:ff',
} as const;

/** A device's place on the network. */
export type Station = Required<Pick<DeviceOptions, 'stack' | 'wifi' | 'mac'>>;

/** Where one host or device hangs on a link. */
export interface Plug {
  readonly link: Link;
  readonly mac: MacAddress;
}

export interface Topology {
  /** By the names of the devices. */
  readonly stations: ReadonlyMap<string, Station>;
  /** Where something can go wrong, by name. */
  readonly network: FaultTargets;
  /** A further place on the internet link, for a host that is none of the scenario's. */
  joinInternet(name: string): EthernetPort;
}

/** Who computes and serves. */
export interface Means {
  readonly crypto: CryptoProvider;
  /** By the names of the devices. */
  readonly boards: ReadonlyMap<string, Board>;
  /** Undefined where no host is a broker. */
  readonly createBroker: BrokerFactory | undefined;
  /** Instead of the emulator's own. */
  readonly tlsEngine: TlsEngine | undefined;
  /** Where DNS servers ask for names that are none of the scenario's. */
  readonly otherNames?: OtherNames | undefined;
  /** Devices are on the first network from power-on, and stay there. */
  readonly staysJoined?: boolean | undefined;
}

/** The rest of the network lives in the world's events. */
export function buildTopology(
  world: World,
  { scenario, files }: Pick<LoadedScenario, 'scenario' | 'files'>,
  pki: Pki,
  { crypto, boards, createBroker, tlsEngine, otherNames, staysJoined = false }: Means,
): Topology {
  const { network, devices } = scenario;
  const internet = new Link(world, linkOptions(INTERNET_LINK, network.internet));
  const router = new Router(world, { name: ROUTER });
  const records = dnsRecords(scenario);
  const lans = buildAccessPoints(world, scenario, router, deviceNames(records));
  // Everything that is not inside is a neighbour on the internet link.
  const outside = internet.attach(ROUTER, mac(MAC_PREFIX.router, 1));
  router.attach(outside, { address: ROUTER_ADDRESS, netmask: '0.0.0.0' });
  const ground = attackersGround({
    world,
    scenario,
    pki,
    crypto,
    links: { wifi: lans.get(WIFI_LINK)!.link, internet },
    records,
    wifi: lans.get(WIFI_LINK)!.accessPoint,
  });
  placeListeners(ground);
  const fakes = raiseFakes(ground);
  const hosts = new Map<string, Plug>();
  for (const [index, [name, host]] of Object.entries(scenario.hosts).entries()) {
    const stack = new Ipv4Stack(world, { name, tcp: 'host', dnsServers: nameServers(scenario) });
    // A /24 of its own; the router need not lie in it, for ARP finds it on the link all the same.
    const config = { address: host.address, netmask: '255.255.255.0', gateway: ROUTER_ADDRESS };
    const plug = { link: linkOf(name, ground), mac: mac(MAC_PREFIX.host, index) };
    hosts.set(name, plug);
    stack.attach(plug.link.attach(name, plug.mac), config);
    for (const service of host.services) {
      serve(
        service,
        { name, world, stack, crypto, ...(tlsEngine && { tlsEngine }) },
        { files, pki, createBroker, hosts: scenario.hosts, records, otherNames },
      );
    }
  }
  const radios = new Map<string, Radio>();
  const targets = faultTargets(lans, internet, hosts, radios, fakes);
  scheduleFaults(world, network.faults, targets);
  const accessPoints = [...lans.values(), ...fakes].map((each) => each.accessPoint);
  const join = (name: string, index: number): Station => {
    const address = stationMac(index);
    const stack = new Ipv4Stack(world, { name, tcp: 'lwip' });
    const board = boards.get(name)!.wifi;
    const radio = createRadio(world, stack, {
      name,
      mac: address,
      air: accessPoints,
      quality: LINK_DEFAULTS.wifi,
      board: staysJoined ? { ...board, join: AT_ONCE } : board,
    });
    radios.set(name, radio);
    const wifi = staysJoined ? new StayingStation(radio.wifi, firstPlace(scenario, index)) : radio.wifi;
    return { stack, wifi, mac: macBytes(address) };
  };
  let further = hosts.size;
  return {
    joinInternet: (name) => internet.attach(name, mac(MAC_PREFIX.host, further++)),
    stations: new Map(Object.keys(devices).map((name, index) => [name, join(name, index)])),
    network: targets,
  };
}

const AT_ONCE = { scan: 0, authenticate: 0, associate: 0, handshake: 0 };

/** What the first network's DHCP server would give to the devices in their order. */
function firstPlace(scenario: Scenario, index: number): StayingNetwork {
  const { ssid, password = '' } = scenario.network.wifi;
  const { prefix, netmask } = lan(0);
  return {
    ssid,
    password,
    address: `${prefix}${2 + index}`,
    netmask,
    gateway: `${prefix}1`,
    dns: nameServers(scenario)[0] ?? ANY_ADDRESS,
  };
}

function attackersGround(given: Omit<Ground, 'attach' | 'newMac'>): Ground {
  let count = 0;
  const newMac = () => mac(MAC_PREFIX.attacker, count++);
  return { ...given, newMac, attach: (link, actor) => link.attach(actor, newMac()) };
}

function raiseFakes(ground: Ground): FakeAccessPoint[] {
  return Object.entries(ground.scenario.attackers)
    .flatMap(([name, spec]) => (spec.type === 'fake-access-point' ? [{ name, spec }] : []))
    .map(({ name, spec }, index) => raiseAccessPoint(name, spec, index, ground));
}

/** A device that has an address is known by its host name, unless a host of the scenario is called so. */
function deviceNames(records: Map<string, readonly string[]>) {
  const reserved = new Set([...records.keys()].map((name) => name.toLowerCase()));
  return (hostName: string | undefined, address: string): void => {
    if (hostName === undefined || reserved.has(hostName.toLowerCase())) return;
    records.set(hostName.toLowerCase(), [address]);
  };
}

interface Lan {
  readonly link: Link;
  readonly accessPoint: AccessPoint;
}

/** All access points by name, "wifi" first, each with the link that its stations are on. */
function buildAccessPoints(
  world: World,
  scenario: Scenario,
  router: Router,
  onLease: DhcpServerOptions['onLease'],
): ReadonlyMap<string, Lan> {
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
    if (shared === undefined) buildLan(router, link, subnets++, scenario, onLease);
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
function buildLan(
  router: Router,
  link: Link,
  number: number,
  scenario: Scenario,
  onLease: DhcpServerOptions['onLease'],
): void {
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
    onLease,
  });
}

/** A link, one host's share of its link, or whatever network a device may be in: its own, or somebody's. */
function faultTargets(
  lans: ReadonlyMap<string, Lan>,
  internet: Link,
  hosts: ReadonlyMap<string, Plug>,
  radios: ReadonlyMap<string, Radio>,
  fakes: readonly FakeAccessPoint[],
): FaultTargets {
  return {
    links(name) {
      const each = lans.get(name);
      if (each !== undefined) return [{ link: each.link }];
      const radio = radios.get(name);
      if (radio === undefined) return [hosts.get(name) ?? { link: internet }];
      const all = new Set([...lans.values(), ...radios.values(), ...fakes].map(({ link }) => link));
      all.delete(radio.link);
      return [{ link: radio.link }, ...[...all].map((link) => ({ link, mac: radio.station.mac }))];
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

function nameServers({ hosts }: Scenario): string[] {
  return Object.values(hosts)
    .filter(({ services }) => services.some(({ type }) => type === 'dns'))
    .map(({ address }) => address);
}

/** Espressif gives each chip four addresses; the second is its access point's. */
function stationMac(index: number): MacAddress {
  const number = (4 * index + 1).toString(16).padStart(4, '0');
  return `${MAC_PREFIX.station}:${number.slice(0, 2)}:${number.slice(2)}`;
}

function mac(prefix: string, index: number): string {
  return `${prefix}:${(index + 1).toString(16).padStart(2, '0')}`;
}
