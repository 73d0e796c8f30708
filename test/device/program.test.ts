import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';

/** One entry for each thread of this process. */
const THREADS = '/proc/self/task';

const pool = new NodeWorkerPool();
after(() => pool.close());
const run = (script: string | readonly string[], options: Partial<Parameters<typeof runOn>[1]> = {}) =>
  runOn(script, { pool, ...options });

describe('a program on a device', () => {
  it('prints and ends', () => {
    const { output, outcome, devices, of } = run('print("hello")\nprint("wörld", end="")');
    assert.equal(output, 'hello\nwörld');
    assert.equal(outcome.outcome, 'finished');
    assert.deepEqual(devices[0]!.exit, { status: 0, reason: 'end' });
    assert.deepEqual(
      of('device.boot').map(({ board, rtc, reason }) => ({ board, rtc, reason })),
      [{ board: 'esp32', rtc: '2000-01-01T00:00:00.000Z', reason: 'power-on' }],
    );
  });

  it('ends with the traceback of an exception that nobody caught', () => {
    const script = 'def f():\n    raise ValueError("no")\n\nf()\n';
    const { of, devices } = run(script);
    const [exception] = of('device.exception');
    assert.equal(exception!.name, 'ValueError');
    assert.equal(exception!.message, 'no');
    assert.equal(
      exception!.traceback,
      'Traceback (most recent call last):\n' +
        '  File "main.py", line 4, in <module>\n' +
        '  File "main.py", line 2, in f\n' +
        'ValueError: no\n',
    );
    assert.deepEqual(devices[0]!.exit, { status: 1, reason: 'exception' });
  });

  it('does not show the firmware in a traceback', () => {
    const { of, output } = run(
      'import sys, socket\ntry:\n    socket.getaddrinfo("x", 1)\nexcept OSError as e:\n' +
        '    sys.print_exception(e)\nsocket.getaddrinfo("x", 1)',
    );
    const traceback = (line: number) =>
      `Traceback (most recent call last):\n  File "main.py", line ${line}, in <module>\nOSError: -202\n`;
    assert.equal(output, traceback(3));
    assert.equal(of('device.exception')[0]!.traceback, traceback(6));
  });

  it('reports a syntax error as MicroPython words it', () => {
    const { of, devices } = run('x = 1\nif x\n');
    assert.equal(
      of('device.exception')[0]!.traceback,
      'Traceback (most recent call last):\n  File "main.py", line 2\nSyntaxError: invalid syntax\n',
    );
    assert.equal(devices[0]!.exit!.status, 1);
  });

  it('ends with the status of SystemExit', () => {
    const status = (argument: string) => run(`import sys\nsys.exit(${argument})`).devices[0]!.exit!.status;
    assert.deepEqual([status(''), status('0'), status('3'), status('"text"')], [0, 0, 3, 1]);
  });

  it('imports its own modules', () => {
    const { output } = run('import helper\nfrom lib_one import two\nprint(helper.name, two)', {
      files: { 'helper.py': 'name = __name__', '/lib/lib_one.py': 'two = 2' },
    });
    assert.equal(output, 'helper 2\n');
  });

  it('has files larger than the memory it shares with the world', () => {
    const { output } = run('data = open("/data/big.bin").read()\nprint(len(data), data[-3:])', {
      files: { 'data/big.bin': `${'x'.repeat(300_000)}end` },
    });
    assert.equal(output, '300003 end\n');
  });

  it('runs boot.py first, in the same namespace', () => {
    assert.equal(run('print(x)', { files: { 'boot.py': 'x = 5' } }).output, '5\n');
  });

  it('starts again after machine.reset(), and knows why', () => {
    const { output, of } = run(
      'import machine\nprint(machine.reset_cause())\n' +
        'if machine.reset_cause() == machine.PWRON_RESET: machine.reset()\nprint("up")',
    );
    assert.equal(output, '1\n2\nup\n');
    assert.deepEqual(
      of('device.boot').map(({ reason }) => reason),
      ['power-on', 'reset'],
    );
  });

  it('is an esp32 to those who ask', () => {
    const { output } = run(
      'import sys, os, machine\nprint(sys.platform, os.uname().sysname, os.uname().machine)\n' +
        'print(machine.unique_id().hex(), machine.freq(), sys.implementation.name)',
    );
    assert.equal(output, 'esp32 esp32 Generic ESP32 module with ESP32\n240ac4000001 240000000 micropython\n');
  });

  it('finds no file with the number the port gives', () => {
    assert.equal(
      run('try:\n    open("nothing")\nexcept OSError as e:\n    print(repr(e))').output,
      'OSError(2,)\n',
    );
  });
});

describe('time on a device', () => {
  it('passes by sleeping', () => {
    const { output, world } = run(
      'import time\na = time.ticks_ms()\ntime.sleep(90)\nprint(time.ticks_diff(time.ticks_ms(), a))',
    );
    assert.equal(output, '90000\n');
    assert.ok(world.now >= 90 * SECOND && world.now < 91 * SECOND, `${world.now}`);
  });

  it('begins in the year 2000 and is set by the RTC', () => {
    const { output } = run(
      'import time, machine\nprint(time.time(), time.gmtime(), time.localtime(0))\n' +
        'machine.RTC().datetime((2026, 6, 1, 0, 12, 30, 15, 0))\ntime.sleep(2)\n' +
        'print(machine.RTC().datetime()[:7], time.time())\nprint(time.mktime((2026, 6, 1, 0, 0, 0, 0, 0)))',
    );
    assert.equal(
      output,
      '0 (2000, 1, 1, 0, 0, 0, 5, 1) (2000, 1, 1, 0, 0, 0, 5, 1)\n' +
        '(2026, 6, 1, 0, 12, 30, 17) 833632217\n833587200\n',
    );
  });

  it('keeps the RTC over a reset', () => {
    const { output } = run(
      'import machine, time\nif machine.reset_cause() == machine.PWRON_RESET:\n' +
        '    machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))\n    machine.reset()\nprint(time.gmtime()[0])',
    );
    assert.equal(output, '2026\n');
  });

  it('passes in a loop that only looks at the clock', () => {
    const { outcome, world } = run(
      'import time\nend = time.ticks_add(time.ticks_ms(), 3000)\n' +
        'while time.ticks_diff(end, time.ticks_ms()) > 0: pass',
    );
    assert.equal(outcome.outcome, 'finished');
    assert.ok(world.now >= 3 * SECOND && world.now < 3.1 * SECOND);
  });

  it('ends at the limit, whatever the program waits for', () => {
    const { outcome, world, devices } = run('import time\nwhile True: time.sleep(1)', {
      timeLimit: 5 * SECOND,
    });
    assert.deepEqual(outcome, { outcome: 'time-limit', unfinished: ['device'] });
    assert.equal(world.now, 5 * SECOND);
    assert.equal(devices[0]!.exit, undefined);
  });

  it('costs what the console takes: a loop that prints ends at the limit', () => {
    const { outcome } = run('while True: print("x" * 70)', { timeLimit: SECOND });
    assert.equal(outcome.outcome, 'time-limit');
  });
});

describe('several devices in one world', () => {
  const script =
    'import time, machine, os\nfor i in range(5):\n    print(machine.unique_id()[-1], i, os.urandom(2))\n' +
    '    time.sleep_ms(10)\nimport random\nprint(random.getrandbits(30))';

  it('take turns, the same in every run', () => {
    const traces = [1, 2].map(() => JSON.stringify(run([script, script]).world.trace.events));
    assert.equal(traces[0], traces[1]);
  });

  it('draw other random numbers with another seed, and each its own', () => {
    const first = run([script, script], { seed: 1 }).output.split('\n');
    assert.notDeepEqual(first, run([script, script], { seed: 2 }).output.split('\n'));
    assert.equal(new Set(first.filter(Boolean)).size, 12);
  });
});

describe('a program that never ends', () => {
  it('without system calls is stopped by the watchdog, and its worker with it', () => {
    const { outcome, devices, of, world } = run(['while True: pass', 'print("other")'], { watchdogMs: 300 });
    assert.deepEqual(outcome, { outcome: 'watchdog', unfinished: ['device'] });
    assert.deepEqual(devices[0]!.exit, { status: 1, reason: 'watchdog' });
    assert.equal(of('device.exit')[0]!.reason, 'watchdog');
    assert.ok(world.now < MILLISECOND);
  });

  it('ends at the limit when it resets again and again', () => {
    const { outcome, of } = run('import machine\nmachine.reset()', { timeLimit: 20 * SECOND });
    assert.equal(outcome.outcome, 'time-limit');
    assert.ok(of('device.boot').length <= 40);
  });

  it('ends when it waits for a key and nothing is left to happen', () => {
    for (const script of ['input("name? ")', 'import sys\nsys.stdin.read(1)']) {
      assert.deepEqual([script, run(script).outcome.outcome], [script, 'deadlock']);
    }
  });

  it('leaves a pool that works', () => {
    assert.equal(run('print(1)').output, '1\n');
  });

  it('leaves no worker behind', {
    skip: existsSync(THREADS) ? false : 'threads are counted on Linux alone',
  }, async () => {
    const count = () => readdirSync(THREADS).length;
    await pool.close();
    const before = count();
    const own = new NodeWorkerPool();
    run(['while True: pass', 'import time\ntime.sleep(9)', 'print(1)'], { pool: own, watchdogMs: 300 });
    assert.ok(count() > before);
    await own.close();
    assert.equal(count(), before);
  });
});
