/** Real clients of a peer that is out of reach for a while: who waits is served, who gives up has said nothing. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { RealPeers } from '../../src/mirror/real-peers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';

const API = { address: '203.0.113.10', port: 443 };

it('a client that gives up before its connection is open is never heard, one that waits is', async () => {
  const loaded = loadScenario(join(projectRoot, 'scenarios/reconnect-with-back-off/scenario.yaml'));
  const { network } = loaded.scenario;
  // Away for two and a half seconds instead of half a minute.
  const faults = network.faults.map((fault) => ({ ...fault, for: 2.5e9 }));
  const peers = await RealPeers.build({
    ...loaded,
    scenario: { ...loaded.scenario, network: { ...network, faults } },
  });
  peers.start();
  try {
    const to = { host: '127.0.0.1', port: await peers.portTo(API) };
    const gone = connect(to, () => gone.end('never heard'));
    gone.on('error', () => {});
    const waits = connectTls({ ...to, servername: 'api.example.com', rejectUnauthorized: false });
    waits.on('error', () => {});
    waits.end('GET /v1/config HTTP/1.0\r\nHost: api.example.com\r\n\r\n');
    const [answer] = await once(waits, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 200 OK/);
  } finally {
    await peers.close();
  }
  const begun = peers.trace.events.filter((event) => event.type === 'tls.start' && event.role === 'server');
  assert.equal(begun.length, 1);
});
