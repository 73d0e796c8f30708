/** The same as tls12.test.ts for a server of TLS 1.3. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TLS13 } from '../../emulator/tls/versions.ts';
import { Client13 } from './client13.ts';
import { runAll } from './run.ts';
import { inMemory, onPorts, type Ports } from './servers.ts';
import {
  ALERTS13,
  CLIENT_AUTHENTICATION13,
  COMPATIBILITY,
  FINISHED13,
  KEY_UPDATES,
  ORDER13,
  RECORDS13,
} from './tls13-cases.ts';
import { type Case13, HELLOS13, RETRIES } from './tls13-hello-cases.ts';
import { SocketTransport } from './transport.ts';

const GROUPS: Readonly<Record<string, readonly Case13[]>> = {
  'a ClientHello': HELLOS13,
  'a HelloRetryRequest': RETRIES,
  'the order of messages': ORDER13,
  'ChangeCipherSpec, which means nothing': COMPATIBILITY,
  Finished: FINISHED13,
  'protected records': RECORDS13,
  'new keys': KEY_UPDATES,
  alerts: ALERTS13,
};

describe('TLS 1.3, the engine', () => {
  const [open, closed] = [
    inMemory({ versions: [TLS13] }),
    inMemory({ versions: [TLS13], clientAuth: 'require' }),
  ];
  runAll(GROUPS, () => new Client13(open()));
  runAll({ 'client authentication': CLIENT_AUTHENTICATION13 }, () => new Client13(closed()));
});

describe('TLS 1.3, on a port', () => {
  let ports: Ports;
  before(async () => {
    ports = await onPorts('1.3');
  });
  after(() => ports.close());

  it('answers what was asked before close_notify (RFC 8446 section 6.1)', async () => {
    const transport = new SocketTransport(ports.open);
    const client = new Client13(transport);
    await client.connect();
    transport.together(() => {
      client.data('GET / HTTP/1.0\r\n\r\n');
      client.alert(1, 0);
    });
    assert.match(await client.heardData(), /^HTTP\/1\.1 200 OK/);
    transport.close();
  });

  runAll(GROUPS, () => new Client13(new SocketTransport(ports.open)), true);
  runAll(
    { 'client authentication': CLIENT_AUTHENTICATION13 },
    () => new Client13(new SocketTransport(ports.closed)),
  );
});
