/** The other judge: the openssl command, with a folder of its own that goes when the test file is done. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { encodePem } from '../../emulator/x509/pem.ts';
import { NOW } from './pki.ts';

export const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';

const folder = mkdtempSync(join(tmpdir(), 'x509-'));
after(() => rmSync(folder, { recursive: true }));

/** A place for a file in the folder, written or not. */
export function path(name: string): string {
  return join(folder, name);
}

export function write(name: string, content: string | Uint8Array): string {
  writeFileSync(path(name), content);
  return path(name);
}

/** A PEM file of certificates. */
export function file(name: string, ...ders: Uint8Array[]): string {
  return write(name, ders.map((der) => encodePem('CERTIFICATE', der)).join(''));
}

export interface Outcome {
  readonly status: number | null;
  readonly text: string;
}

/** Status and both outputs, whatever the status. */
export function attempt(args: readonly string[], input?: string | Uint8Array): Outcome {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input, encoding: 'latin1' });
  return { status, text: `${stdout}${stderr}` };
}

/** What it prints; any status but 0 fails the test. */
export function openssl(args: readonly string[], input?: string | Uint8Array): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input, encoding: 'latin1' });
  assert.equal(status, 0, `openssl ${args[0]}: ${stdout}${stderr}`);
  return stdout;
}

/** For `openssl req`: a new P-256 key. */
export const NEW_EC_KEY: readonly string[] = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** The option that sets its clock to the PKI's. */
export const at: readonly string[] = ['-attime', String(NOW)];

/** Offsets at which it sees a value begin. */
export function valueOffsets(der: Uint8Array): Set<number> {
  const listed = openssl(['asn1parse', '-inform', 'DER'], der);
  return new Set(Array.from(listed.matchAll(/^ *(\d+):d=/gm), ([, offset]) => Number(offset)));
}
