import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  assertPassed,
  closeDeviceWorkers,
  defineScenario,
  runScenario,
  ScenarioError,
  ScenarioFailed,
} from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'api-'));
after(async () => {
  await closeDeviceWorkers();
  rmSync(folder, { recursive: true });
});

const hello = { title: 'hello', why: 'To see it.', devices: { sensor: {} } };

describe('a scenario in TypeScript', () => {
  it('is the shape of the file, with its files inline', async () => {
    const result = await runScenario(defineScenario(hello, { files: { 'main.py': "print('hello')" } }));
    assertPassed(result);
    assert.equal(result.passed, true);
    assert.deepEqual(result.output, { sensor: 'hello\n' });
    assert.deepEqual(result.summary, []);
    assert.equal(result.events[0]!.type, 'run.start');
  });

  it('finds its files beside the module that defines it', async () => {
    writeFileSync(join(folder, 'main.py'), "print('from the folder')");
    const from = pathToFileURL(join(folder, 'some.test.ts'));
    const { output } = await runScenario(defineScenario(hello, { from }));
    assert.equal(output.sensor, 'from the folder\n');
  });

  it('is refused with everything that is wrong with it', () => {
    const wrong = { ...hello, devices: { sensor: { mian: 'x.py' } } } as typeof hello;
    assert.throws(
      () => defineScenario(wrong),
      (error) =>
        error instanceof ScenarioError &&
        error.message ===
          "unknown key 'mian' in devices.sensor — did you mean 'main'?\n" +
            'devices.sensor.main: cannot read main.py: there is no such file',
    );
  });

  it('that fails is an error with what was expected, what came, and the place in the ladder', async () => {
    const scenario = defineScenario(
      { ...hello, expect: { devices: { sensor: { output: { contains: ['bye'] } } } } },
      { files: { 'main.py': "print('hello')" } },
    );
    const result = await runScenario(scenario);
    assert.throws(
      () => assertPassed(result),
      (error) => {
        assert.ok(error instanceof ScenarioFailed);
        assert.equal(error.expected, "sensor: output: to contain 'bye'");
        assert.equal(error.actual, 'sensor: output: hello\n');
        assert.match(error.message, /expected {2}to contain 'bye'/);
        assert.match(error.message, /boots \(power-on\)/);
        return true;
      },
    );
  });
});
