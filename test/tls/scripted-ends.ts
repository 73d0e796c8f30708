/** One real end that is given hand-made records, and what must become of it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TlsClientConfig, TlsServerConfig } from '../../emulator/tls/config.ts';
import { type ClientHello, clientHello } from '../../emulator/tls/messages/client-hello.ts';
import type { Extension } from '../../emulator/tls/messages/extensions.ts';
import { type ServerHello, serverHello } from '../../emulator/tls/messages/server-hello.ts';
import { CERTIFICATES } from './certificates.ts';
import { handshake, sealed } from './scripted.ts';
import { clientEnd, converse, type End, type HostOptions, serverEnd, type Tamper } from './support.ts';

export const EMPTY = new Uint8Array(0);
export const RENEGOTIATION_INFO: Extension = { name: 'renegotiation_info', renegotiatedConnection: EMPTY };

export const SERVER_HELLO: ServerHello = {
  version: 0x0303,
  random: new Uint8Array(32).fill(7),
  sessionId: EMPTY,
  suite: 0xc02b,
  compressionMethod: 0,
  extensions: [RENEGOTIATION_INFO],
};

export const CLIENT_HELLO: ClientHello = {
  version: 0x0303,
  random: new Uint8Array(32).fill(7),
  sessionId: EMPTY,
  suites: [0xc02b],
  compressionMethods: [0],
  extensions: [
    { name: 'supported_groups', groups: [23] },
    { name: 'signature_algorithms', schemes: [0x0403] },
  ],
};

/** Asserts that it failed so, and that it says so once and stays failed. */
export function assertFailed(end: End, alert: string, reason: string): void {
  assert.deepEqual([end.alerts('sent'), end.error?.reason], [[`fatal ${alert}`], reason]);
  assert.equal(end.tls.state, 'failed');
  assert.equal(end.all('tls.failed').length, 1);
  assert.throws(() => end.tls.receive(EMPTY), { name: 'TlsError', reason });
}

export function afterClientHello(...bytes: Uint8Array[]): End {
  const client = clientEnd({ profile: 'modern', serverName: 'api.example.com' });
  client.tls.start();
  client.take();
  client.receive(Buffer.concat(bytes));
  client.take();
  return client;
}

export function serverGiven(...bytes: Uint8Array[]): End {
  const server = serverEnd({ profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: 'none' });
  server.tls.start();
  server.receive(Buffer.concat(bytes));
  server.take();
  return server;
}

export const hello = (change: Partial<ServerHello>): Uint8Array =>
  handshake(serverHello, { ...SERVER_HELLO, ...change });
export const offer = (change: Partial<ClientHello>): Uint8Array =>
  handshake(clientHello, { ...CLIENT_HELLO, ...change });

/** An answer with these extensions beside the one that has to be there. */
export const answering = (...extensions: Extension[]): End =>
  afterClientHello(hello({ extensions: [RENEGOTIATION_INFO, ...extensions] }));

export type Case = readonly [what: string, alert: string, reason: string, end: () => End];

/** A table of cases, a test each. */
export function itFails(cases: readonly Case[]): void {
  for (const [what, alert, reason, end] of cases) {
    it(`${what}: ${alert}`, () => assertFailed(end(), alert, reason));
  }
}

/** How two modern ends differ from the usual ones. */
export interface Meeting {
  readonly client?: Partial<TlsClientConfig>;
  readonly server?: Partial<TlsServerConfig>;
  readonly clientHost?: HostOptions;
  readonly tamper?: Tamper;
}

export function meet({ client: ours, server: theirs, clientHost, tamper }: Meeting): {
  client: End;
  server: End;
} {
  const client = clientEnd({ profile: 'modern', ...ours }, clientHost);
  const server = serverEnd({
    profile: 'modern',
    credentials: [CERTIFICATES.p256],
    clientAuth: 'none',
    ...theirs,
  });
  converse(client, server, tamper);
  return { client, server };
}

/** An established end that is given a record, protected as the other would. */
export function connected(
  side: 'client' | 'server',
  type: 'alert' | 'handshake' | 'application_data',
  bytes: Uint8Array,
): End {
  const end = meet({})[side];
  end.receive(sealed(side === 'client' ? 'server' : 'client', end, type, bytes));
  return end;
}
