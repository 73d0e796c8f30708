/** The peers as they are used here, from the folder into which `npm run bench -- peers --peers` puts them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../support/project.ts';

const folder = join(projectRoot, 'node_modules/.cache/tls-peers');

export function peersAreInstalled(): boolean {
  return existsSync(join(folder, 'node_modules'));
}

function load<T>(path: string): Promise<T> {
  return import(pathToFileURL(join(folder, 'node_modules', path)).href) as Promise<T>;
}

export interface ForgeConnection {
  readonly tlsData: { getBytes(): string };
  handshake(): void;
  process(bytes: string): void;
}

export interface Forge {
  readonly pki: {
    certificateFromPem(pem: string): { readonly subject: { getField(name: string): { value: string } } };
    createCaStore(pems: readonly string[]): unknown;
  };
  readonly tls: {
    readonly CipherSuites: Readonly<Record<string, unknown>>;
    createConnection(options: object): ForgeConnection;
  };
}

/** CommonJS. */
export function loadForge(): Forge {
  return createRequire(join(folder, 'package.json'))('node-forge') as Forge;
}

export interface Subtls {
  readonly TrustedCert: { databaseFromPEM(pem: string): Promise<unknown> };
  startTls(
    host: string,
    roots: unknown,
    read: (bytes: number, mode?: number) => Promise<Uint8Array | undefined>,
    write: (bytes: Uint8Array) => void,
  ): Promise<{ read(): Promise<Uint8Array | undefined> }>;
}

export function loadSubtls(): Promise<Subtls> {
  return load('subtls/index.js');
}

export interface ReclaimClient {
  startHandshake(): Promise<void>;
  handleReceivedBytes(bytes: Uint8Array): Promise<void>;
}

export interface Reclaim {
  setCryptoImplementation(implementation: unknown): void;
  loadX509FromPem(pem: string): unknown;
  makeTLSClient(options: object): ReclaimClient;
}

export function loadReclaim(): Promise<Reclaim> {
  return load('@reclaimprotocol/tls/lib/index.js');
}

export async function loadReclaimCrypto(): Promise<{ readonly web: unknown; readonly pure: unknown }> {
  const [{ webcryptoCrypto }, { pureJsCrypto }] = await Promise.all([
    load<{ webcryptoCrypto: unknown }>('@reclaimprotocol/tls/lib/crypto/webcrypto.js'),
    load<{ pureJsCrypto: unknown }>('@reclaimprotocol/tls/lib/crypto/pure-js.js'),
  ]);
  return { web: webcryptoCrypto, pure: pureJsCrypto };
}
