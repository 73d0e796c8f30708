import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { compiledName } from '../../emulator/device/compiled.node.ts';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';
import { NodeWorkerPool, run } from './bench.ts';

const dist = join(projectRoot, 'dist');
const BUNDLE = 'device-worker-bundle.cjs';
const folders: string[] = [];
const pools: NodeWorkerPool[] = [];

after(async () => {
  for (const pool of pools) await pool.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Workers of the built tool beside other images than its own: by kind, or none. */
function poolWith(name: string, images: Readonly<Record<string, string>>): NodeWorkerPool {
  const folder = join(dist, `test/images-${process.pid}-${name}`);
  mkdirSync(folder);
  folders.push(folder);
  for (const file of ['device-worker.cjs', BUNDLE]) copyFileSync(join(dist, file), join(folder, file));
  for (const [kind, file] of Object.entries(images)) {
    copyFileSync(join(dist, file), join(folder, `device-${kind}.image`));
  }
  return keep(new NodeWorkerPool({ workerFile: join(folder, 'device-worker.cjs') }));
}

function keep(pool: NodeWorkerPool): NodeWorkerPool {
  pools.push(pool);
  return pool;
}

const LOOK = `
import gc, os, sys, socket, ssl
print(sorted(sys.modules), sys.path, sorted(os.listdir('/')), id(os) - id(sys), id(ssl) - id(socket))
print([name for name in dir(ssl) if name[0] != '_'], gc.mem_free())
`;

describe('the image of the interpreter that the build makes', () => {
  const own = keep(new NodeWorkerPool());
  const none = poolWith('none', {});

  it('is there for both kinds of workers', () => {
    for (const kind of ['plain', 'ahead']) assert.ok(existsSync(join(dist, `device-${kind}.image`)));
  });

  it('gives programs the interpreter that compiling the firmware gives', () => {
    const { output } = run(LOOK, { pool: own });
    assert.match(output, /SSLContext/);
    assert.equal(output, run(LOOK, { pool: none }).output);
  });

  it('gives the same trace', async () => {
    const loaded = loadScenario(join(projectRoot, 'scenarios/mode3-mutual-tls/scenario.yaml'));
    const traceOf = async (workers: NodeWorkerPool) =>
      renderJsonLines((await runScenario(loaded, { workers })).events);
    assert.equal(await traceOf(own), await traceOf(none));
  });

  it('is not used where MicroPython is another one', () => {
    const pool = poolWith('other', { ahead: 'device-ahead.image' });
    const folder = folders.at(-1)!;
    // An image of an interpreter that began in another way, with nothing in its memory.
    const head = {
      memorySize: 2 ** 24,
      loaded: { end: 4096, fingerprint: 1 },
      stackPointer: 0,
      references: [],
    };
    const text = Buffer.from(JSON.stringify(head));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    writeFileSync(join(folder, 'device-ahead.image'), Buffer.concat([length, text, Buffer.alloc(4096)]));
    assert.equal(run(LOOK, { pool }).output, run(LOOK, { pool: none }).output);
  });
});

describe('the compiled code that the build keeps of the worker', () => {
  it('is there for the Node that made it', () => {
    assert.ok(existsSync(compiledName(join(dist, BUNDLE))));
  });

  it('is not used where it is damaged', () => {
    const pool = poolWith('damaged', {});
    const own = compiledName(join(dist, BUNDLE));
    writeFileSync(compiledName(join(folders.at(-1)!, BUNDLE)), readFileSync(own).subarray(0, 1000));
    assert.equal(run(LOOK, { pool }).output, run(LOOK, { pool: poolWith('without', {}) }).output);
  });
});
