/** `umqtt` on a device against mosquitto over mutual TLS, and mosquitto's clients against our broker on a real port. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type BrokerClock, MqttBroker } from '../../emulator/hosts/mqtt-broker.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { SocketStream } from '../../src/cli/tls-server/socket-stream.ts';
import { file, folder, make, tool } from '../cli/tool.ts';
import { Program } from '../tls/openssl.ts';

const isThere = (command: string, ...args: string[]) => spawnSync(command, args).error === undefined;
const NO_MOSQUITTO = isThere('mosquitto', '-h') ? false : 'mosquitto is not installed';
const NO_CLIENTS = isThere('mosquitto_pub', '--help') ? false : 'mosquitto-clients is not installed';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('umqtt with mosquitto over mutual TLS', { skip: NO_MOSQUITTO }, () => {
  let broker: Program;
  let port: number;

  before(async () => {
    make('pki', '--host', 'localhost', '--client', 'sensor-1');
    port = await freePort();
    const path = (name: string) => join(folder, 'pki', name);
    file(
      'mosquitto.conf',
      `user root
listener ${port} 127.0.0.1
cafile ${path('ca.pem')}
certfile ${path('chain.pem')}
keyfile ${path('server.key')}
require_certificate true
use_identity_as_username true
log_type all
`,
    );
    broker = new Program('mosquitto', ['-v', '-c', join(folder, 'mosquitto.conf')]);
    await broker.waitFor(/running/);
  });
  after(() => broker.stop());

  function device(program: string) {
    file(
      'device.py',
      `import ssl
from umqtt.robust import MQTTClient
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile="pki/ca.pem")
${program}`,
    );
    const { status, stdout, stderr } = tool(['micropython', 'device.py']);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    return stdout;
  }

  it('publishes, subscribes and is known by its certificate', async () => {
    const output = device(`context.load_cert_chain("pki/client-sensor-1.pem", "pki/client-sensor-1.key")
def on(topic, message):
    print(topic, message)
c = MQTTClient("one", "localhost", ${port}, keepalive=30, ssl=context)
c.set_last_will("w", "gone", qos=1)
c.set_callback(on)
print(c.connect())
c.subscribe("t/+", qos=1)
c.publish("t/0", "x" * 5000)
c.publish("t/1", "one", retain=True, qos=1)
c.ping()
while c.wait_msg() is not None:
    pass
c.disconnect()`);
    assert.equal(output, `0\nb't/0' b'${'x'.repeat(5000)}'\nb't/1' b'one'\n`);
    await broker.waitFor(/(u'sensor-1')/);
  });

  it('is refused without a certificate', () => {
    const output = device(`from umqtt.simple import MQTTClient
try:
    MQTTClient("two", "localhost", ${port}, ssl=context).connect()
except Exception as e:
    print(type(e).__name__)`);
    assert.match(output, /^(OSError|IndexError)\n$/);
  });
});

const wallClock: BrokerClock = {
  get now() {
    return performance.now() * MILLISECOND;
  },
  after(delay, action) {
    const timer = setTimeout(action, delay / MILLISECOND).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

describe("our broker with mosquitto's clients", { skip: NO_CLIENTS }, () => {
  const broker = new MqttBroker({ clock: wallClock, users: new Map([['ann', 'secret']]) });
  const server = createServer({ allowHalfOpen: true }, (socket) =>
    broker.connect({ stream: new SocketStream(socket), name: String(socket.remotePort) }),
  );
  let common: string[];

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    common = ['-h', '127.0.0.1', '-p', String((server.address() as AddressInfo).port), '-u', 'ann'];
  });
  after(() => server.close());

  /** Runs a client to its end. */
  async function client(name: string, ...args: string[]) {
    const child = spawn(name, [...common, '-P', 'secret', ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const [status] = await once(child, 'close');
    return { status, stdout, stderr };
  }

  for (const version of ['mqttv311', 'mqttv5']) {
    for (const qos of ['0', '1', '2']) {
      it(`${version}, QoS ${qos}: what mosquitto_pub sends reaches mosquitto_sub, retained or through a session`, async () => {
        const topic = `t/${version}/${qos}`;
        const options = ['-V', version, '-q', qos];
        assert.equal((await client('mosquitto_pub', ...options, '-r', '-t', topic, '-m', 'kept')).status, 0);
        const found = await client(
          'mosquitto_sub',
          ...options,
          '-t',
          't/+/+',
          '-T',
          'other',
          '-C',
          '1',
          '-W',
          '10',
        );
        assert.match(found.stdout, /kept/);
        if (qos === '0') return;
        const session = ['-i', `session-${version}-${qos}`, '-c', '-x', '1000'];
        const [inSession] = version === 'mqttv5' ? [session] : [session.slice(0, 3)];
        const away = await client(
          'mosquitto_sub',
          ...options,
          ...inSession!,
          '-t',
          `${topic}/later`,
          '-E',
          '-W',
          '10',
        );
        assert.equal(away.status, 0, away.stderr);
        await client('mosquitto_pub', ...options, '-t', `${topic}/later`, '-m', 'waited');
        const back = await client(
          'mosquitto_sub',
          ...options,
          ...inSession!,
          '-t',
          `${topic}/later`,
          '-C',
          '1',
          '-W',
          '10',
        );
        assert.equal(back.stdout, 'waited\n');
      });
    }
  }

  it('refuses a wrong password', async () => {
    const { status, stderr } = await client('mosquitto_pub', '-P', 'wrong', '-t', 't', '-m', 'x');
    assert.notEqual(status, 0);
    assert.match(stderr, /not authorised|bad user name/i);
  });
});
