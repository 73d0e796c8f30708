import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { DeviceWorker, WorkerPool } from '../../emulator/device/worker-handle.ts';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { type BenchOptions, NodeWorkerPool, run } from './bench.ts';
import { createLab, credentialsOf, ecKey, identity, pem } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

/** The pool, and how often a device was resumed. */
class CountingPool implements WorkerPool {
  resumed = 0;

  take(): DeviceWorker {
    const worker = pool.take();
    const channel = Object.create(worker.channel, {
      send: {
        value: (message: never) => {
          this.resumed++;
          worker.channel.send(message);
        },
      },
    });
    return Object.assign(Object.create(worker), { channel, original: worker });
  }

  giveBack(worker: DeviceWorker): void {
    pool.giveBack((worker as DeviceWorker & { original: DeviceWorker }).original);
  }
}

/** With a condition that ends the run, though it never does, nobody knows until when nothing happens. */
const WITHOUT: Partial<BenchOptions> = { until: () => false };

const root = identity('Test Root', ecKey('root'), { ca: true });
const leaf = identity('api.example.com', ecKey('leaf'), { issuer: root, names: ['api.example.com'] });

/** In the air of a home network, or already in it beside a server that speaks at length. */
function runIn(script: string, options: Partial<BenchOptions>) {
  const { world, stacks, wifi, server } = createLab({ joined: script.includes(JOINED) });
  new HttpsServer(server, {
    port: 443,
    credentials: [credentialsOf(leaf)],
    routes: new Map([['/', { status: 200, body: 'x'.repeat(9_000) }]]),
  });
  serveLetters(server, 7000);
  const counting = new CountingPool();
  const { devices, ...rest } = run(script, {
    world,
    stacks,
    wifi,
    seed: 1,
    timeLimit: 60 * SECOND,
    files: { 'root.pem': pem(root.der) },
    ...options,
    pool: counting as unknown as NodeWorkerPool,
  });
  return { ...rest, events: world.trace.events, resumed: counting.resumed };
}

/** Says 6,000 letters and takes no more than three bytes: then it resets the connection. */
function serveLetters({ stack }: HostContext, port: number): void {
  const listener = stack.listenTcp(port, 2);
  listener.onConnection = () => {
    const tcp = listener.accept()!;
    tcp.send(new TextEncoder().encode('the quick brown fox\n'.repeat(300)));
    tcp.onReadable = () => {
      if (tcp.readable > 3) tcp.abort();
    };
  };
}

const JOINED = 'import socket';
const CONNECTED = `${JOINED}, time
s = socket.socket()
s.connect(("192.168.4.2", 7000))
`;

const PROGRAMS = {
  'that shakes hands and reads': `${JOINED}, ssl
s = socket.socket()
s.connect(("192.168.4.2", 443))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_NONE
s = context.wrap_socket(s, server_hostname="api.example.com")
s.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
print(len(s.read()))
s.close()`,
  'that reads in small pieces': `${CONNECTED}
for size in (1, 5, 1000, 400, 39, 1, 1500, 2000, 0, 3): print(len(s.read(size)))
s.close()`,
  'that reads lines, and takes what there is': `${CONNECTED}
print(s.readline(), s.recv(7), s.readline(), s.recv(5000)[-9:])
time.sleep_ms(300)
print(len(s.recv(20)), len(s.recv(4000)), s.recv(4, socket.MSG_PEEK))`,
  'that reads while it sleeps': `${CONNECTED}
for i in range(60):
    s.recv(33)
    time.sleep_ms(3)
s.setblocking(False)
try:
    while True: s.recv(100)
except OSError as e: print(e)`,
  'whose peer resets the connection with bytes unread': `${CONNECTED}
print(s.recv(5))
s.write(b"enough")
for i in range(30): s.recv(10)
time.sleep(1)
try:
    while True: print(s.recv(900)[:1])
except OSError as e: print(e)`,
  'that reads two streams in turn': `${CONNECTED}
t = socket.socket()
t.connect(("192.168.4.2", 7000))
for i in range(40): print(s.recv(3), t.recv(4))`,
  'that polls for Wi-Fi': `import network, time
w = network.WLAN()
w.active(True)
w.connect("home", "secret123")
while not w.isconnected():
    time.sleep_ms(20)
print(w.ifconfig())`,
  'that polls without sleeping': `import network, time
w = network.WLAN()
w.active(True)
w.connect("home", "secret123")
time.sleep(4)
while not w.isconnected(): pass
print(w.status())`,
  'with a timer': `import machine, time
count = 0
def tick(_):
    global count
    count += 1
    if count % 5 == 0: print(count)
machine.Timer(0, period=30, callback=tick)
for _ in range(40): time.sleep_ms(25)
print(count)`,
  'that prints as it waits': `import network, time
w = network.WLAN()
for i in range(50):
    print(i, w.isconnected())
    time.sleep_us(1234 * i)`,
  'that computes as it waits': `import hashlib, time
for i in range(20):
    hashlib.sha256(bytes(1000 * i)).digest()
    time.sleep_ms(7)
    time.ticks_ms()`,
  'that never ends': `import time
while True: time.sleep_ms(90)`,
  'whose watchdog bites': `import machine, time
if machine.reset_cause() != machine.WDT_RESET:
    machine.WDT(timeout=2000)
    while True: time.sleep_ms(150)`,
};

describe('a worker that answers calls itself', () => {
  for (const [does, program] of Object.entries(PROGRAMS)) {
    it(`leaves the trace as it is: a program ${does}`, () => {
      const asked = runIn(program, WITHOUT);
      const foreseen = runIn(program, {});
      assert.deepEqual(foreseen.outcome, asked.outcome);
      assert.deepEqual(foreseen.events, asked.events);
      assert.ok(asked.events.length > 5);
    });
  }

  it('is resumed only when something has happened', () => {
    const program = PROGRAMS['that polls for Wi-Fi'];
    const asked = runIn(program, WITHOUT);
    const foreseen = runIn(program, {});
    const calls = asked.events.filter(({ type }) => type === 'device.syscall').length;
    assert.ok(asked.resumed > calls);
    assert.ok(foreseen.resumed < calls / 10, `${foreseen.resumed} times for ${calls} calls`);
  });

  it('is not resumed for each piece of what has arrived', () => {
    const program = PROGRAMS['that reads while it sleeps'];
    const asked = runIn(program, WITHOUT);
    const foreseen = runIn(program, {});
    assert.ok(foreseen.resumed < asked.resumed / 4, `${foreseen.resumed} times for ${asked.resumed}`);
  });

  it('is told with a sleep what it would see next', () => {
    const program =
      'import network, time\nw = network.WLAN()\nw.active(True)\nw.connect("home", "secret123")\n';
    const looks = `${program}while not w.isconnected(): time.sleep_ms(100)`;
    const sleeps = (events: readonly { type: string }[]) =>
      events.filter(
        (event) => event.type === 'device.syscall' && 'name' in event && event.name === 'time.sleep',
      );
    const foreseen = runIn(looks, {});
    assert.ok(foreseen.resumed < sleeps(foreseen.events).length + 8, `resumed ${foreseen.resumed} times`);
  });
});
