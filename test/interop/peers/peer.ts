/** What every other TLS stack looks like to the matrix: a server and a client that are told alike what to do. */
import type { GroupName } from '../../../emulator/crypto/provider.ts';
import type { TlsVersion } from '../../../emulator/tls/versions.ts';
import type { OpensslCertificates } from '../../tls/openssl.ts';

/** The name that all servers' certificates have, and that all clients check. */
export const SERVER_NAME = 'api.example.com';

/** How the peer is set up. Plain data: two cases that say the same can share one server. */
export interface Setup {
  /** One of them alone, or both. */
  readonly version: Exclude<TlsVersion, 'DTLSv1.2'> | 'both';
  /** Names of the certificates that it shows, at most one of a kind of key. */
  readonly shows?: readonly string[];
  /** The only groups it knows, in order of preference; by default all of its own. */
  readonly groups?: readonly GroupName[];
  /** A server demands a certificate of the authority. */
  readonly asksClient?: boolean;
  /** Knows the key of test/tls/support.ts. */
  readonly psk?: boolean;
  /** TLS 1.2: sessions have a ticket, or an ID alone. Default: ticket. */
  readonly tickets?: boolean;
  /** A client comes twice, and takes its session up the second time. */
  readonly resumes?: boolean;
  /** A client that does not offer encrypt_then_mac. */
  readonly macThenEncrypt?: boolean;
  /** A server staples the response that was made for its certificate; a client asks for one. */
  readonly stapling?: boolean;
  /** A client asks for records of no more than so many bytes. */
  readonly maxFragmentLength?: number;
  /** A client changes its keys before it speaks, then asks for others of ours too. */
  readonly updatesKeys?: boolean;
  /** A client closes first, instead of waiting until it is told that all was said. */
  readonly closesFirst?: boolean;
}

/** What a case may ask for that not every peer's program or API offers. */
export type Ability = 'maxFragmentLength' | 'stapling' | 'updatesKeys' | 'waitsForClose';

export type Role = 'server' | 'client';

/** Where a client goes, and what it says there. */
export interface PeerVisit {
  readonly port: number;
  readonly lines: string;
}

export interface PeerServer {
  readonly port: number;
  /** What it sends back when it is sent these lines. */
  answer(lines: string): string;
  /** What it said for itself, for messages of failure. */
  readonly printed: string;
  stop(): Promise<void>;
}

export interface Peer {
  readonly name: string;
  /** How its columns are headed. */
  readonly columns: Readonly<Record<Role, string>>;
  /** Why there are no cases with it at all. */
  readonly absent: string | false;
  /** Its client answers no close_notify: it has to be the one that closes, always. */
  readonly alwaysClosesFirst: boolean;
  /** What its client prints of a stapled response that says good. */
  readonly saysStapled: RegExp;
  /** Why it cannot speak the suite, as far as its own list tells. */
  lacksSuite(id: number, role: Role): string | undefined;
  lacks(ability: Ability, role: Role): string | undefined;
  serve(setup: Setup, certificates: OpensslCertificates): Promise<PeerServer>;
  /** A client that says the lines and hears them again. Resolves to what came out, once it has ended. */
  connect(setup: Setup, certificates: OpensslCertificates, visit: PeerVisit): Promise<string>;
}

/** Which versions the setup speaks, lowest first. */
export function spoken({ version }: Setup): readonly ('TLSv1.2' | 'TLSv1.3')[] {
  return version === 'both' ? ['TLSv1.2', 'TLSv1.3'] : [version];
}
