/** From the command line to what the server runs on; files are read and checked before anything listens. */
import { openSync } from 'node:fs';
import type { PrivateKey, PublicKey } from '../../../emulator/crypto/provider.ts';
import type { Credentials } from '../../../emulator/tls/engine.ts';
import { traitsOf } from '../../../emulator/tls/key-exchanges.ts';
import { PEER_SUITES } from '../../../emulator/tls/peer-suites.ts';
import { PROFILES, type Profile, type ProfileName } from '../../../emulator/tls/profiles.ts';
import { SUITE_IDS, SUITES } from '../../../emulator/tls/suites.ts';
import { TLS13_SUITES } from '../../../emulator/tls/tls13/suites.ts';
import { TLS12, TLS13 } from '../../../emulator/tls/versions.ts';
import { sameBytes } from '../../../emulator/world/bytes.ts';
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import { parseCertificate } from '../../../emulator/x509/certificate.ts';
import { didYouMean } from '../../scenario/did-you-mean.ts';
import { readCertificates, readPrivateKey } from '../cert/files.ts';
import { UsageError } from '../exit-codes.ts';
import { writing } from '../files.ts';

/** As commander hands them over. */
export interface ServerOptions {
  readonly listen: number;
  readonly cert: readonly string[];
  readonly key: readonly string[];
  readonly chain?: string;
  readonly tls?: '1.2' | '1.3';
  readonly clientCa?: string;
  readonly clientAuth?: 'request' | 'require';
  readonly profile: ProfileName;
  readonly ciphers?: string;
  readonly keylog?: string;
  readonly maxConnections: number;
  readonly timeout: Nanoseconds;
  readonly json?: boolean;
}

export interface ServerSettings {
  readonly port: number;
  readonly credentials: readonly Credentials[];
  readonly versions: readonly number[] | undefined;
  readonly clientAuth: 'none' | 'request' | 'require';
  /** DER. */
  readonly clientAnchors: readonly Uint8Array[];
  readonly profile: ProfileName;
  readonly suites: readonly number[];
  /** A file that is open for appending. */
  readonly keylog: number | undefined;
  readonly maxConnections: number;
  readonly timeoutMs: number;
  readonly json: boolean;
}

/** Throws UsageError. */
export function readSettings(options: ServerOptions): ServerSettings {
  if (options.clientAuth !== undefined && options.clientCa === undefined) {
    throw new UsageError('--client-auth needs --client-ca: whose certificates are to be trusted?');
  }
  if (options.profile === 'mbedtls' && options.tls === '1.3') {
    throw new UsageError('--profile mbedtls speaks TLS 1.2 alone, as stock firmware does');
  }
  return {
    port: options.listen,
    credentials: readCredentials(options),
    versions: options.tls && [options.tls === '1.2' ? TLS12 : TLS13],
    clientAuth: options.clientCa === undefined ? 'none' : (options.clientAuth ?? 'require'),
    clientAnchors: options.clientCa === undefined ? [] : readCertificates(options.clientCa),
    profile: options.profile,
    suites: options.ciphers === undefined ? suitesOf(PROFILES[options.profile]) : readSuites(options.ciphers),
    keylog: options.keylog === undefined ? undefined : openSecretLog(options.keylog),
    maxConnections: options.maxConnections,
    timeoutMs: options.timeout / MILLISECOND,
    json: options.json === true,
  };
}

function readCredentials({ cert, key, chain }: ServerOptions): Credentials[] {
  if (cert.length !== key.length) {
    throw new UsageError(`${cert.length} --cert but ${key.length} --key: each certificate needs its key`);
  }
  const intermediates = chain === undefined ? [] : readCertificates(chain);
  return cert.map((file, i) => {
    const privateKey = readPrivateKey(key[i]!);
    const certificates = [...readCertificates(file), ...intermediates];
    checkPair(file, certificates[0]!, key[i]!, privateKey);
    return { chain: certificates, key: privateKey };
  });
}

function checkPair(certificateFile: string, der: Uint8Array, keyFile: string, key: PrivateKey): void {
  let certified: PublicKey | undefined;
  try {
    certified = parseCertificate(der).publicKey;
  } catch (error) {
    throw new UsageError(`${certificateFile}: ${error instanceof Error ? error.message : error}`);
  }
  if (certified === undefined) {
    throw new UsageError(`${certificateFile}: the key is of a kind that TLS here cannot use`);
  }
  if (!sameKey(certified, key.publicKey)) {
    throw new UsageError(`${keyFile} is not the key of the first certificate in ${certificateFile}`);
  }
}

function sameKey(a: PublicKey, b: PublicKey): boolean {
  if (a.kind === 'rsa') return b.kind === 'rsa' && sameBytes(a.n, b.n) && sameBytes(a.e, b.e);
  return b.kind === a.kind && sameBytes(a.point, b.point);
}

/** Readable by its owner alone where it is new. */
function openSecretLog(path: string): number {
  return writing(path, () => openSync(path, 'a', 0o600));
}

/** All that prove the server by its certificate and encrypt, those of the profile first. */
function suitesOf(profile: Profile): readonly number[] {
  const others = [...SUITES, ...PEER_SUITES].filter((suite) => {
    const { certificate, psk } = traitsOf(suite);
    return certificate !== undefined && !psk && suite.cipher !== 'NULL';
  });
  return [...new Set([...profile.suites, ...[...TLS13_SUITES, ...others].map(({ id }) => id)])];
}

/** IANA's or mbedTLS's names, separated by commas or, as OpenSSL's lists are, by colons. */
function readSuites(names: string): readonly number[] {
  return names.split(/[,:]/).map(readSuite);
}

function readSuite(name: string): number {
  // mbedTLS's names are IANA's with other dashes.
  const id = SUITE_IDS.get(name.replaceAll('-', '_'));
  if (id === undefined) {
    const hint = didYouMean(name, [...SUITE_IDS.keys()]);
    throw new UsageError(`--ciphers: there is no suite ${name} here${hint}`);
  }
  return id;
}
