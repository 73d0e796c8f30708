import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab, serveEcho } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());
const run = (script: string | readonly string[], options: Partial<Parameters<typeof runOn>[1]> = {}) =>
  runOn(script, { pool, ...options });

/** Does `first` after power-on, restarts by `restart`, and then does `second`. */
const twice = (first: string, restart: string, second: string) =>
  `import machine, os, time\nif machine.reset_cause() == machine.PWRON_RESET:\n${indented(first)}\n    ${restart}\n` +
  `else:\n${indented(second)}\n`;
const indented = (text: string) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

const RESTARTS = {
  'machine.reset()': { cause: 2, boot: 'reset' },
  'machine.deepsleep(1000)': { cause: 4, boot: 'deep sleep' },
  'machine.WDT(timeout=1000); time.sleep(5)': { cause: 3, boot: 'watchdog' },
  'machine.soft_reset()': { cause: 5, boot: 'soft reset' },
};

describe('a board that starts again', () => {
  for (const [restart, { cause, boot }] of Object.entries(RESTARTS)) {
    it(`by ${restart}: knows why, keeps its flash, its clock and its RTC memory`, () => {
      const { output, of, devices } = run(
        twice(
          'os.mkdir("/data")\nos.mkdir("/empty")\nopen("/data/log.txt", "w").write("one")\n' +
            'machine.RTC().memory(b"\\x00kept")\nmachine.RTC().datetime((2026, 6, 1, 0, 12, 0, 0, 0))',
          restart,
          'print(machine.reset_cause(), sorted(os.listdir("/")), open("/data/log.txt").read())\n' +
            'print(machine.RTC().memory(), time.gmtime()[:4])',
        ),
      );
      assert.match(
        output,
        new RegExp(
          `^(?:.*\\n)*${cause} \\['data', 'empty', 'main.py'\\] one\nb'\\\\x00kept' \\(2026, 6, 1, 12\\)\n$`,
        ),
      );
      assert.deepEqual(
        of('device.boot').map(({ reason }) => reason),
        ['power-on', boot],
      );
      assert.deepEqual(devices[0]!.exit, { status: 0, reason: 'end' });
    });
  }

  it('starts no more often than it was told, and ends as it went off', () => {
    const { output, of, devices } = run('import machine\nprint("awake")\nmachine.deepsleep(60_000)', {
      boots: 3,
    });
    assert.equal(output, 'awake\n'.repeat(3));
    assert.equal(of('device.boot').length, 3);
    assert.deepEqual(devices[0]!.exit, { status: 0, reason: 'deepsleep' });
  });

  it('sleeps deeply for as long as it was told, and says what woke it', () => {
    const { output, of } = run(
      twice('', 'machine.deepsleep(60_000)', 'print(machine.wake_reason(), time.ticks_ms() < 100)'),
    );
    assert.equal(output, '4 True\n');
    const [first, second] = of('device.boot');
    const slept = (second!.t - first!.t) / SECOND;
    assert.ok(slept >= 60 && slept < 61, `${slept} s`);
  });

  it('never wakes from a deep sleep without end', () => {
    const { outcome, of } = run('import machine\nmachine.deepsleep()');
    assert.deepEqual(outcome, { outcome: 'deadlock', unfinished: ['device'] });
    assert.equal(of('device.boot').length, 1);
  });

  it('says so when it is a soft reset, which a program can catch on its way', () => {
    assert.equal(
      run(twice('', 'machine.soft_reset()', 'print("again")')).output,
      'MPY: soft reboot\nagain\n',
    );
    const caught = 'import machine\ntry:\n    machine.soft_reset()\nexcept SystemExit:\n    print("caught")';
    assert.equal(run(caught).output, 'caught\n');
  });

  it('has a new interpreter after a soft reset, but the counters go on and Wi-Fi stays', () => {
    const { world, stacks, wifi } = createLab({ joined: false });
    const { output } = run(
      'import machine, network, time\nwlan = network.WLAN()\n' +
        'if machine.reset_cause() == machine.PWRON_RESET:\n' +
        '    wlan.active(True); wlan.connect("home", "secret123")\n' +
        '    while not wlan.isconnected(): time.sleep_ms(100)\n    machine.soft_reset()\n' +
        'print(wlan.isconnected(), time.ticks_ms() > 3000)',
      { world, stacks, wifi },
    );
    assert.equal(output, 'MPY: soft reboot\nTrue True\n');
  });

  it('closes its connections in a soft reset and drops them in a hard one', () => {
    const goodbyes = (restart: string) => {
      const { world, server, stacks, wifi } = createLab({ joined: false });
      serveEcho(server, 7);
      const first =
        'import socket, network\nwlan = network.WLAN()\nwlan.active(True); wlan.connect("home", "secret123")\n' +
        'while not wlan.isconnected(): time.sleep_ms(100)\ns = socket.socket()\ns.connect(("192.168.4.2", 7))';
      const { of } = run(twice(first, restart, 'time.sleep(1)'), { world, stacks, wifi });
      return of('frame.sent').filter(({ actor, bytes }) => actor === 'device' && isGoodbye(bytes)).length;
    };
    assert.equal(goodbyes('machine.soft_reset()'), 1);
    assert.equal(goodbyes('machine.reset()'), 0);
  });
});

/** A TCP segment with FIN or RST. */
function isGoodbye(frame: Uint8Array): boolean {
  const [protocol, flags] = [frame[23]!, frame[47]!];
  return protocol === 6 && (flags & 5) !== 0;
}

describe('the watchdog of the board', () => {
  it('is content while it is fed', () => {
    const { output } = run(
      'import machine, time\nw = machine.WDT(timeout=2000)\nfor i in range(5):\n    time.sleep(1)\n    w.feed()\n' +
        'print(machine.reset_cause())',
    );
    assert.equal(output, '1\n');
  });

  it('resets a program that hangs, and says so on the console', () => {
    const { output, of } = run(
      twice('', 'machine.WDT(timeout=3000); time.sleep(100)', 'print(machine.reset_cause())'),
    );
    assert.equal(
      output,
      'E (3000) task_wdt: Task watchdog got triggered. The following tasks/users did not reset the watchdog in time:\n' +
        'E (3000) task_wdt:  - mpy_machine_wdt\nE (3000) task_wdt: Aborting.\n3\n',
    );
    assert.equal(of('device.boot').length, 2);
  });

  it('also resets one that only computes with the clock in view', () => {
    const { output } = run(
      twice('', 'machine.WDT(timeout=500)\n    while True: time.ticks_ms()', 'print(machine.reset_cause())'),
    );
    assert.match(output, /3\n$/);
  });

  it('asks for a time', () => {
    const { output } = run(
      'import machine\nfor a in ((0, 0), (1, 5000)):\n    try: machine.WDT(*a)\n    except ValueError as e: print(repr(e))',
    );
    assert.equal(output, "ValueError('WDT timeout too short',)\nValueError()\n");
  });
});

describe('the flash', () => {
  it("has the size of the board's partition, in blocks", () => {
    assert.equal(run('import os\nprint(os.statvfs("/")[:3])').output, '(4096, 4096, 512)\n');
  });

  it('is full some time: OSError(28), and room again when a file is gone', () => {
    const { output } = run(
      'import os\nblock = bytes(65536)\nf = open("big", "wb")\ntry:\n    while True: f.write(block)\n' +
        'except OSError as e: print(repr(e))\nf.close()\nprint(os.statvfs("/")[3])\n' +
        'os.remove("big")\nopen("small", "w").write("x")\nprint(os.statvfs("/")[3] > 500)',
    );
    assert.match(output, /^OSError\(28,\)\n\d{1,2}\nTrue\n$/);
  });

  it('says of a file what littlefs says', () => {
    const { output } = run(
      'import os, machine\nmachine.RTC().datetime((2026, 6, 1, 0, 12, 0, 0, 0))\n' +
        'os.mkdir("d")\nopen("d/b", "w").write("hello")\nopen("a", "w").close()\n' +
        'print(os.stat("d")[:7], os.stat("d/b")[:7], os.stat("d/b")[8])\n' +
        'print(list(os.ilistdir("/")), os.listdir("d"))',
    );
    assert.match(
      output,
      /^\(16384, 0, 0, 0, 0, 0, 0\) \(32768, 0, 0, 0, 0, 0, 5\) 833630400\n\[\('a', 32768, 0, 0\), \('d', 16384, 0, 0\), \('main.py', 32768, 0, \d+\)\] \['b'\]\n$/,
    );
  });
});

describe('a device whose worker dies', () => {
  // Beyond the interpreter's memory: its engine stops, whatever Python would say.
  const deadly = 'import uctypes\nprint(uctypes.bytearray_at(0xFFFFFFF0, 4)[0])';

  it('has exited with the reason in the trace; the others go on', () => {
    const { output, of, devices, outcome } = run([deadly, 'import time\ntime.sleep(1)\nprint("other")']);
    assert.equal(output, 'other\n');
    assert.equal(outcome.outcome, 'finished');
    assert.equal(devices[0]!.exit!.reason, 'fault');
    assert.notEqual(of('device.exit').find(({ reason }) => reason === 'fault')!.detail, '');
  });
});
