/** Puts a scenario's attackers into its network. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { Eavesdropper } from '../../emulator/hosts/eve/eavesdropper.ts';
import { DnsSpoofer } from '../../emulator/hosts/mallory/dns-spoofer.ts';
import {
  ManInTheMiddle,
  type ManInTheMiddleOptions,
} from '../../emulator/hosts/mallory/man-in-the-middle.ts';
import { Side } from '../../emulator/hosts/mallory/side.ts';
import type { Meddling } from '../../emulator/hosts/mallory/tamper.ts';
import type { AccessPoint } from '../../emulator/net/access-point.ts';
import type { MacAddress } from '../../emulator/net/addresses.ts';
import type { EthernetPort } from '../../emulator/net/ethernet.ts';
import { Link } from '../../emulator/net/link.ts';
import type { TraceEventBody } from '../../emulator/world/trace-events.ts';
import type { World } from '../../emulator/world/world.ts';
import { LINK_DEFAULTS, ROUTER_ADDRESS } from './addressing.ts';
import type { Pki } from './pki/build.ts';
import type { ManInTheMiddleSpec, PathMeans } from './schema/attackers.ts';
import { toFault } from './schema/tls.ts';
import type { Scenario } from './schema.ts';

export interface Ground {
  readonly world: World;
  readonly scenario: Scenario;
  readonly pki: Pki;
  readonly crypto: CryptoProvider;
  readonly links: Readonly<Record<'wifi' | 'internet', Link>>;
  /** What every DNS server knows. */
  readonly records: Map<string, readonly string[]>;
  /** The devices' own access point. */
  readonly wifi: AccessPoint;
  /** An attacker's next hardware address. */
  readonly newMac: () => MacAddress;
  /** Plugs an attacker in. */
  readonly attach: (link: Link, actor: string) => EthernetPort;
}

const emitAs =
  (world: World, name: string) =>
  (event: TraceEventBody): void => {
    world.trace.append(name, event);
  };

/** Those who only listen, or speak from the side: once the links are there. */
export function placeListeners(ground: Ground): void {
  const { world, scenario, links, attach } = ground;
  for (const [name, spec] of Object.entries(scenario.attackers)) {
    if (spec.type === 'eavesdropper') {
      const eve = new Eavesdropper(emitAs(world, name));
      links[spec.link].tap(({ bytes }) => eve.take(bytes));
    } else if (spec.type === 'dns-spoofer') {
      const spoofer = new DnsSpoofer({
        port: attach(links.wifi, name),
        answers: new Map(
          Object.entries(spec.answers).map(([asked, answer]) => [asked.toLowerCase(), answer]),
        ),
        emit: emitAs(world, name),
      });
      links.wifi.tap(({ bytes }) => spoofer.take(bytes));
    }
  }
}

/** The link on which a host stands: the internet, or a stub behind whoever stands before it. */
export function linkOf(host: string, ground: Ground): Link {
  const standing = Object.entries(ground.scenario.attackers).flatMap(([name, spec]) =>
    spec.type === 'man-in-the-middle' && spec.victim === host ? [{ name, spec }] : [],
  );
  return standing.reduce(
    (outer, { name, spec }) => standBefore(name, spec, outer, ground),
    ground.links.internet,
  );
}

function standBefore(name: string, spec: ManInTheMiddleSpec, outer: Link, ground: Ground): Link {
  const { world, scenario, pki, crypto, attach } = ground;
  const { address, names } = scenario.hosts[spec.victim]!;
  const inner = new Link(world, {
    ...LINK_DEFAULTS.internet,
    latency: 0,
    name: `behind ${name}`,
    medium: 'full-duplex',
  });
  const front = new Side(world, {
    name,
    isBeyond: (who) => who !== address,
    takes: (_, { destinationPort }) => destinationPort === spec.port,
  });
  const back = new Side(world, {
    name,
    isBeyond: (who) => who === address,
    takes: (_, { sourcePort }) => sourcePort === spec.port,
  });
  front.other = back;
  back.other = front;
  front.attach(attach(outer, name), { address, netmask: '255.255.255.0', gateway: ROUTER_ADDRESS });
  // To the host she is the router.
  back.attach(attach(inner, name), { address: ROUTER_ADDRESS, netmask: '0.0.0.0' });
  // Her own address may lie in the host's network; then the host asks for it on the link.
  back.attach(attach(inner, name), { address: spec.address, netmask: '255.255.255.255' });
  new ManInTheMiddle({
    host: { name, world, crypto },
    front,
    back,
    victim: { address, port: spec.port, serverName: names?.[0] ?? spec.victim },
    address: spec.address,
    ...meansOf(spec, pki),
  });
  return inner;
}

/** What she can do on the path, wherever she stands. */
export function meansOf(
  spec: PathMeans,
  pki: Pki,
): Pick<ManInTheMiddleOptions, 'credentials' | 'replayAfter' | 'rewrites' | 'tampers'> {
  return {
    ...(spec.certificate && {
      credentials: {
        chain: [spec.certificate, ...spec.chain].map((each) => pki.certificate(each)),
        key: pki.key(spec.certificate),
      },
    }),
    ...(spec.replayAfter !== undefined && { replayAfter: spec.replayAfter }),
    rewrites: spec.rewrite.map(({ in: which, from, to }) => ({
      way: which === 'request' ? 'to-server' : 'to-client',
      from,
      to,
    })),
    tampers: {
      'to-server': toMeddlings(spec.tamperClient, pki),
      'to-client': toMeddlings(spec.tamperServer, pki),
    },
  };
}

/** What she does to one side's messages, with certificates instead of their names. */
export function toMeddlings(specs: ManInTheMiddleSpec['tamperClient'], pki: Pki): Meddling[] {
  return (specs ?? []).map((spec) => (spec.fault === 'cut' ? spec : toFault(spec, pki.certificate)));
}
