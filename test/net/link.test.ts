import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Link, type LinkOptions } from '../../emulator/net/link.ts';
import { MICROSECOND, MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { eventsOf, newWorld, run } from './lab.ts';

const MACS = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03'] as const;

function frame(to: string, from: string, length = 125): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(
    [...to.split(':'), ...from.split(':')].map((part) => Number.parseInt(part, 16)),
    0,
  );
  return bytes;
}

/** Three ports on a link of 1 Mbit/s: 125 bytes take 1 ms to send. */
function newLink(options: Partial<LinkOptions> = {}) {
  const world = newWorld();
  const link = new Link(world, {
    name: 'lan',
    latency: 10 * MILLISECOND,
    bandwidth: 1_000_000,
    ...options,
  });
  const heard: string[] = [];
  const ports = MACS.map((mac, i) => {
    const port = link.attach(`host${i + 1}`, mac);
    port.onFrame = (bytes) => heard.push(`${i + 1}@${world.now / MILLISECOND}:${bytes.length}`);
    return port;
  });
  return { world, link, ports, heard };
}

describe('a link', () => {
  it('takes a frame’s serialisation and the latency', () => {
    const { world, ports, heard } = newLink();
    ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    assert.deepEqual(heard, ['2@11:125']);
  });

  it('brings broadcasts to all but the sender', () => {
    const { world, ports, heard } = newLink();
    ports[1]!.send(frame('ff:ff:ff:ff:ff:ff', MACS[1]));
    run(world);
    assert.deepEqual(heard, ['1@11:125', '3@11:125']);
  });

  it('sends one port’s frames one after the other, and two ports’ at once', () => {
    const { world, ports, heard } = newLink();
    for (const from of [0, 0, 1]) ports[from]!.send(frame(MACS[2], MACS[from]!));
    run(world);
    assert.deepEqual(heard, ['3@11:125', '3@11:125', '3@12:125']);
  });

  it('with a shared medium sends all ports’ frames one after the other', () => {
    const { world, ports, heard } = newLink({ medium: 'shared' });
    for (const from of [0, 1, 0]) ports[from]!.send(frame(MACS[2], MACS[from]!));
    run(world);
    assert.deepEqual(heard, ['3@11:125', '3@12:125', '3@13:125']);
  });

  it('puts each frame into the trace when its first bit is sent, ids counting', () => {
    const { world, ports } = newLink();
    for (let i = 0; i < 3; i++) ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    assert.deepEqual(
      eventsOf(world, 'frame.sent').map(({ t, actor, link, id }) => [t / MICROSECOND, actor, link, id]),
      [
        [0, 'host1', 'lan', 1],
        [1000, 'host1', 'lan', 2],
        [2000, 'host1', 'lan', 3],
      ],
    );
  });

  it('loses the share of frames it is told to, the same ones for the same seed', () => {
    const lost = () => {
      const { world, ports } = newLink({ loss: 0.1, queueLimit: 10_000 });
      for (let i = 0; i < 5000; i++) ports[0]!.send(frame(MACS[1], MACS[0]));
      run(world);
      return eventsOf(world, 'frame.lost').map((event) => event.id);
    };
    const first = lost();
    assert.ok(Math.abs(first.length - 500) < 70, `${first.length} of 5000`);
    assert.deepEqual(lost(), first);
  });

  it('loses what its queue does not hold', () => {
    const { world, ports, heard } = newLink({ queueLimit: 2 });
    for (let i = 0; i < 5; i++) ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    assert.equal(heard.length, 3);
    assert.deepEqual(
      eventsOf(world, 'frame.lost').map((event) => event.reason),
      ['queue-full', 'queue-full'],
    );
  });

  it('with a shared medium keeps a queue for each port: who sends too much loses its own', () => {
    const { world, ports, heard } = newLink({ medium: 'shared', queueLimit: 3 });
    for (let i = 0; i < 10; i++) ports[0]!.send(frame(MACS[1], MACS[0]));
    ports[2]!.send(frame(MACS[1], MACS[2]));
    run(world);
    assert.equal(heard.length, 5);
    assert.deepEqual([...new Set(eventsOf(world, 'frame.lost').map(({ actor }) => actor))], ['host1']);
  });

  it('loses everything while it is down', () => {
    const { world, link, ports, heard } = newLink();
    const mend = link.impair({ down: true });
    ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    mend();
    ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world, SECOND);
    assert.equal(heard.length, 1);
    assert.deepEqual(
      eventsOf(world, 'frame.lost').map((event) => event.reason),
      ['link-down'],
    );
  });

  it('with jitter delays frames, and keeps their order', () => {
    const { world, link, ports, heard } = newLink();
    link.impair({ jitter: 50 * MILLISECOND });
    for (let length = 100; length < 140; length++) ports[0]!.send(frame(MACS[1], MACS[0], length));
    run(world);
    assert.deepEqual(
      heard.map((each) => Number(each.split(':')[1])),
      Array.from({ length: 40 }, (_, i) => 100 + i),
    );
    const delays = heard.map((each) => Number(each.split('@')[1]!.split(':')[0]));
    assert.ok(delays.at(-1)! > 45 && delays.at(-1)! < 110, `${delays.at(-1)} ms`);
  });

  it('brings frames twice, or lets later ones overtake them, and says which', () => {
    const doubled = newLink({ duplicate: 1 });
    doubled.ports[0]!.send(frame(MACS[1], MACS[0]));
    run(doubled.world);
    assert.deepEqual(doubled.heard, ['2@11:125', '2@11:125']);
    const { world, link, ports, heard } = newLink();
    const mend = link.impair({ reorder: 1 });
    ports[0]!.send(frame(MACS[1], MACS[0], 100));
    mend();
    ports[0]!.send(frame(MACS[1], MACS[0], 101));
    run(world);
    assert.deepEqual(
      heard.map((each) => each.split(':')[1]),
      ['101', '100'],
    );
    assert.deepEqual(
      [...eventsOf(doubled.world, 'frame.disturbed'), ...eventsOf(world, 'frame.disturbed')].map(
        ({ id, how }) => `${id} ${how}`,
      ),
      ['1 duplicated', '1 reordered'],
    );
  });

  it('may be worse for one port alone, for a time', () => {
    const { world, link, ports, heard } = newLink();
    const mend = link.impair({ down: true }, MACS[1]);
    const send = () => {
      ports[0]!.send(frame(MACS[1], MACS[0]));
      ports[0]!.send(frame(MACS[2], MACS[0]));
      run(world);
    };
    send();
    assert.deepEqual(
      heard.map((each) => each[0]),
      ['3'],
    );
    mend();
    send();
    assert.deepEqual(
      heard.map((each) => each[0]),
      ['3', '2', '3'],
    );
  });

  it('that is down for one port brings it no broadcast either, and loses one that nobody else would hear', () => {
    const { world, link, ports, heard } = newLink();
    const broadcast = () => {
      ports[0]!.send(frame('ff:ff:ff:ff:ff:ff', MACS[0]));
      run(world);
      return heard.splice(0).map((each) => each[0]);
    };
    link.impair({ down: true }, MACS[1]);
    assert.deepEqual(broadcast(), ['3']);
    assert.deepEqual(eventsOf(world, 'frame.lost'), []);
    const mend = link.impair({ down: true }, MACS[2]);
    assert.deepEqual(broadcast(), []);
    assert.equal(eventsOf(world, 'frame.lost')[0]?.reason, 'link-down');
    mend();
    assert.deepEqual(broadcast(), ['3']);
  });

  it('loses by each cause alone: 20 % and 50 % leave 40 %', () => {
    const { world, link, ports, heard } = newLink({ loss: 0.2, queueLimit: 2000 });
    link.impair({ loss: 0.5 });
    for (let i = 0; i < 2000; i++) ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    assert.ok(Math.abs(heard.length - 800) < 60, `${heard.length}`);
  });

  it('shows every frame to a tap, and drops what a rule says', () => {
    const { world, link, ports, heard } = newLink();
    const tapped: number[] = [];
    const untap = link.tap(({ id }) => tapped.push(id));
    const undrop = link.dropWhen(({ id }) => id === 2);
    for (let i = 0; i < 3; i++) ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    untap();
    undrop();
    ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    assert.deepEqual(tapped, [1, 2, 3]);
    assert.equal(heard.length, 3);
  });

  it('forgets a port that was unplugged', () => {
    const { world, ports, heard } = newLink();
    ports[1]!.detach();
    ports[1]!.send(frame(MACS[0], MACS[1]));
    ports[0]!.send(frame(MACS[1], MACS[0]));
    run(world);
    assert.equal(ports[1]!.isUp, false);
    assert.deepEqual(heard, []);
  });
});
