/** One program in the emulator and on a board at the end of a line, and where the two agree. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { describeBoard } from '../../../src/mirror/board/capabilities.ts';
import { BoardSession } from '../../../src/mirror/board/session.ts';
import { compare, DEFAULT_TOLERANCE } from '../../../src/mirror/parity/compare.ts';
import { type Observed, observe } from '../../../src/mirror/parity/observed.ts';
import type { ParityLine } from '../../../src/mirror/parity/report.ts';
import type { Transport } from '../../../src/mirror/transport/transport.ts';

/** Milliseconds that a program may take on the board. */
export const PATIENCE = 30_000;

export interface BoardResult {
  readonly boardIs: string;
  readonly output: string;
  /** As the board prints it; empty where none was raised. */
  readonly traceback: string;
}

export interface OnBoardOptions {
  readonly transport: Transport;
  readonly program: string;
  /** Somebody may have enough. */
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  readonly onOutput: (text: string) => void;
}

/** Rejected with MirrorError, or with the reason of the signal, when the board is as it was. */
export async function runOnBoard(options: OnBoardOptions): Promise<BoardResult> {
  const { transport, program, signal, onProgress, onOutput } = options;
  onProgress('looking for the prompt of the board');
  const session = await BoardSession.open(transport, {}, signal);
  try {
    await session.refresh();
    onProgress('the program runs on the board');
    let output = '';
    const { error } = await session.repl.execute(program, {
      timeout: PATIENCE,
      onOutput: (text) => {
        output += text;
        onOutput(text);
      },
    });
    return {
      boardIs: describeBoard(session.board),
      output,
      traceback: error.replaceAll('<stdin>', 'main.py'),
    };
  } finally {
    onProgress('leaving the board as it was');
    await session.close();
  }
}

/**
 * What can be held against each other where nobody sees the network of the board: output, exception, and where it was
 * raised.
 */
export function compareOnBoth(
  events: readonly TraceEvent[],
  device: string,
  board: BoardResult,
): readonly ParityLine[] {
  const emulated = observe(events, device);
  const unseen = { handshakes: [], requests: [], attackers: [], leastIdfFree: undefined };
  return compare({ ...emulated, ...unseen }, observedOn(board), { tolerance: DEFAULT_TOLERANCE }).filter(
    ({ section, what }) => section === 'program' && what !== 'what peers were asked',
  );
}

function observedOn({ output, traceback }: BoardResult): Observed {
  const [event] = traceback === '' ? [] : [exceptionEvent(traceback)];
  const { exception } = observe(event === undefined ? [] : [event], 'board');
  return {
    handshakes: [],
    requests: [],
    output,
    exception,
    exit: traceback === '' ? 0 : 1,
    leastIdfFree: undefined,
    heapFree: undefined,
    programTime: undefined,
    attackers: [],
  };
}

/** "ValueError: invalid syntax" at the end of a traceback. */
function exceptionEvent(traceback: string): TraceEvent {
  const last = traceback.trim().split('\n').at(-1)!;
  const [, name = last, message = ''] = /^([\w.]+)(?:: ?(.*))?$/.exec(last.trim()) ?? [];
  return { t: 0, actor: 'board', type: 'device.exception', name, message, traceback };
}
