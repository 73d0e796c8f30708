/**
 * A day of a sensor that publishes once a minute over mutual TLS, through outages: nothing is lost, nothing is left
 * over, and it takes a minute of wall time at most. Prints what it took.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { MqttServer } from '../../emulator/hosts/mqtt-server.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run } from '../device/bench.ts';
import { createLab, credentialsOf, ecKey, identity, keyPem, type Lab, pem } from '../device/lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const PUBLISHES = 24 * 60;

/** Every hour the network is away for three minutes. */
const OUTAGE = 3 * MINUTE;

const PROGRAM = `
import gc, machine, ssl, time
from umqtt.simple import MQTTClient

machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile="/ca.pem")
context.load_cert_chain("/device.pem", "/device.key")
client = MQTTClient("sensor", "api.example.com", keepalive=90, ssl=context)

def connect():
    while True:
        try:
            return client.connect(True, 20)
        except OSError:
            time.sleep(10)

def publish(number):
    while True:
        try:
            return client.publish("minute/%d" % number, "20.5", qos=1)
        except (OSError, IndexError):  # a read that timed out, or found the end
            connect()

connect()
publish(0)
# The interpreter's own count: the board's, which gc has, is the model's, and knows nothing of garbage.
allocated = type(gc).mem_alloc.__globals__["_host"].mem_alloc
before = allocated()
for number in range(1, ${PUBLISHES}):
    time.sleep(60)
    publish(number)
print((allocated() - before) // ${PUBLISHES})
client.disconnect()
`;

/** Bytes of Python's heap that a publish may take for good, connecting again included: nothing is collected. */
const GARBAGE = 20_000;

/** One entry for each thread of this process. */
const THREADS = '/proc/self/task';

const root = identity('Root', ecKey('root'), { ca: true });
const broker = identity('api.example.com', ecKey('broker'), { issuer: root, names: ['api.example.com'] });
const sensor = identity('sensor', ecKey('sensor'), { issuer: root });
const files = { '/ca.pem': pem(root.der), '/device.pem': pem(sensor.der), '/device.key': keyPem(sensor.key) };

function serve(lab: Lab): void {
  new MqttServer(lab.server, {
    port: 8883,
    tls: { credentials: [credentialsOf(broker)], clientAuth: 'require', clientAnchors: [root.der] },
  });
}

function disturb({ world, link }: Lab): void {
  for (let hour = 1; hour < 24; hour++) {
    world.after(hour * HOUR, () => {
      const mend = link.impair({ down: true });
      world.after(OUTAGE, mend);
    });
  }
}

describe('a day of publishing', () => {
  it('loses no message and leaves nothing over', (test) => {
    const lab = createLab();
    serve(lab);
    disturb(lab);
    const threads = () => (existsSync(THREADS) ? readdirSync(THREADS).length : 0);
    const started = performance.now();
    const { outcome, output, of, devices } = run(PROGRAM, { ...lab, pool, files, timeLimit: 48 * HOUR });
    const seconds = (performance.now() - started) / 1000;

    assert.equal(outcome.outcome, 'finished');
    assert.deepEqual(devices[0]!.exit, { status: 0, reason: 'end' });
    assert.equal(new Set(of('mqtt.publish').map(({ topic }) => topic)).size, PUBLISHES);
    const connects = of('mqtt.connect').length;
    assert.equal(connects, 24);
    // Sockets and TLS connections gave all of it back.
    const heap = of('device.heap');
    const before = heap[heap.findIndex(({ reason }) => reason === 'socket') - 1]!;
    assert.equal(heap.at(-1)!.used, before.used);
    assert.ok(threads() < 30, `${threads()} threads`);
    const garbage = Number(output);
    assert.ok(garbage > 0 && garbage < GARBAGE, `${garbage} bytes a publish`);

    const events = lab.world.trace.events.length;
    const mebibytes = Math.round(process.memoryUsage().rss / 2 ** 20);
    test.diagnostic(
      `${PUBLISHES} publishes, ${connects} connections, ${events} events: ${seconds.toFixed(1)} s, ` +
        `${mebibytes} MiB, ${garbage} bytes of Python's heap a publish`,
    );
  });
});
