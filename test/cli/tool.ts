/** The built tool and openssl, run in a folder of their own that goes when the test file is done. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NOW } from '../x509/pki.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

export const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes a file and returns its name, as the commands here take it. */
export function file(name: string, contents: string | Uint8Array): string {
  writeFileSync(join(folder, name), contents);
  return name;
}

export function tool(args: readonly string[], input?: string | Uint8Array) {
  return spawnSync(process.execPath, [CLI, ...args], { cwd: folder, encoding: 'utf8', input });
}

/** What openssl prints; any status but 0 fails the test. */
export function openssl(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, `openssl ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** Makes certificates in a folder of this name, and expects that to succeed. */
export function make(out: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = tool(['cert', 'make', '--out', out, ...args]);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

/** The option that holds validity against the PKI's time. */
export const AT: readonly string[] = ['--time', String(NOW)];

export function inspect(args: readonly string[], input?: string | Uint8Array) {
  return tool(['cert', 'inspect', ...args], input);
}

/** What `cert inspect` prints of files that are in order. */
export function shown(...args: readonly string[]): string {
  const { status, stdout, stderr } = inspect(args);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

/** The objects of one file. */
export function objects(...args: readonly string[]) {
  return JSON.parse(shown('--json', ...args)).objects;
}

/** The one object of each file. */
export function single(files: readonly string[]) {
  const lines = shown('--json', ...files, ...AT)
    .trim()
    .split('\n');
  return lines.map((line, i) => {
    const { file, objects } = JSON.parse(line);
    assert.equal(file, files[i]);
    assert.equal(objects.length, 1);
    return objects[0];
  });
}
