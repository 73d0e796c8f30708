/**
 * Mallory's access point: it has the name of the devices' network, a stronger signal, and Mallory behind it, who is
 * DHCP server, name server and router of whoever joins.
 *
 *     device ~~ her access point ── front │ Mallory │ back ── internet ── host, host, …
 */
import { ManInTheMiddle } from '../../emulator/hosts/mallory/man-in-the-middle.ts';
import { Side } from '../../emulator/hosts/mallory/side.ts';
import { BROADCAST_ADDRESS, sameSubnet } from '../../emulator/net/addresses.ts';
import type { Endpoint } from '../../emulator/net/api.ts';
import { DhcpServer } from '../../emulator/net/dhcp-server.ts';
import { DNS_PORT } from '../../emulator/net/dns-message.ts';
import { DnsServer } from '../../emulator/net/dns-server.ts';
import { Link } from '../../emulator/net/link.ts';
import { AccessPoint, DisconnectReason } from '../../emulator/net/wifi.ts';
import type { TraceEventBody } from '../../emulator/world/trace-events.ts';
import { LINK_DEFAULTS, lan } from './addressing.ts';
import { type Ground, meansOf } from './attackers.ts';
import type { FakeAccessPointSpec } from './schema/attackers.ts';

/** Far from those that the router gives out. */
const NETWORK = 60;
const LEASE_SECONDS = 3600;

export interface FakeAccessPoint {
  readonly link: Link;
  readonly accessPoint: AccessPoint;
}

/** In the air of the devices; `number` tells the networks of several apart. */
export function raiseAccessPoint(
  name: string,
  spec: FakeAccessPointSpec,
  number: number,
  ground: Ground,
): FakeAccessPoint {
  const { world, scenario, links, attach } = ground;
  const { prefix, netmask } = lan(NETWORK + number);
  const gateway = `${prefix}1`;
  const link = new Link(world, { ...LINK_DEFAULTS.wifi, name: `${name}-ap`, medium: 'shared' });
  const { front, back, victim } = sides(name, spec, { gateway, netmask }, ground);
  const inside = front.attach(attach(link, name), { address: gateway, netmask });
  back.attach(attach(links.internet, name), { address: spec.address, netmask: '0.0.0.0' });
  const emit = (event: TraceEventBody): void => {
    world.trace.append(name, event);
  };
  const known = new Set<string>();
  new DhcpServer(front, inside, {
    first: `${prefix}2`,
    last: `${prefix}99`,
    dnsServers: [gateway],
    leaseSeconds: LEASE_SECONDS,
    // Answers to her stations come to her: nobody else out there knows their addresses.
    onLease: (_, address) => {
      if (known.has(address)) return;
      known.add(address);
      back.attach(attach(links.internet, name), { address, netmask: '255.255.255.255' });
    },
  });
  serveNames(front, spec, gateway, ground, emit);
  new ManInTheMiddle({
    host: { name, world, crypto: ground.crypto },
    front,
    back,
    victim,
    address: spec.address,
    ...meansOf(spec, ground.pki),
  });
  const { ssid, password, channel } = scenario.network.wifi;
  const accessPoint = new AccessPoint({
    ssid: spec.ssid ?? ssid,
    password: spec.password ?? password,
    channel: spec.channel ?? channel,
    rssi: spec.rssi,
    bssid: ground.newMac(),
    link,
    onAdmission: (actor, outcome) => emit(admissionEvent(actor, spec.ssid ?? ssid, outcome)),
  });
  appear(accessPoint, spec, ground, emit);
  return { link, accessPoint };
}

/** What her two stacks take for their own: TCP to the victim, and on her network what is said to its router. */
function sides(
  name: string,
  spec: FakeAccessPointSpec,
  network: { gateway: string; netmask: string },
  { world, scenario }: Ground,
) {
  const { address, names } = scenario.hosts[spec.victim]!;
  const isStation = (who: string) =>
    who !== network.gateway && sameSubnet(who, network.gateway, network.netmask);
  const front = new Side(world, {
    name,
    isBeyond: (who) => isStation(who) || who === BROADCAST_ADDRESS,
    takes: ({ destination }, { destinationPort }) => destination === address && destinationPort === spec.port,
    isToHer: ({ destination }) => destination === network.gateway || destination === BROADCAST_ADDRESS,
  });
  const back = new Side(world, {
    name,
    isBeyond: (who) => who !== spec.address && !isStation(who),
    takes: ({ source }, { sourcePort }) => source === address && sourcePort === spec.port,
  });
  front.other = back;
  back.other = front;
  return { front, back, victim: { address, port: spec.port, serverName: names?.[0] ?? spec.victim } };
}

/** She answers for every name as the real servers would, but for those she lies about; and knows who asked for what. */
function serveNames(
  front: Side,
  { answers }: FakeAccessPointSpec,
  address: string,
  { records }: Ground,
  emit: (event: TraceEventBody) => void,
): void {
  const lies = new Map(Object.entries(answers).map(([name, answer]) => [name.toLowerCase(), answer]));
  const asked = (name: string, from: Endpoint) => {
    const connection = `${from.address}:${from.port}>${address}:${DNS_PORT}`;
    emit({ type: 'attacker.learned', connection, what: 'name', text: name });
    const lie = lies.get(name.toLowerCase());
    if (lie === undefined) return;
    emit({
      type: 'attacker.did',
      connection,
      attack: 'spoof-dns',
      detail: `answers that ${name} is ${lie}`,
    });
  };
  new DnsServer(front, {
    records,
    failures: new Map([...lies].map(([name, lie]) => [name, { lie }])),
    onQuestion: asked,
  });
}

/** Management frames of 802.11 carry no proof of who sent them, unless both sides have PMF: anybody can send stations away. */
function appear(
  accessPoint: AccessPoint,
  { from, deauthenticates }: FakeAccessPointSpec,
  { world, wifi }: Ground,
  emit: (event: TraceEventBody) => void,
): void {
  accessPoint.setOn(from === 0);
  world.after(from, () => {
    accessPoint.setOn(true);
    if (!deauthenticates) return;
    emit({
      type: 'attacker.did',
      attack: 'deauthenticate',
      detail: `sends the stations of "${wifi.beacon.ssid}" away in its name`,
    });
    wifi.deauthenticate(DisconnectReason.DEAUTHENTICATED);
  });
}

function admissionEvent(actor: string, ssid: string, outcome: 'admitted' | 'wrong-password'): TraceEventBody {
  const attack = 'lure';
  if (outcome === 'admitted') {
    return { type: 'attacker.did', attack, detail: `${actor} joins her "${ssid}"` };
  }
  return {
    type: 'attacker.stopped',
    attack,
    detail: `${actor} does not join her "${ssid}": she does not know the passphrase`,
  };
}
