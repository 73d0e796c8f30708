/** Two engines joined back to back, with everything they say recorded. */
import assert from 'node:assert/strict';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { createTlsClient, type TlsClientConfig } from '../../emulator/tls/client.ts';
import type { PreSharedKey } from '../../emulator/tls/config.ts';
import { type PeerVerdict, type TlsConnection, TlsError, type TlsHost } from '../../emulator/tls/engine.ts';
import { createTlsServer, type TlsServerConfig } from '../../emulator/tls/server.ts';
import { TLS12 } from '../../emulator/tls/versions.ts';
import { Random } from '../../emulator/world/random.ts';
import type { TraceEventBody } from '../../emulator/world/trace-events.ts';

export const CONNECTION = '192.168.4.2:49152>192.0.2.10:443';
export const NOW = Date.UTC(2026, 5, 1) / 1000;

type EventOf<T extends TraceEventBody['type']> = Extract<TraceEventBody, { type: T }>;

/** One end: the engine, and what it told its host. */
export class End {
  readonly tls: TlsConnection;
  readonly events: readonly TraceEventBody[];

  constructor(tls: TlsConnection, events: readonly TraceEventBody[]) {
    this.tls = tls;
    this.events = events;
  }

  all<T extends TraceEventBody['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** Names of the messages of one direction, in order. */
  messages(direction: 'sent' | 'received'): string[] {
    return this.all('tls.message')
      .filter((event) => event.direction === direction)
      .map((event) => event.message);
  }

  alerts(direction: 'sent' | 'received'): string[] {
    return this.all('tls.alert')
      .filter((event) => event.direction === direction)
      .map((event) => `${event.level} ${event.description}`);
  }

  get error(): TlsError | undefined {
    return this.tls.error;
  }

  /** Hands in bytes. A TlsError stays in `error`; anything else is a bug and goes through. */
  receive(bytes: Uint8Array): void {
    if (this.tls.error !== undefined) return;
    ignoringTlsErrors(() => this.tls.receive(bytes));
  }

  take(): Uint8Array {
    return ignoringTlsErrors(() => this.tls.take()) ?? this.tls.take();
  }
}

export function ignoringTlsErrors<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return undefined;
  }
}

/** A key that both ends know, as the recorder of the device's hello had it. */
export const PSK: PreSharedKey = { identity: ascii('dev'), key: ascii('0123456789abcdef') };

export function serverPsk(identity: Uint8Array): Uint8Array | undefined {
  return hex(identity) === hex(PSK.identity) ? PSK.key : undefined;
}

export interface HostOptions {
  readonly seed?: number;
  /** What the clock shows; default: NOW. */
  readonly now?: number;
  readonly crypto?: CryptoProvider;
  readonly verdict?: TlsHost['verifyPeer'];
}

export const ACCEPT: PeerVerdict = {
  accepted: true,
  authenticated: true,
  subject: 'CN=the peer',
  checks: [],
};

export function testHost(name: string, options: HostOptions, events: TraceEventBody[]): TlsHost {
  const random = new Random(options.seed ?? 1, name);
  return {
    crypto: options.crypto ?? nodeProvider,
    random: (length) => random.bytes(length),
    unixTime: () => options.now ?? NOW,
    emit: (event) => events.push(event),
    verifyPeer: options.verdict ?? (() => ACCEPT),
  };
}

/** Speaks TLS 1.2 unless told otherwise, whatever the profile. */
const UNLESS_TOLD = { connection: CONNECTION, versions: [TLS12] };

export function clientEnd(config: Omit<TlsClientConfig, 'connection'>, options: HostOptions = {}): End {
  const events: TraceEventBody[] = [];
  return new End(createTlsClient({ ...UNLESS_TOLD, ...config }, testHost('client', options, events)), events);
}

export function serverEnd(config: Omit<TlsServerConfig, 'connection'>, options: HostOptions = {}): End {
  const events: TraceEventBody[] = [];
  return new End(createTlsServer({ ...UNLESS_TOLD, ...config }, testHost('server', options, events)), events);
}

/** What happens to bytes under way; returns what arrives. */
export type Tamper = (bytes: Uint8Array, to: 'client' | 'server') => Uint8Array;

/** Starts both and carries bytes until neither has anything to say. */
export function converse(client: End, server: End, tamper: Tamper = (bytes) => bytes): void {
  server.tls.start();
  client.tls.start();
  carry(client, server, tamper);
}

export function carry(client: End, server: End, tamper: Tamper = (bytes) => bytes): void {
  for (let round = 0; round < 50; round++) {
    const toServer = client.take();
    if (toServer.length > 0) server.receive(tamper(toServer, 'server'));
    const toClient = server.take();
    if (toClient.length > 0) client.receive(tamper(toClient, 'client'));
    if (toServer.length === 0 && toClient.length === 0) return;
  }
  assert.fail('the two ends do not come to rest');
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** Splits a stream into its records, headers included. */
export function records(stream: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < stream.length; ) {
    const end = at + 5 + ((stream[at + 3]! << 8) | stream[at + 4]!);
    found.push(stream.slice(at, end));
    at = end;
  }
  return found;
}
