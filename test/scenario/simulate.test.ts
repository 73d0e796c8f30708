/** What a page asks of a run that a command does not: to be waited for, held up, and ended from outside. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { closeDeviceWorkers, deviceWorkers } from '../../src/scenario/device-workers.ts';
import { programScenario } from '../../src/scenario/program-world.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { type Bench, type Means, simulate } from '../../src/scenario/simulate.ts';

const program = (text: string) =>
  programScenario('main.py', new Map([['main.py', new TextEncoder().encode(text)]]));

const means = (idle: () => Promise<void>): Means => ({
  crypto: nodeProvider,
  workers: deviceWorkers(),
  idle,
  patienceMs: 0,
});

const BUSY = 'import hashlib\nfor i in range(3):\n  print(hashlib.sha256(bytes(100000)).digest()[0])\n';
const ENDLESS = 'import time\nprint("begins")\ntime.sleep(1)\nwhile True: pass\n';

after(() => closeDeviceWorkers());

describe('a run that is waited for', () => {
  it('is to the byte the run that nobody waits for', async () => {
    const { events } = await simulate(
      program(BUSY),
      {},
      means(async () => {}),
    );
    assert.equal(renderJsonLines(events), renderJsonLines((await runScenario(program(BUSY))).events));
  });

  it('ends by the watchdog all the same', async () => {
    const { exitCode, outcome } = await simulate(
      program(ENDLESS),
      { timeoutMs: 300 },
      means(async () => {}),
    );
    assert.equal(outcome, 'watchdog');
    assert.equal(exitCode, 42);
  });

  it('ends when whoever waits has had enough, even while the program computes, and the next one runs', async () => {
    let enough = false;
    const timer = setTimeout(() => {
      enough = true;
    }, 200);
    const idle = async () => {
      if (enough) throw new Error('enough');
    };
    await assert.rejects(simulate(program(ENDLESS), { timeoutMs: 60_000 }, means(idle)), /enough/);
    clearTimeout(timer);
    const { passed } = await simulate(
      program('print(1)'),
      {},
      means(async () => {}),
    );
    assert.ok(passed);
  });

  it('stands still where its programs do nothing but read, until somebody has typed', async () => {
    let bench: Bench | undefined;
    const times: number[] = [];
    const typed = async () => {
      times.push(bench!.world.now);
      bench!.devices[0]!.console.write(new TextEncoder().encode('Alice\r'));
    };
    const { output, outcome } = await simulate(
      program('print("hello", input())'),
      {},
      {
        ...means(async () => {}),
        typed,
        onWorld: (built) => {
          bench = built;
        },
      },
    );
    assert.equal(outcome, 'finished');
    assert.match(output.device!, /hello Alice/);
    assert.equal(times.length, 1);
    assert.ok(times[0]! < 1e9, `${times[0]} ns`);
  });
});
