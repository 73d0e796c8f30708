/** A scenario's peers on real ports: other people's clients meet them, with attackers on the way. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { RealPeers } from '../../src/mirror/real-peers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const scenario = (name: string) => loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml'));

/** What curl prints and its exit status. */
async function curl(...args: string[]): Promise<{ status: number; text: string }> {
  const child = spawn('curl', ['-sS', '--max-time', '20', ...args]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += bytes));
  const status = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  return { status, text };
}

async function meet(name: string, use: (peers: RealPeers) => Promise<void>): Promise<readonly TraceEvent[]> {
  const peers = await RealPeers.build(scenario(name));
  peers.start();
  try {
    await use(peers);
  } finally {
    await peers.close();
  }
  return peers.trace.events;
}

const API = { address: '203.0.113.10', port: 443 };

describe("a scenario's peers on real ports", { skip: !hasCurl && 'curl is not installed' }, () => {
  it('serve a client that is not ours, and the handshake is in the trace', async () => {
    const events = await meet('mode2-server-auth', async (peers) => {
      const port = await peers.portTo(API);
      const { status, text } = await curl(
        '--insecure',
        '--connect-to',
        `api.example.com:443:127.0.0.1:${port}`,
        'https://api.example.com/v1/config',
      );
      assert.deepEqual({ status, text }, { status: 0, text: '{"interval": 60}' });
    });
    const hello = events.find((event) => event.type === 'tls.message' && event.message === 'ClientHello');
    assert.equal(hello?.actor, 'api.example.com');
    assert.ok(events.some((event) => event.type === 'tls.established' && event.role === 'server'));
  });

  it('stand behind their attacker: a real client meets Mallory', async () => {
    const events = await meet('mallory-in-the-middle-mode1', async (peers) => {
      const port = await peers.portTo(API);
      const { status } = await curl(
        '--insecure',
        '--connect-to',
        `api.example.com:443:127.0.0.1:${port}`,
        'https://api.example.com/v1/config',
      );
      assert.equal(status, 0);
    });
    assert.ok(events.some((event) => event.actor === 'mallory' && event.type === 'attacker.read'));
  });

  it('answer names as their name servers do, and lie where they lie', async () => {
    await meet('dns-spoofing-mode2', async (peers) => {
      assert.deepEqual(await peers.resolve('api.example.com'), { addresses: ['203.0.113.66'] });
      assert.ok('error' in (await peers.resolve('nobody.example.com')));
    });
  });

  it('say so when an address is not of this computer', async () => {
    const peers = await RealPeers.build(scenario('mode2-server-auth'), { address: '203.0.113.99' });
    await assert.rejects(peers.portTo(API), /203\.0\.113\.99 is not an address of this computer/);
  });
});
