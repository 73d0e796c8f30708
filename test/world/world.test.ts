import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random } from '../../emulator/world/random.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { World } from '../../emulator/world/world.ts';

const NEW_YEAR_2026 = 1_767_225_600;

function newWorld(): World {
  return new World({ seed: 1, startTime: NEW_YEAR_2026 });
}

describe('the clock', () => {
  it('stands still until an event is due, then jumps to it', () => {
    const world = newWorld();
    world.after(5 * MILLISECOND, () => {});
    assert.equal(world.now, 0);
    assert.equal(world.step(), true);
    assert.equal(world.now, 5 * MILLISECOND);
    assert.equal(world.step(), false);
  });

  it('shows the time of day from the start of the world', () => {
    const world = newWorld();
    world.after(90.5 * SECOND, () => {});
    world.step();
    assert.equal(world.unixTime, NEW_YEAR_2026 + 90);
  });

  it('never runs backwards', () => {
    const world = newWorld();
    world.after(SECOND, () => world.after(-SECOND, () => {}));
    world.step();
    world.step();
    assert.equal(world.now, SECOND);
  });
});

describe('the event queue', () => {
  it('orders by time, and at one instant by the order of asking', () => {
    const world = newWorld();
    const seen: string[] = [];
    world.after(2, () => seen.push('late'));
    world.after(1, () => seen.push('first'));
    world.after(1, () => seen.push('second'));
    while (world.step());
    assert.deepEqual(seen, ['first', 'second', 'late']);
  });

  it('keeps that order for many events', () => {
    const world = newWorld();
    const random = new Random(7);
    const seen: number[] = [];
    const times = Array.from({ length: 1000 }, () => random.below(100));
    for (const time of times) world.after(time, () => seen.push(time));
    while (world.step());
    assert.deepEqual(
      seen,
      times.toSorted((a, b) => a - b),
    );
  });

  it('skips what was cancelled', () => {
    const world = newWorld();
    const seen: string[] = [];
    const timer = world.after(1, () => seen.push('cancelled'));
    world.after(2, () => seen.push('kept'));
    timer.cancel();
    assert.equal(world.nextEventTime(), 2);
    while (world.step());
    assert.deepEqual(seen, ['kept']);
  });
});

describe('seeded randomness', () => {
  it('repeats for a seed and differs for another', () => {
    assert.deepEqual(new Random(1).bytes(32), new Random(1).bytes(32));
    assert.notDeepEqual(new Random(1).bytes(32), new Random(2).bytes(32));
    assert.notDeepEqual(new Random(1).bytes(32), new Random(2 ** 40 + 1).bytes(32));
  });

  it('gives a fork the same stream however much its parent drew', () => {
    const parent = new Random(1);
    const before = parent.fork('tcp').bytes(16);
    parent.bytes(100);
    assert.deepEqual(parent.fork('tcp').bytes(16), before);
    assert.notDeepEqual(parent.fork('dns').bytes(16), before);
  });

  it('matches the reference xoshiro128** step', () => {
    // From the reference implementation with state {1, 2, 3, 4}.
    const random = new Random(0);
    Object.assign(random, { state: Uint32Array.of(1, 2, 3, 4) });
    assert.deepEqual([random.uint32(), random.uint32(), random.uint32()], [11520, 0, 5927040]);
  });

  it('spreads evenly enough to lose 5 % of frames', () => {
    const random = new Random(3);
    let lost = 0;
    for (let i = 0; i < 100_000; i++) if (random.unit() < 0.05) lost++;
    assert.ok(Math.abs(lost - 5000) < 300, `${lost} of 100000`);
  });
});

describe('the trace', () => {
  it('forgets what it has told, in a world that goes on for days', () => {
    const { trace } = newWorld();
    const heard: string[] = [];
    trace.keepsEvents = false;
    trace.listen((event) => heard.push(event.type));
    trace.append('alice', { type: 'note', level: 'info', text: 'hello' });
    assert.deepEqual(heard, ['note']);
    assert.deepEqual(trace.events, []);
  });

  it('stamps each event with actor and time, in order', () => {
    const world = newWorld();
    const heard: string[] = [];
    world.trace.listen((event) => heard.push(event.type));
    world.after(7, () => world.trace.append('alice', { type: 'note', level: 'info', text: 'hello' }));
    world.step();
    assert.deepEqual(world.trace.events, [
      { t: 7, actor: 'alice', type: 'note', level: 'info', text: 'hello' },
    ]);
    assert.deepEqual(heard, ['note']);
  });
});
