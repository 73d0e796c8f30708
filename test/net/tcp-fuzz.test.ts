import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IpProtocol } from '../../emulator/net/ipv4.ts';
import { encodeTcp } from '../../emulator/net/tcp/segment.ts';
import { Random } from '../../emulator/world/random.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { newPair, run } from './lab.ts';
import { collect, connectPair, payload, sendAll } from './tcp-helpers.ts';

/** Numbers near those in use, where edges are, and any. */
function near(random: Random, value: number): number {
  const kind = random.below(4);
  if (kind === 0) return random.uint32();
  return (value + random.below(kind === 1 ? 4 : 8000) - (kind === 1 ? 2 : 4000)) >>> 0;
}

/**
 * Transfers in both directions over a bad link while somebody who knows the ports, and about where the
 * sequence numbers are, sends what he likes. He may break a connection, or stall it with a window that nobody
 * announced, as RFC 9293 lets who hits the sequence numbers; he must not make the stack throw, keep it busy with
 * itself, or bring a byte into it that does not belong there, for his segments carry none.
 */
function attacked(seed: number): void {
  const lab = newPair({ seed, profiles: ['lwip', 'host'], loss: 0.05 });
  lab.link.impair({ reorder: 0.1, duplicate: 0.1, jitter: 5 * MILLISECOND });
  const { client, server } = connectPair(lab.world, lab.device, lab.server);
  const random = new Random(seed);
  const seen = { device: { sequence: 0, acknowledgment: 0 }, server: { sequence: 0, acknowledgment: 0 } };
  let frames = 0;
  lab.link.tap(({ actor, bytes }) => {
    frames++;
    if (bytes[23] !== IpProtocol.TCP || (actor !== 'device' && actor !== 'server')) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    seen[actor] = { sequence: view.getUint32(38), acknowledgment: view.getUint32(42) };
  });
  const attack = () => {
    const from = random.below(2) === 0 ? 'device' : 'server';
    const [self, other] = from === 'device' ? [client, server] : [server, client];
    const segment = {
      sourcePort: self.local.port,
      destinationPort: other.local.port,
      sequence: near(random, seen[from].sequence),
      acknowledgment: near(random, seen[from].acknowledgment),
      flags: random.below(32) & (random.below(8) === 0 ? 31 : 16 + 8 + 2),
      window: random.below(0x1_0000),
      payload: new Uint8Array(0),
    };
    const bytes = encodeTcp(segment, self.local.address, other.local.address);
    lab[from].send({
      source: self.local.address,
      destination: other.local.address,
      protocol: IpProtocol.TCP,
      payload: bytes,
    });
  };
  const [up, down] = [payload(20_000), payload(30_000)];
  const ends = [collect(server), collect(client)] as const;
  sendAll(client, up);
  sendAll(server, down);
  for (let i = 0; i < 200; i++) lab.world.after(random.below(4000) * MILLISECOND, attack);
  run(lab.world, lab.world.now + 300 * SECOND, () => frames >= 5_000);
  assert.ok(frames < 5_000, `seed ${seed}: ${frames} frames, a war of acknowledgements`);
  for (const [end, sent] of [
    [ends[0], up],
    [ends[1], down],
  ] as const) {
    const got = end.bytes();
    assert.deepEqual(got, sent.subarray(0, got.length), `seed ${seed}`);
  }
}

describe('TCP under attack on a bad link', () => {
  it('brings what was sent, in order, or nothing: 60 seeds of 200 forged segments', () => {
    for (let seed = 1; seed <= 60; seed++) attacked(seed);
  });
});
