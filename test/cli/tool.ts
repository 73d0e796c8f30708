/** The built tool and openssl, run in a folder of their own that goes when the test file is done. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { NOW } from '../x509/pki.ts';
import type { Answered } from './tool-thread.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

export const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes a file and returns its name, as the commands here take it. */
export function file(name: string, contents: string | Uint8Array): string {
  writeFileSync(join(folder, name), contents);
  return name;
}

/** Commands that start no device and read no standard input: a thread answers them (tool-thread.ts). */
const ANSWERED_BY_THREAD: readonly (string | undefined)[] = ['cert', 'lint', 'why'];
/** Milliseconds that a command may take. */
const PATIENCE = 60_000;

/** Runs a command line in `folder`, as a person would. */
export function tool(args: readonly string[], input?: string | Uint8Array) {
  if (input === undefined && !args.includes('-') && ANSWERED_BY_THREAD.includes(args[0]))
    return toolInThread(args);
  return toolProcess(args, input);
}

/** The same, always by a process of its own. */
export function toolProcess(args: readonly string[], input?: string | Uint8Array) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    encoding: 'utf8',
    input,
  });
  return { status, stdout, stderr };
}

let thread: { readonly port: MessagePort; readonly turn: Int32Array } | undefined;

function startThread() {
  // The thread has this process's folder, and cannot go to another.
  process.chdir(folder);
  const { port1: port, port2 } = new MessageChannel();
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('../cli/tool-thread.js', import.meta.url), {
    workerData: { port: port2, turn },
    transferList: [port2],
  });
  worker.unref();
  return { port, turn };
}

/** The same, always in the thread: for commands that end before a device starts or something is listened to. */
export function toolInThread(args: readonly string[]): Answered {
  thread ??= startThread();
  const { port, turn } = thread;
  Atomics.store(turn, 0, 0);
  port.postMessage(args);
  assert.notEqual(Atomics.wait(turn, 0, 0, PATIENCE), 'timed-out', `no answer to ${args.join(' ')}`);
  return receiveMessageOnPort(port)!.message;
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
