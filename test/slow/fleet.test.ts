/** Fifty boards in one world, each with an interpreter of its own, each proving who it is. Prints what that takes. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { MqttServer } from '../../emulator/hosts/mqtt-server.ts';
import { NodeWorkerPool, run } from '../device/bench.ts';
import { createLab, credentialsOf, ecKey, identity, keyPem, pem } from '../device/lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const DEVICES = 50;

const root = identity('Root', ecKey('root'), { ca: true });
const broker = identity('api.example.com', ecKey('broker'), { issuer: root, names: ['api.example.com'] });

/** One flash image for all: which certificate is a board's own is in its program. */
const boards = Array.from({ length: DEVICES }, (_, index) => {
  const name = `sensor-${index}`;
  const { der, key } = identity(name, ecKey(name), { issuer: root });
  return { name, files: { [`/${name}.pem`]: pem(der), [`/${name}.key`]: keyPem(key) } };
});

const program = (name: string) => `
import machine, ssl
from umqtt.simple import MQTTClient
machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile="/ca.pem")
context.load_cert_chain("/${name}.pem", "/${name}.key")
client = MQTTClient("${name}", "api.example.com", ssl=context)
client.connect()
client.publish("fleet/${name}", "here", qos=1)
client.disconnect()
`;

describe('fifty boards', () => {
  it('all complete mutual TLS in one world', (test) => {
    const lab = createLab({ devices: DEVICES });
    new MqttServer(lab.server, {
      port: 8883,
      backlog: DEVICES,
      tls: { credentials: [credentialsOf(broker)], clientAuth: 'require', clientAnchors: [root.der] },
    });
    const files = Object.assign({ '/ca.pem': pem(root.der) }, ...boards.map((board) => board.files));
    const started = performance.now();
    const { outcome, of, devices } = run(
      boards.map(({ name }) => program(name)),
      { ...lab, pool, files },
    );
    const seconds = (performance.now() - started) / 1000;

    assert.equal(outcome.outcome, 'finished');
    assert.deepEqual(
      devices.map(({ exit }) => exit),
      devices.map(() => ({ status: 0, reason: 'end' })),
    );
    const names = boards.map(({ name }) => name).sort();
    const users = of('mqtt.connect').map(({ user }) => user);
    assert.deepEqual(users.sort(), names);
    assert.equal(of('mqtt.publish').length, DEVICES);
    const authenticated = of('tls.established').filter(({ peerAuthenticated }) => peerAuthenticated);
    assert.equal(authenticated.length, 2 * DEVICES);

    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    test.diagnostic(`${DEVICES} boards: ${seconds.toFixed(1)} s, peak memory ${peak} MiB`);
  });
});
