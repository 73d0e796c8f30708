/** What the page itself does at the board: one thing at a time, that can be watched and stopped. */
import { effect, signal } from '@preact/signals';
import { MirrorError } from '../../../src/mirror/problem.ts';
import type { LentLine } from '../../../src/mirror/transport/lent.ts';
import { ownBoard } from '../terminal/terminals.ts';
import { boardLine, stopWork } from './connection.ts';

export interface Work {
  /** "mode2-server-auth on the board" */
  readonly title: string;
  /** What is done now. */
  readonly progress: string;
  readonly isStopping: boolean;
}

export interface WorkContext {
  readonly line: LentLine;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Undefined while the board is left to the person. */
export const work = signal<Work | undefined>(undefined);

// A page that goes away leaves the board in the middle of it.
effect(() => {
  if (work.value !== undefined) addEventListener('beforeunload', askToStay);
  else removeEventListener('beforeunload', askToStay);
});

function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Rejected with what `run` is rejected with, when the line is the person's again. */
export async function workAtBoard<T>(title: string, run: (context: WorkContext) => Promise<T>): Promise<T> {
  const board = boardLine();
  if (board === undefined) throw new MirrorError('no board is connected');
  const enough = new AbortController();
  const line = board.take();
  ownBoard.peek()?.remark(`the page is at work: ${title}; Ctrl-C stops it`);
  work.value = { title, progress: '', isStopping: false };
  stopWork.value = () => {
    if (enough.signal.aborted) return;
    work.value = { ...work.peek()!, isStopping: true };
    enough.abort(new MirrorError('Stopped; the board is as it was.'));
  };
  const onProgress = (progress: string) => {
    work.value = { ...work.peek()!, progress };
  };
  try {
    return await run({ line, signal: enough.signal, onProgress });
  } finally {
    await line.close();
    stopWork.value = undefined;
    work.value = undefined;
  }
}
