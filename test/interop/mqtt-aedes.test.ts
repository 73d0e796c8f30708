/** `umqtt` on a device against aedes, a broker of another house, over mutual TLS by Node's own OpenSSL. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Aedes as Broker } from 'aedes';
import { file, folder, make } from '../cli/tool.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

const library = await import('aedes').catch(() => undefined);

describe('umqtt with aedes over mutual TLS', { skip: library ? false : 'aedes is not installed' }, () => {
  let broker: Broker;
  let server: Server;
  let port: number;
  /** What aedes was given, by topic. */
  const published: { topic: string; payload: string; qos: number; retain: boolean; client: string }[] = [];
  const identities: string[] = [];

  before(async () => {
    make('pki', '--host', 'localhost', '--client', 'sensor-1');
    broker = await library!.Aedes.createBroker();
    broker.on('publish', ({ topic, payload, qos, retain }, client) => {
      if (client === null) return;
      published.push({ topic, payload: String(payload), qos, retain, client: client.id });
    });
    const read = (name: string) => readFileSync(join(folder, 'pki', name));
    server = createServer(
      {
        cert: read('chain.pem'),
        key: read('server.key'),
        ca: read('ca.pem'),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (socket: TLSSocket) => {
        identities.push(String(socket.getPeerCertificate().subject.CN));
        broker.handle(socket);
      },
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  after(async () => {
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
  });

  /** Runs a program on a device that shows its certificate; the broker is in this process, so nothing may block it. */
  async function device(program: string): Promise<string> {
    const name = file(
      'device.py',
      `import ssl
from umqtt.simple import MQTTClient
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile="pki/ca.pem")
context.load_cert_chain("pki/client-sensor-1.pem", "pki/client-sensor-1.key")
${program}`,
    );
    const child = spawn(process.execPath, [CLI, 'micropython', name], { cwd: folder });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    const [status] = await once(child, 'close');
    assert.equal(status, 0, errors);
    return output;
  }

  it('publishes with QoS 0 and 1, small and of 5000 bytes, known by its certificate', async () => {
    await device(`c = MQTTClient("one", "localhost", ${port}, keepalive=30, ssl=context)
c.connect()
c.publish("t/0", "zero")
c.publish("t/1", "x" * 5000, qos=1)
c.publish("t/kept", "kept", retain=True, qos=1)
c.disconnect()`);
    assert.deepEqual(identities, ['sensor-1']);
    assert.deepEqual(
      published.map(({ topic, payload, qos, retain, client }) => [
        topic,
        payload.length,
        qos,
        retain,
        client,
      ]),
      [
        ['t/0', 4, 0, false, 'one'],
        ['t/1', 5000, 1, false, 'one'],
        ['t/kept', 4, 1, true, 'one'],
      ],
    );
  });

  it('subscribes with wildcards, finds what was retained, and pings', async () => {
    const output = await device(`def on(topic, message):
    print(topic, message)
c = MQTTClient("two", "localhost", ${port}, keepalive=30, ssl=context)
c.set_callback(on)
print(c.connect())
c.subscribe("t/+", qos=1)
c.wait_msg()
c.publish("t/2", "live", qos=1)
c.ping()
while c.wait_msg() is not None:
    pass
c.disconnect()`);
    assert.equal(output, "0\nb't/kept' b'kept'\nb't/2' b'live'\n");
  });

  it('finds its session again, with what came while it was away', async () => {
    const client = `MQTTClient("three", "localhost", ${port}, ssl=context)`;
    await device(`c = ${client}
c.connect(clean_session=False)
c.set_callback(print)
c.subscribe("later", qos=1)
c.sock.close()`);
    await device(`c = MQTTClient("four", "localhost", ${port}, ssl=context)
c.connect()
c.publish("later", "waited", qos=1)
c.disconnect()`);
    const output = await device(`c = ${client}
c.set_callback(print)
print(c.connect(clean_session=False))
c.wait_msg()
c.disconnect()`);
    assert.equal(output, "1\nb'later' b'waited'\n");
  });

  it('leaves a will, which is published when it is gone without a word', async () => {
    published.length = 0;
    await device(`c = MQTTClient("five", "localhost", ${port}, ssl=context)
c.set_last_will("w", "gone", qos=1)
c.connect()
c.sock.close()`);
    for (let turn = 0; turn < 100 && published.length === 0; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(
      published.map(({ topic, payload }) => `${topic}: ${payload}`),
      ['w: gone'],
    );
  });

  it('is refused by a password that aedes does not take', async () => {
    broker.authenticate = (_client, username, password, done) =>
      done(null, username === 'ann' && String(password) === 'secret');
    const tryWith = (password: string) =>
      device(`from umqtt.simple import MQTTException
try:
    print(MQTTClient("six", "localhost", ${port}, user="ann", password="${password}", ssl=context).connect())
except MQTTException as e:
    print(e)`);
    // Return code 5, not authorised (MQTT 3.1.1 section 3.2.2.3).
    assert.equal(await tryWith('wrong'), '5\n');
    assert.equal(await tryWith('secret'), '0\n');
  });
});
