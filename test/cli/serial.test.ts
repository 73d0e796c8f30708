import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LineClient, PROMPT } from '../serial/client.ts';
import { NO_PTY } from '../serial/others.ts';
import { file, folder, tool } from './tool.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** The command, once it has told its ports. */
async function serial(...words: string[]) {
  const child = spawn(process.execPath, [CLI, 'serial', ...words], { cwd: folder });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (bytes) => {
      stdout += bytes;
      if (
        stdout.endsWith('\n') &&
        stdout.split('\n').length > words.filter((word) => /^--(rfc|soc|pty)/.test(word)).length + 1
      )
        resolve();
    });
    child.once('exit', () => reject(new Error(stderr)));
  });
  const stop = async (signal: NodeJS.Signals) => {
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const status = await ended;
    running.delete(child);
    return { status, stderr };
  };
  const port = Number(/socket:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
  return { stdout, port, stop };
}

describe('tls-sandbox serial', () => {
  it('tells where the line is, keeps a log of its clients, and ends with Ctrl-C, status 0', async () => {
    const { stdout, port, stop } = await serial('--socket', '0', '--rfc2217', '0');
    assert.match(
      stdout,
      /^Serial line of device \(esp32\)\n {2}rfc2217:\/\/127\.0\.0\.1:\d+\n {2}socket:\/\/127\.0\.0\.1:\d+\n$/,
    );
    const client = await LineClient.open(port);
    client.type('\r6 * 7\r');
    await client.until('42\r\n');
    await client.close();
    const { status, stderr } = await stop('SIGINT');
    assert.equal(status, 0);
    assert.match(stderr, /^127\.0\.0\.1:\d+ connected\n127\.0\.0\.1:\d+ gone\n$/);
  });

  it("is the line of a scenario's board, of the board that is asked for", async () => {
    file('serial-main.py', 'print("main has run")\n');
    const { stdout, port, stop } = await serial(
      '--socket',
      '0',
      '--scenario',
      'serial-main.py',
      '--board',
      'esp32-c3',
    );
    assert.match(stdout, /^Serial line of device \(esp32-c3\)\n/);
    const client = await LineClient.open(port);
    client.type('import os; os.uname().machine\r');
    assert.match(
      (await client.until(`ESP32C3'\r\n${PROMPT}`)).toString(),
      /Generic ESP32C3 module with ESP32C3/,
    );
    client.type('import machine; machine.reset()\r');
    assert.match(
      (await client.until('main has run\r\n')).toString(),
      /ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb {2}7 2021\r\nrst:0xc \(RTC_SW_CPU_RST\)/,
    );
    await client.close();
    await stop('SIGTERM');
  });

  it('makes a pseudo-terminal, and takes its link away again', { skip: NO_PTY }, async () => {
    const { stdout, stop } = await serial('--pty', 'board');
    assert.match(stdout, /\n {2}board\n$/);
    assert.ok(existsSync(join(folder, 'board')));
    const { status } = await stop('SIGTERM');
    assert.equal(status, 0);
    assert.ok(!existsSync(join(folder, 'board')));
  });

  const misuses: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['nothing to serve', [], /--rfc2217 PORT, --socket PORT or --pty PATH/],
    ['a port that is none', ['--socket', '70000'], /Expected a port, 0 to 65535/],
    ['an address of another computer', ['--socket', '0', '--listen', '192.0.2.1'], /no such address/],
    ['a path that is taken', ['--pty', '.'], /there is something already/],
    ['a folder that is not there', ['--pty', 'no/such/folder'], /there is no such folder; make it first/],
    ['an unknown board', ['--socket', '0', '--board', 'esp33'], /esp33/],
    ['a device without a scenario', ['--socket', '0', '--device', 'x'], /goes with --scenario/],
  ];
  for (const [what, words, message] of misuses) {
    it(`refuses ${what}, with status 2`, { skip: words.includes('--pty') && NO_PTY }, () => {
      const { status, stdout, stderr } = tool(['serial', ...words], '');
      assert.match(stderr, message);
      assert.deepEqual([status, stdout], [2, '']);
    });
  }

  it('says that a port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const { status, stderr } = tool(['serial', '--rfc2217', String(port)], '');
    other.close();
    assert.match(stderr, new RegExp(`port ${port} of 127\\.0\\.0\\.1 is in use by another program`));
    assert.equal(status, 2);
  });
});
