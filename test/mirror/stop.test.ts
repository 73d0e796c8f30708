/** Somebody has had enough, at whatever moment: the board is left as it was found. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { MirrorError } from '../../src/mirror/problem.ts';
import { FakeBoard, type Interpreter, QUICK, STOCK } from './fake-board.ts';

const answering =
  (rest: Interpreter): Interpreter =>
  (program) =>
    program.includes('tell("implementation"') ? { output: STOCK } : rest(program);

const STOPPED = new MirrorError('stopped');

function assertAsFound(board: FakeBoard): void {
  assert.ok(board.isFriendly, 'the prompt that people type at');
  assert.equal(board.restarts, 1, "the board's own program has started again");
  assert.ok(board.isClosed);
}

describe('a board whose user stops what goes on', () => {
  it('while its program runs', async () => {
    const board = new FakeBoard(
      'raw paste',
      answering((program) => (program === 'forever' ? 'hangs' : {})),
    );
    const stop = new AbortController();
    const session = await BoardSession.open(board, QUICK, stop.signal);
    setTimeout(() => stop.abort(STOPPED), 30);
    await assert.rejects(session.repl.execute('forever'), STOPPED);
    await session.close();
    assertAsFound(board);
    assert.match(board.programs.at(-1)!, /RTC\(\)\.datetime/);
  });

  it('while nobody waits for the board', async () => {
    const board = new FakeBoard(
      'raw paste',
      answering(() => ({})),
    );
    const stop = new AbortController();
    const session = await BoardSession.open(board, QUICK, stop.signal);
    stop.abort(STOPPED);
    await session.close();
    assertAsFound(board);
    assert.match(board.programs.at(-1)!, /RTC\(\)\.datetime/);
  });

  it('while the board is put back: that is done first', async () => {
    const stop = new AbortController();
    const board = new FakeBoard(
      'raw paste',
      answering((program) => {
        if (program === 'remove') stop.abort(STOPPED);
        return { output: 'removed' };
      }),
    );
    const session = await BoardSession.open(board, QUICK, stop.signal);
    assert.equal(await session.undisturbed(() => session.repl.ask('remove')), 'removed');
    await assert.rejects(session.repl.ask('more'), STOPPED);
    await session.close();
    assertAsFound(board);
  });

  it('while the board is asked what it is', async () => {
    const board = new FakeBoard('raw paste', () => 'hangs');
    const stop = new AbortController();
    setTimeout(() => stop.abort(STOPPED), 200);
    await assert.rejects(BoardSession.open(board, QUICK, stop.signal), STOPPED);
    assertAsFound(board);
  });
});

describe('a board whose clock cannot be set back', () => {
  it('gets its prompt all the same', async () => {
    const board = new FakeBoard(
      'raw paste',
      answering(() => ({ error: 'Traceback\nOSError: 5\n' })),
    );
    const session = await BoardSession.open(board, QUICK);
    await session.close();
    assertAsFound(board);
  });
});

describe('a board that is refused', () => {
  it('is left as it was found', async () => {
    const probe = STOCK.replace('ssl tls ', '');
    const board = new FakeBoard('raw paste', () => ({ output: probe }));
    await assert.rejects(BoardSession.open(board, QUICK), /no ssl module/);
    assertAsFound(board);
  });
});
