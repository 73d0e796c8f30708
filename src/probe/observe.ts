/** What a real server does, found out by handshakes with it: as a modern client, as the board's firmware, and part by part. */
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Credentials } from '../../emulator/tls/engine.ts';
import { GROUP_IDS } from '../../emulator/tls/groups.ts';
import { PROFILES } from '../../emulator/tls/profiles.ts';
import { SUITE_IDS } from '../../emulator/tls/suites.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { type Dial, type DialOptions, dial } from './dial.ts';
import { readable } from './readable.ts';
import type { Target } from './target.ts';

export interface Observation {
  readonly target: Target;
  /** With everything that is spoken today. */
  readonly modern: Dial;
  /** With the hello of the ESP32's firmware: TLS 1.2, its suites, its curves. */
  readonly device: Dial;
  /** With all of TLS 1.2 that our engine has, curves and suites that the firmware lacks among it. */
  readonly tls12: Dial | undefined;
  /** Newest first: "TLSv1.3", "TLSv1.2", and older ones when it speaks nothing newer. */
  readonly versions: readonly string[];
  /** Suites of TLS 1.2 that the firmware has too, in the order in which the server takes them. */
  readonly suites: readonly string[];
  /** Groups for the key agreement of TLS 1.2. */
  readonly groups: readonly string[];
  /** The shortest that a connection took to be there, milliseconds; undefined when there was none. */
  readonly roundTripMs: number | undefined;
}

export interface ObserveOptions {
  readonly credentials?: Credentials | undefined;
  /** For each connection, milliseconds. */
  readonly timeoutMs: number;
  /** Told what is being asked. */
  readonly onStep?: (step: string) => void;
}

/** A server that has more is not asked on: nobody reads so long a list, and each costs it a connection. */
const MOST_SUITES = 16;

/** Every suite of the firmware, offered by a client that has one curve more. */
const TLS12_ALONE = { profile: 'modern', versions: [TLS12], suites: PROFILES.mbedtls.suites } as const;

const GROUPS = ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'] as const;

export async function observe(target: Target, options: ObserveOptions): Promise<Observation> {
  const { onStep = () => {} } = options;
  const server = new Asked(target, options);
  onStep('as a modern client');
  const modern = await server.ask({ profile: 'modern' });
  const unknown = { target, tls12: undefined, versions: [], suites: [], groups: [] };
  if (modern.failure !== undefined && modern.failure.stage !== 'tls') {
    return { ...unknown, modern, device: modern, roundTripMs: undefined };
  }
  onStep("as the ESP32's firmware");
  const device = await server.ask({ profile: 'mbedtls' });
  onStep('which versions it speaks');
  const tls12 = await server.ask({ profile: 'modern', versions: [TLS12] });
  const versions = await server.versions([modern, device, tls12]);
  const seen = { ...unknown, modern, device, versions };
  if (!versions.includes('TLSv1.2')) return { ...seen, roundTripMs: server.roundTripMs };
  onStep('which cipher suites it takes');
  const suites = await server.suites(device);
  onStep('which curves it takes');
  const groups = await server.groups(device.chain[0]);
  return { ...seen, tls12, suites, groups, roundTripMs: server.roundTripMs };
}

type Offer = Omit<DialOptions, 'target' | 'timeoutMs' | 'credentials'>;

class Asked {
  /** The shortest time to a connection so far, milliseconds. */
  roundTripMs: number | undefined;
  private readonly target: Target;
  private readonly options: ObserveOptions;

  constructor(target: Target, options: ObserveOptions) {
    this.target = target;
    this.options = options;
  }

  async ask(offer: Offer): Promise<Dial> {
    const { timeoutMs, credentials } = this.options;
    const answer = await dial({ ...offer, target: this.target, timeoutMs, credentials });
    const { connectMs = Number.POSITIVE_INFINITY } = answer;
    if (connectMs < (this.roundTripMs ?? Number.POSITIVE_INFINITY)) this.roundTripMs = connectMs;
    return answer;
  }

  /** `seen`: what it has answered already. */
  async versions(seen: readonly Dial[]): Promise<string[]> {
    const has = (version: string) => seen.some((answer) => answer.version === version);
    const tls13 = has('TLSv1.3') || (await this.ask({ profile: 'modern', versions: [TLS13] })).version;
    const versions = [...(tls13 ? ['TLSv1.3'] : []), ...(has('TLSv1.2') ? ['TLSv1.2'] : [])];
    return versions.length > 0 ? versions : this.oldVersion();
  }

  /** Takes what the server chose from the offer and asks again, until it finds nothing. */
  async suites(first: Dial): Promise<string[]> {
    const accepted: string[] = [];
    let answer = first;
    while (answer.suite !== undefined && accepted.length < MOST_SUITES) {
      accepted.push(answer.suite);
      const rest = PROFILES.mbedtls.suites.filter(
        (id) => !accepted.some((name) => SUITE_IDS.get(name) === id),
      );
      answer = await this.ask({ profile: 'mbedtls', suites: rest });
    }
    return accepted;
  }

  /** A suite without key agreement says nothing about groups. */
  async groups(leaf: Uint8Array | undefined): Promise<string[]> {
    const accepted: string[] = [];
    const certified = leaf && curveOf(leaf);
    for (const name of GROUPS) {
      const group = GROUP_IDS[name];
      const alone = await this.ask({ ...TLS12_ALONE, groups: [group] });
      // The key of an ECDSA certificate must be on a curve that the client names too (RFC 8422 section 5.1.1).
      const answer =
        alone.group === name || certified === undefined || certified === group
          ? alone
          : await this.ask({ ...TLS12_ALONE, groups: [group, certified] });
      if (answer.group === name) accepted.push(name);
    }
    return accepted;
  }

  /** Our engine has no TLS 1.0 and 1.1: OpenSSL asks, and lets the keys of those days pass. */
  private oldVersion(): Promise<string[]> {
    const { host, port, name } = this.target;
    return new Promise((resolve) => {
      const socket = connectTls({
        host,
        port,
        servername: isIP(name) ? '' : name,
        minVersion: 'TLSv1',
        ciphers: 'ALL:@SECLEVEL=0',
        rejectUnauthorized: false,
      });
      const end = (versions: string[]) => {
        socket.destroy();
        resolve(versions);
      };
      socket.setTimeout(this.options.timeoutMs, () => end([]));
      socket.once('error', () => end([]));
      socket.once('secureConnect', () => end([socket.getProtocol() ?? ''].filter(Boolean)));
    });
  }
}

function curveOf(leaf: Uint8Array): number | undefined {
  const publicKey = readable(leaf)?.publicKey;
  return publicKey?.kind === 'ec' ? GROUP_IDS[publicKey.curve] : undefined;
}
