/** What boards make of a server: the server's twin in a small world, and the program that was written for it. */
import { isIPv4 } from 'node:net';
import type { CryptoProvider, PrivateKey } from '../../emulator/crypto/provider.ts';
import type { Board } from '../../emulator/device/boards/board.ts';
import type { Nanoseconds } from '../../emulator/world/time.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { computeFigures } from '../report/figures.ts';
import { LAN_PREFIX } from '../scenario/addressing.ts';
import { defineScenario } from '../scenario/define.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { type RunOptions, runScenario } from '../scenario/run.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { FILES, programFor, WIFI } from './program.ts';
import type { Subject } from './subject.ts';
import { makeTwins } from './twin.ts';

export interface Prediction {
  readonly board: string;
  readonly connects: boolean;
  /** As the console shows its last line: "ValueError: …". */
  readonly exception: string | undefined;
  /** Whether the board came to look at the chain. */
  readonly judged: boolean;
  readonly alert: { readonly by: 'board' | 'server'; readonly name: string } | undefined;
  /** Virtual, from ClientHello to established, and the peak of the IDF heap in bytes beyond what was in use. Estimated. */
  readonly handshake: Nanoseconds | undefined;
  readonly heapPeak: number | undefined;
  /** Everything that happened. */
  readonly events: readonly TraceEvent[];
}

/** Addresses of the documentation's networks (RFC 5737), where the real one cannot be used. */
const SERVER_ADDRESS = '203.0.113.10';
const DEVICE = 'board';
const SERVER = 'server';
/** For one reading or writing, seconds. */
export const TIMEOUT_S = 10;

export async function predict(
  subject: Subject,
  board: Board,
  crypto: CryptoProvider,
  options: RunOptions = {},
): Promise<Prediction> {
  const { events } = await runScenario(twinWorld(subject, crypto), { ...options, board });
  const figures = computeFigures(events);
  const exception = events.find((event) => event.type === 'device.exception');
  const alert = events.find(
    (event) =>
      event.type === 'tls.alert' && event.direction === 'sent' && event.description !== 'close_notify',
  );
  const connection = figures.connections[0];
  const heap = figures.devices.find(({ device }) => device === DEVICE)?.heap;
  return {
    board: board.name,
    connects: events.some((event) => event.type === 'device.output' && event.text.includes('connected:')),
    exception:
      exception?.type === 'device.exception'
        ? [exception.name, exception.message].filter(Boolean).join(': ')
        : undefined,
    judged: events.some((event) => event.type === 'x509.verdict' && event.actor === DEVICE),
    alert:
      alert?.type === 'tls.alert'
        ? { by: alert.actor === DEVICE ? 'board' : 'server', name: alert.description }
        : undefined,
    handshake: connection?.handshake,
    heapPeak: heap?.connections[0]?.peak,
    events,
  };
}

type Imported = NonNullable<NonNullable<ScenarioInput['pki']>['imported']>;
type Hosts = NonNullable<ScenarioInput['hosts']>;
type Services = Hosts[string]['services'];

/** The world in which the program finds the server's twin. */
export function twinWorld(subject: Subject, crypto: CryptoProvider): LoadedScenario {
  const { chain, anchors, client } = subject;
  const twins = makeTwins([...chain, ...anchors], crypto);
  const files: Record<string, string | Uint8Array> = { 'main.py': programInWorld(subject) };
  const imported: Imported = {};
  const add = (name: string, certificate: Uint8Array, key?: PrivateKey) => {
    files[`${name}.der`] = certificate;
    if (key !== undefined) files[`${name}.key`] = encodePrivateKey(key, 'pkcs8');
    imported[name] = { certificate: `${name}.der`, ...(key && { key: `${name}.key` }) };
  };
  chain.forEach((der, i) => {
    add(`chain-${i}`, twins.of(der), i === 0 ? twins.key(der) : undefined);
  });
  anchors.forEach((der, i) => {
    add(`anchor-${i}`, twins.of(der));
  });
  if (client !== undefined) add('client', client.certificate, client.key);
  const servable = chain.length > 0 && twins.key(chain[0]!) !== undefined;
  return defineScenario(worldOf(subject, imported, servable), {
    name: `probe ${subject.target.name}`,
    files,
  });
}

function worldOf(subject: Subject, imported: Imported, servable: boolean): ScenarioInput {
  const { target, reach, roundTripMs, time, client, anchors } = subject;
  const { address, dnsName } = placeInWorld(subject);
  return {
    title: `The twin of ${target.name}`,
    why: 'To see what a board makes of it.',
    time: new Date(time * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    // Where the server shows a certificate with a key that cannot be made here, another one speaks for it.
    pki: { leaves: { 'stand-in': { issuer: 'self' } }, imported },
    network: {
      wifi: WIFI,
      ...(roundTripMs !== undefined && { internet: { latency: `${(roundTripMs / 2).toFixed(3)}ms` } }),
      ...(reach === 'silent' && { faults: [{ at: '0ms', link: SERVER, down: true }] }),
    },
    hosts: {
      'ns.example.net': {
        address: '198.51.100.53',
        services: [
          { type: 'dns', ...(reach === 'no-name' && dnsName && { failures: { [dnsName]: 'NXDOMAIN' } }) },
        ],
      },
      'pool.ntp.org': { address: '198.51.100.123', services: [{ type: 'ntp' }] },
      [SERVER]: {
        address,
        ...(dnsName && { names: [dnsName] }),
        services: servicesOf(subject, servable),
      },
    },
    devices: {
      [DEVICE]: {
        files: {
          [`/${FILES.ca}`]: { certificate: anchors.length > 0 ? 'anchor-0' : 'stand-in' },
          ...(client && {
            [`/${FILES.certificate}`]: { certificate: 'client' },
            [`/${FILES.key}`]: { key: 'client' },
          }),
        },
      },
    },
  };
}

function servicesOf(subject: Subject, servable: boolean): Services {
  const { target, reach, chain, versions, suites, groups, demandsCertificate, client } = subject;
  const { port } = target;
  if (reach === 'plain') return [{ type: 'http', port }];
  // What closes upon a hello waits for packets of a protocol of its own, as a broker does.
  if (reach === 'closed') return [{ type: 'mqtt', port }];
  if (reach === 'refused' || reach === 'no-name') return [];
  const rest = chain.slice(1).map((_, i) => `chain-${i + 1}`);
  const spoken = versions.filter((version) => version === 'TLSv1.2' || version === 'TLSv1.3');
  const faults = [
    ...(spoken.length === 0 && versions[0] === 'TLSv1.0' ? [olderVersion('TLSv1.0')] : []),
    ...(spoken.length === 0 && versions[0] === 'TLSv1.1' ? [olderVersion('TLSv1.1')] : []),
    ...(!servable && chain.length > 0
      ? [{ at: 'Certificate', fault: 'substitute-certificate', chain: ['chain-0', ...rest] } as const]
      : []),
  ];
  return [
    {
      type: 'https',
      port,
      certificate: servable ? 'chain-0' : 'stand-in',
      chain: servable ? rest : [],
      // A certificate of somebody else's authority is refused as none is: with another's name.
      ...(demandsCertificate && { clientCa: [client === undefined ? 'stand-in' : 'client'] }),
      tls: {
        versions: spoken.length > 0 ? spoken : ['TLSv1.2'],
        ...(suites.length > 0 && { suites: [...suites, ...TLS13_SUITES] }),
        ...(groups.length > 0 && { groups }),
        faults,
      },
    },
  ] as Services;
}

function olderVersion(version: 'TLSv1.0' | 'TLSv1.1') {
  return { at: 'ServerHello', fault: 'downgrade-version', version } as const;
}

const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'];

/** The board reaches the server by its name or its address; what is only this computer's stands elsewhere. */
function placeInWorld({ target: { host } }: Subject): { address: string; dnsName: string | undefined } {
  if (host === 'localhost') return { address: SERVER_ADDRESS, dnsName: undefined };
  if (isIPv4(host)) return { address: usable(host) ? host : SERVER_ADDRESS, dnsName: undefined };
  return { address: SERVER_ADDRESS, dnsName: host.includes(':') ? undefined : host };
}

function usable(address: string): boolean {
  return (
    !/^(0|127|22[4-9]|2[3-5]\d)\./.test(address) &&
    !address.startsWith(LAN_PREFIX) &&
    !RESERVED.includes(address)
  );
}

const RESERVED = ['198.51.100.53', '198.51.100.123', '192.0.2.1'];

function programInWorld(subject: Subject): string {
  const { target, client } = subject;
  const { address, dnsName } = placeInWorld(subject);
  const host = dnsName ?? address;
  return programFor({
    // An address is checked as it stands in the certificate, wherever the twin has to live.
    target: { ...target, host },
    clientCertificate: client !== undefined,
    timeout: TIMEOUT_S,
  });
}
