/** Every error of the API, against the answers of real MicroPython (its program and its certificates included). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run } from './bench.ts';
import { createLab } from './lab.ts';

const FIDELITY = resolve('../shared/fidelity');
const pool = new NodeWorkerPool();
after(() => pool.close());

interface Answer {
  readonly case: string;
  readonly outcome: string;
  readonly exception: string | null;
}

function answers(lines: string): Map<string, string> {
  const parsed = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
  return new Map(parsed.map((answer) => [answer.case, answer.exception ?? answer.outcome]));
}

/** The certificates that the program loads, made by openssl. Undefined when that or python3 is not there. */
function makeCertificates(folder: string): Record<string, Uint8Array> | undefined {
  const env = { ...process.env, FIDELITY_CERTS: folder };
  if (spawnSync('python3', [join(FIDELITY, 'certs.py')], { env }).status !== 0) return undefined;
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ name }) => [`/certs/${name}`, new Uint8Array(readFileSync(join(folder, name)))]),
  );
}

/** A collection would close what a case leaves open; here the line that ends the case does. */
const PREAMBLE = `
import builtins, socket, sys, tls
sys.argv[:] = ["mp_api.py", "/certs"]
made = []
def kept(function):
    def call(*args, **kwargs):
        made.append(function(*args, **kwargs))
        return made[-1]
    return call
socket.socket = kept(socket.socket)
tls.SSLContext.wrap_socket = kept(tls.SSLContext.wrap_socket)
def print(line):
    builtins.print(line)
    while made:
        made.pop().close()
`;

describe('the errors of ssl and tls, case by case', () => {
  it('are those of real MicroPython', (t) => {
    if (!existsSync(FIDELITY)) {
      t.skip('../shared/fidelity is not there');
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'tls-api-'));
    try {
      const files = makeCertificates(folder);
      if (files === undefined) {
        t.skip('python3 or openssl is not there');
        return;
      }
      const { world, stacks } = createLab();
      const program = readFileSync(join(FIDELITY, 'mp_api.py'), 'utf8');
      const { output } = run(`${PREAMBLE}\n${program}`, { pool, world, stacks, files });
      const expected = answers(readFileSync(join(FIDELITY, 'expected-api.jsonl'), 'utf8'));
      assert.deepEqual(Object.fromEntries(answers(output)), Object.fromEntries(expected));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
