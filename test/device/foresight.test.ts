import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { DeviceWorker, WorkerPool } from '../../emulator/device/worker-handle.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { type BenchOptions, NodeWorkerPool, run } from './bench.ts';
import { createLab } from './lab.ts';

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

function runIn(script: string, options: Partial<BenchOptions>) {
  const { world, stacks, wifi } = createLab({ joined: false });
  const counting = new CountingPool();
  const { devices, ...rest } = run(script, {
    world,
    stacks,
    wifi,
    seed: 1,
    timeLimit: 60 * SECOND,
    ...options,
    pool: counting as unknown as NodeWorkerPool,
  });
  return { ...rest, events: world.trace.events, resumed: counting.resumed };
}

const PROGRAMS = {
  'that polls for Wi-Fi': `import network, time
w = network.WLAN()
w.active(True)
w.connect("home", "secret123")
while not w.isconnected():
    time.sleep_ms(20)
print(w.ifconfig())`,
  'that polls without sleeping': `import network
w = network.WLAN()
w.active(True)
w.connect("home", "secret123")
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
});
