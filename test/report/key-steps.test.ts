import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { TLS12 } from '../../emulator/tls/versions.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import type { KeyStep } from '../../src/report/key-parts.ts';
import { keySteps } from '../../src/report/key-steps.ts';
import { converse } from '../tls/support.ts';
import { type Configs, ends } from '../tls/tls13/ends.ts';

/** One end's trace of a handshake, and its steps. */
function handshake(configs: Configs): { events: readonly TraceEvent[]; steps: readonly KeyStep[] } {
  const { client, server } = ends(configs);
  converse(client, server);
  const events = client.events.map((event, t) => ({ t, actor: 'client', ...event }) as TraceEvent);
  return { events, steps: keySteps(events, nobleProvider)[0]!.steps };
}

function step(steps: readonly KeyStep[], title: string): KeyStep {
  const found = steps.find((each) => each.title === title);
  assert.ok(found, `${title} is not among ${steps.map((each) => each.title).join(', ')}`);
  return found;
}

const value = ({ inputs, outputs }: KeyStep, name: string) =>
  [...inputs, ...outputs].find((each) => each.name === name)?.bytes;

describe('the steps from a shared secret to keys', () => {
  const tls12 = handshake({ client: { versions: [TLS12] } });

  it('end in TLS 1.2 in what both Finished messages say, computed anew from the trace', () => {
    const said = tls12.events.flatMap((event) =>
      event.type === 'tls.message' && event.message === 'Finished' ? [event] : [],
    );
    assert.deepEqual(
      said.map(({ bytes }) => toHex(bytes.subarray(4))),
      ['The client’s Finished', 'The server’s Finished'].map((title) =>
        toHex(value(step(tls12.steps, title), 'verify_data')!),
      ),
    );
  });

  it('have the randoms, the public keys and the master secret of TLS 1.2 as inputs', () => {
    const secret = tls12.events.find((event) => event.type === 'tls.secret')!;
    assert.equal(secret.type, 'tls.secret');
    const block = step(tls12.steps, 'Keys of the records');
    assert.deepEqual(value(block, 'client random'), secret.clientRandom);
    assert.deepEqual(value(block, 'master secret'), secret.secret);
    const premaster = step(tls12.steps, 'Premaster secret');
    assert.ok(value(premaster, 'server’s public key for this connection')!.length > 30);
  });

  it('are in TLS 1.3 those of the handshake and those of the data, each with its label', () => {
    const { events, steps } = handshake({});
    for (const event of events) {
      if (event.type !== 'tls.secret') continue;
      const all = steps.flatMap(({ outputs }) => outputs);
      assert.deepEqual(all.find(({ name }) => name === event.label)?.bytes, event.secret, event.label);
    }
    const said = events.flatMap((event) =>
      event.type === 'tls.message' && event.message === 'Finished' ? [toHex(event.bytes.subarray(4))] : [],
    );
    assert.deepEqual(
      said,
      ['The server’s Finished', 'The client’s Finished'].map((title) =>
        toHex(value(step(steps, title), 'verify_data')!),
      ),
    );
    assert.match(step(steps, 'Keys of the handshake').how, /"c hs traffic"/);
    assert.ok(value(step(steps, 'Shared secret'), 'client’s public key (key_share)')!.length >= 32);
  });
});
