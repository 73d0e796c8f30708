import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

/** What a program prints that Ctrl-C is pressed at after so many seconds. */
function printed(program: string, ...seconds: number[]): string {
  const { world, stacks } = createLab();
  const { output, outcome } = runOn(program, {
    pool,
    world,
    stacks,
    prepare: ([device]) => {
      for (const time of seconds) world.after(time * SECOND, () => device!.interrupt());
    },
  });
  assert.equal(outcome.outcome, 'finished');
  return output;
}

/** A program that says what became of `action`, and when. */
const interrupted = (action: string, setup = '') =>
  [
    'import time, socket, select, asyncio',
    's = socket.socket()',
    setup,
    'start = time.ticks_ms()',
    'try:',
    `    ${action}`,
    '    print("returned")',
    'except BaseException as e:',
    '    print(repr(e), time.ticks_diff(time.ticks_ms(), start) // 1000)',
    'time.sleep(0.1)',
    'print("goes on")',
  ].join('\n');

const listening = 's.bind(("0.0.0.0", 80)); s.listen(1)';

describe('an interrupted device', () => {
  for (const [what, action, setup] of [
    ['a sleep', 'time.sleep(60)'],
    ['an accept', 's.accept()', listening],
    ['a recv that may not give up', 's.recvfrom(10)', 's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)'],
    ['a connect', 's.connect(("192.168.4.77", 80))'],
    ['a poll', 'p.poll(60000)', `${listening}; p = select.poll(); p.register(s, 1)`],
    ['a select without end', 'select.select([s], [], [])', listening],
    ['an event loop', 'asyncio.run(nap())', 'async def nap(): await asyncio.sleep(60)'],
    ['a loop that prints', 'while True: print(end=".\\b")'],
    ['a loop that looks at the clock', 'while True: time.ticks_ms()'],
    ['a loop of short calls', 'while True: socket.socket().close()'],
  ] as const) {
    it(`raises KeyboardInterrupt in ${what}, and then goes on`, () => {
      const lines = printed(interrupted(action, setup), 2).replaceAll('.\b', '').split('\n');
      assert.match(lines[0]!, /^KeyboardInterrupt\(.*\) [12]$/);
      assert.deepEqual(lines.slice(1), ['goes on', '']);
    });
  }

  it('can be interrupted again', () => {
    assert.equal(
      printed(
        'import time\nfor i in range(3):\n    try: time.sleep(10)\n    except KeyboardInterrupt: print(i)',
        1,
        2,
      ),
      '0\n1\n',
    );
  });

  it('ends with the exception that nobody caught, without a frame of the firmware', () => {
    const { world } = createLab();
    const { of, devices } = runOn('import time\ntime.sleep(60)\n', {
      pool,
      world,
      prepare: ([device]) => world.after(SECOND, () => device!.interrupt()),
    });
    assert.equal(
      of('device.exception')[0]!.traceback,
      'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\nKeyboardInterrupt: \n',
    );
    assert.deepEqual(devices[0]!.exit, { status: 1, reason: 'exception' });
    assert.equal(of('device.syscall').at(-1)!.result, -4);
  });
});
