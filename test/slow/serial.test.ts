import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LineClient } from '../serial/client.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const NO_PROC = !existsSync('/proc/self/status') && 'the memory of another process is looked up in /proc';

describe('tls-sandbox serial', { skip: NO_PROC }, () => {
  const child = spawn(process.execPath, [CLI, 'serial', '--socket', '0']);
  after(() => child.kill());
  const memory = () => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024;
  };
  const descriptors = () => readdirSync(`/proc/${child.pid}/fd`).length;

  it('does not grow with its clients and their commands', async () => {
    const port = await new Promise<number>((resolve) => {
      child.stdout.on('data', (text) => {
        const url = /socket:\/\/127\.0\.0\.1:(\d+)/.exec(String(text));
        if (url) resolve(Number(url[1]));
      });
    });
    async function rounds(clients: number): Promise<void> {
      for (let at = 0; at < clients; at++) {
        const client = await LineClient.open(port);
        await client.enterRaw();
        for (let round = 0; round < 10; round++) {
          assert.equal(await client.print(`print(sum([${round}] * 100))`), `${round * 100}\r\n`);
        }
        await client.close();
      }
    }
    await rounds(60);
    const before = { memory: memory(), descriptors: descriptors() };
    await rounds(100);
    assert.equal(descriptors(), before.descriptors);
    assert.ok(memory() < before.memory + 16, `${before.memory} MB became ${memory()} MB`);
  });
});
