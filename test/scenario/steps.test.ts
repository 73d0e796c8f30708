import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { ScenarioError } from '../../src/scenario/problem.ts';
import { runScenario } from '../../src/scenario/run.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';

after(closeDeviceWorkers);

function scenario(main: string, more: Partial<ScenarioInput>) {
  return defineScenario(
    { title: 'steps', why: 'To see what happens when.', devices: { sensor: {} }, ...more },
    { files: { 'main.py': main } },
  );
}

const TICKER = `
import time
for second in range(5):
    print('second', second, time.gmtime()[0])
    time.sleep(1)
`;

describe('steps', () => {
  it('wait for a line of output, and for a time', async () => {
    const { failures, events } = await runScenario(
      scenario(TICKER, {
        steps: [
          { 'wait-serial': 'second 1' },
          { delay: '500ms' },
          { 'set-rtc': { time: '2031-07-01' } },
          { at: '3.2s', 'set-rtc': { time: 'unset' } },
          { 'wait-serial': 'second 4 2000' },
        ],
      }),
    );
    assert.deepEqual(failures, []);
    const lines = events.flatMap((event) => (event.type === 'device.output' ? [event.text.trim()] : []));
    assert.deepEqual(lines, [
      'second 0 2000',
      'second 1 2000',
      'second 2 2031',
      'second 3 2031',
      'second 4 2000',
    ]);
  });

  it('that are still waited for at the end are a failure, which shows what came instead', async () => {
    const { failures, exitCode } = await runScenario(
      scenario("print('one')\nprint('two')", {
        steps: [{ 'wait-serial': 'one' }, { 'wait-serial': 'three' }, { delay: '1s' }],
      }),
    );
    assert.equal(exitCode, 1);
    assert.deepEqual(
      failures.map(({ what, expected, observed, at }) => ({ what, expected, observed, at })),
      [
        {
          what: 'step 2, wait-serial',
          expected: "sensor to print 'three'",
          observed: '\ntwo\n',
          at: ['steps', 1],
        },
      ],
    );
  });

  it('type on the console', async () => {
    const { failures } = await runScenario(
      scenario("print('hello', input('name? '))", {
        steps: [{ 'wait-serial': 'name? ' }, { 'write-serial': 'Alice\n' }, { 'wait-serial': 'hello Alice' }],
      }),
    );
    assert.deepEqual(failures, []);
  });

  it('press Ctrl-C', async () => {
    const main =
      'import time\nprint("on")\ntry:\n    while True: time.sleep(1)\nexcept KeyboardInterrupt: print("off")';
    const { failures } = await runScenario(
      scenario(main, {
        steps: [{ 'wait-serial': 'on' }, { 'write-serial': '\x03' }, { 'wait-serial': 'off' }],
      }),
    );
    assert.deepEqual(failures, []);
  });

  it('cut a link and mend it, pull the cable of a host and plug it in', async () => {
    const main = `
import network, socket, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
def ask(name):
    s = socket.socket()
    s.settimeout(2)
    try:
        s.connect(('203.0.113.10', 80))
        s.write(b'GET / HTTP/1.0\\r\\n\\r\\n')
        print(name, s.read(12))
    except OSError as error:
        print(name, 'no answer')
    s.close()
ask('first')
time.sleep_ms(500)
ask('second')
time.sleep_ms(500)
ask('third')
time.sleep_ms(500)
ask('fourth')
`;
    const { failures } = await runScenario(
      scenario(main, {
        hosts: {
          api: { address: '203.0.113.10', services: [{ type: 'http', routes: { '/': { body: 'hello' } } }] },
        },
        steps: [
          { 'wait-serial': 'first' },
          { 'set-host': { host: 'api', up: false } },
          { 'wait-serial': 'second' },
          { 'set-host': { host: 'api', up: true } },
          { 'set-link': { link: 'internet', down: true } },
          { 'wait-serial': 'third' },
          { 'set-link': { link: 'internet', down: false, latency: '100ms' } },
        ],
        expect: {
          devices: {
            sensor: {
              output: {
                lines: [
                  "first b'HTTP/1.1 200'",
                  'second no answer',
                  'third no answer',
                  "fourth b'HTTP/1.1 200'",
                ],
              },
            },
          },
        },
      }),
    );
    assert.deepEqual(failures, []);
  });

  it('are validated before anything runs', () => {
    const problems = (steps: object[]) => {
      try {
        scenario('', { steps } as Partial<ScenarioInput>);
      } catch (error) {
        assert.ok(error instanceof ScenarioError);
        return error.problems;
      }
      return [];
    };
    assert.deepEqual(problems([{ 'wait-serail': 'x' }]), [
      "unknown key 'wait-serail' in steps[0] — did you mean 'wait-serial'?",
      'steps[0]: expected exactly one of wait-serial, write-serial, delay, set-link, set-host, set-rtc, use-key, not none',
    ]);
    assert.deepEqual(problems([{ delay: '5' }]), [
      "steps[0].delay: expected a duration such as 20ms or 1.5s, not '5'",
    ]);
    assert.deepEqual(problems([{ 'set-host': { host: 'apj', up: true } }]), [
      "steps[0].set-host.host: no host is called 'apj'",
    ]);
    assert.deepEqual(problems([{ delay: '5s', 'wait-serial': 'x' }]), [
      'steps[0]: expected exactly one of wait-serial, write-serial, delay, set-link, set-host, set-rtc, use-key, not wait-serial and delay',
    ]);
  });
});
