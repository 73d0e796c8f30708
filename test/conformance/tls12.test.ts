/**
 * A server of TLS 1.2 among clients that do everything wrong: each gets the alert of the RFCs and a closed connection,
 * never silence. Everything is said twice: to the engine in memory, and to `tls-sandbox tls-server` on a port.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TLS12 } from '../../emulator/tls/versions.ts';
import { Client12, ECDHE_ECDSA_GCM, RSA_CBC_SHA } from './client12.ts';
import { CLIENT_AUTHENTICATION, FINISHED, KEY_EXCHANGE, ORDER, PROTECTION } from './handshake-cases.ts';
import {
  type Case,
  EXTENSIONS,
  FIELDS,
  LENGTHS,
  MESSAGE_TYPES,
  PROTOCOLS,
  RECORDS,
  SERVER_NAMES,
} from './hello-cases.ts';
import { type Connect, runAll } from './run.ts';
import { inMemory, onPorts, type Ports } from './servers.ts';
import { ALERTS, RENEGOTIATION, RESUMPTION } from './session-cases.ts';
import { SocketTransport } from './transport.ts';

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  'a first message of another type': MESSAGE_TYPES,
  'a ClientHello with lengths that do not fit': LENGTHS,
  'the fields of a ClientHello': FIELDS,
  'its extensions': EXTENSIONS,
  'its server_name': SERVER_NAMES,
  'its application protocols': PROTOCOLS,
  'its records': RECORDS,
  'the order of messages': ORDER,
  'the key exchange': KEY_EXCHANGE,
  Finished: FINISHED,
  'protected records': PROTECTION,
  alerts: ALERTS,
  renegotiation: RENEGOTIATION,
};

function runResumption(server: () => Connect): void {
  for (const { what, alert, first, second } of RESUMPTION) {
    it(`resumption ${what}`, async () => {
      const connect = server();
      const earlier = new Client12(connect());
      await first(earlier);
      earlier.transport.close();
      const later = new Client12(connect());
      await second(later, earlier);
      if (alert !== undefined) assert.equal(await later.heardAlert(), alert);
      later.transport.close();
    });
  }
}

describe('TLS 1.2, the engine', () => {
  const config = { versions: [TLS12], suites: [ECDHE_ECDSA_GCM, RSA_CBC_SHA] };
  const [open, closed] = [inMemory(config), inMemory({ ...config, clientAuth: 'require' })];
  runAll(GROUPS, () => new Client12(open()));
  runAll({ 'client authentication': CLIENT_AUTHENTICATION }, () => new Client12(closed()));
  runResumption(() => inMemory(config));
});

describe('TLS 1.2, on a port', () => {
  let ports: Ports;
  before(async () => {
    ports = await onPorts('1.2');
  });
  after(() => ports.close());

  runAll(GROUPS, () => new Client12(new SocketTransport(ports.open)), true);
  runAll(
    { 'client authentication': CLIENT_AUTHENTICATION },
    () => new Client12(new SocketTransport(ports.closed)),
  );
  runResumption(() => () => new SocketTransport(ports.open));
});
