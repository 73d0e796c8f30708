/** Files put onto a device at its own prompt, as the page does it. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { OpenWorld } from '../../emulator/device/open-world.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { programScenario } from '../../src/scenario/program-world.ts';
import { buildWorld } from '../../src/scenario/run.ts';
import { ConsoleLine } from '../../web/src/world/console-line.ts';
import { writeFile } from '../../web/src/world/device-files.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A device at its prompt, and what its terminal shows. */
class Bench {
  shown = '';
  readonly line: ConsoleLine;
  readonly open: OpenWorld;

  private constructor(world: Awaited<ReturnType<typeof buildWorld>>) {
    const origin = performance.now();
    const clock = () => (performance.now() - origin) * 1e6;
    this.open = new OpenWorld({ ...world, clock });
    this.line = new ConsoleLine({
      device: world.devices[0]!,
      enter: (action) => this.open.enter(action),
      onOutput: (output) => {
        this.shown += new TextDecoder().decode(output);
      },
    });
    void this.open.run();
  }

  static async start(program: string): Promise<Bench> {
    const scenario = programScenario('main.py', new Map([['main.py', bytes(program)]]));
    return new Bench(await buildWorld(scenario, { prompts: ['device'] }));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  prompt(): Promise<void> {
    return this.until(() => this.shown.endsWith('>>> ') && this.line.device.console.waitsForInput);
  }

  contents(path: string): Uint8Array | undefined {
    return this.line.device.flash.files.find((file) => file.path === path)?.bytes;
  }
}

let bench: Bench;
afterEach(() => {
  bench.line.close();
  bench.open.close();
});
after(() => closeDeviceWorkers());

describe('a file put onto a device at its prompt', () => {
  it('is there, whatever bytes it has, with the folders above it; the terminal shows nothing of it', async () => {
    bench = await Bench.start('');
    await bench.prompt();
    const before = bench.shown;
    const contents = Uint8Array.from({ length: 1500 }, (_, i) => i % 256);
    await writeFile(bench.line, '/lib/my/data.bin', contents);
    assert.deepEqual(bench.contents('/lib/my/data.bin'), contents);
    assert.equal(bench.shown, before);
    bench.line.type(bytes('import os; os.stat("/lib/my/data.bin")[6]\r'));
    await bench.until(() => bench.shown.includes('\r\n1500\r\n>>> '));
  });

  it('is taken away again', async () => {
    bench = await Bench.start('');
    await bench.prompt();
    await writeFile(bench.line, '/note.txt', bytes('hello'));
    assert.deepEqual(bench.contents('/note.txt'), bytes('hello'));
    await writeFile(bench.line, '/note.txt', undefined);
    assert.equal(bench.contents('/note.txt'), undefined);
  });

  it('keeps what is typed meanwhile for the prompt that follows', async () => {
    bench = await Bench.start('');
    await bench.prompt();
    const written = writeFile(bench.line, '/note.txt', bytes('hello'));
    bench.line.type(bytes('6 * 7\r'));
    await written;
    await bench.until(() => bench.shown.endsWith('42\r\n>>> '));
  });

  it('is refused in words: a program runs, another file is under way, the path is none', async () => {
    bench = await Bench.start('import time\ntime.sleep(1000)');
    await bench.until(() => bench.line.device.state === 'blocked');
    await assert.rejects(
      writeFile(bench.line, '/note.txt', bytes('x')),
      /device is busy: stop its program with Ctrl-C/,
    );
    bench.line.type(bytes('\x03'));
    await bench.prompt();
    const first = writeFile(bench.line, '/note.txt', bytes('x'));
    await assert.rejects(writeFile(bench.line, '/note.txt', bytes('y')), /another file is being written/);
    await first;
    await assert.rejects(writeFile(bench.line, '/main.py/x', bytes('x')), /device: OSError/);
    bench.line.type(bytes('"still here"\r'));
    await bench.until(() => bench.shown.endsWith("'still here'\r\n>>> "));
  });
});
