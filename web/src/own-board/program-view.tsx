/** One program on the board and in the emulator: both outputs, and where they agree. Needs no server. */
import { signal } from '@preact/signals';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { type ParityLine, totalsInWords, totalsOf } from '../../../src/mirror/parity/report.ts';
import { runScenario, traceEvents } from '../state/run.ts';
import { wholeRun } from '../state/whole-run.ts';
import { phase } from './connection.ts';
import { type BoardResult, compareOnBoth, runOnBoard } from './on-both.ts';
import { ParityTable } from './parity-table.tsx';
import { DEVICE, worldOf } from './program.ts';
import { READY } from './programs-data.ts';
import { workAtBoard } from './work.ts';
import { WorkBar } from './work-bar.tsx';

interface Result {
  readonly emulated: string;
  readonly board: BoardResult;
  readonly lines: readonly ParityLine[];
}

/** Chosen instead of a ready program. */
const OWN = 'own';

const choice = signal('0');
const text = signal(READY[0]!.text);
const problem = signal('');
/** What the board has printed so far. */
const heard = signal('');
const result = signal<Result | undefined>(undefined);

export function ProgramView() {
  return (
    <div class="own-board-work">
      <label>
        Program{' '}
        <select value={choice.value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {READY.map(({ title }, i) => (
            <option key={title} value={String(i)}>
              {title}
            </option>
          ))}
          <option value={OWN}>as it stands below</option>
        </select>
      </label>
      <textarea
        aria-label="The program"
        spellcheck={false}
        rows={6}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
          choice.value = OWN;
        }}
      />
      <WorkBar
        label="▶ Run on the board and here"
        isReady={phase.value === 'connected'}
        problem={problem.value}
        outcome={result.value === undefined ? '' : totalsInWords(totalsOf(result.value))}
        onStart={() => void play(text.peek())}
      />
      {result.value === undefined ? (
        heard.value !== '' && <pre>{heard.value}</pre>
      ) : (
        <Report result={result.value} />
      )}
      <p class="faint">
        Here the board is in its own network, and nobody sees what it says there. The scenario's own program
        is mirrored, with hosts to talk to.
      </p>
    </div>
  );
}

function choose(value: string): void {
  choice.value = value;
  const ready = READY[Number(value)];
  if (ready !== undefined) text.value = ready.text;
}

async function play(program: string): Promise<void> {
  problem.value = '';
  heard.value = '';
  result.value = undefined;
  try {
    result.value = await workAtBoard('a program runs', async ({ line, signal, onProgress }) => {
      onProgress('the program runs in the emulator');
      const { verdict } = await wholeRun(() => runScenario(worldOf(program)));
      signal.throwIfAborted();
      const events = traceEvents();
      const onOutput = (words: string) => {
        heard.value += words;
      };
      const board = await runOnBoard({ transport: line, program, signal, onProgress, onOutput });
      const emulated = (verdict?.output[DEVICE] ?? '').replaceAll('\r\n', '\n') + tracebackIn(events);
      return { emulated, board, lines: compareOnBoth(events, DEVICE, board) };
    });
  } catch (error) {
    problem.value = (error as Error).message;
  }
}

/** As the console of the board shows it, which is no output of the program. */
function tracebackIn(events: readonly TraceEvent[]): string {
  return events
    .filter((event) => event.type === 'device.exception')
    .filter(({ actor }) => actor === DEVICE)
    .map(({ traceback }) => traceback)
    .join('');
}

function Report({ result: { emulated, board, lines } }: { result: Result }) {
  return (
    <>
      <p>{board.boardIs}</p>
      <div class="own-board-outputs">
        <section aria-label="Output in the emulator">
          <h2>In the emulator</h2>
          <pre>{emulated}</pre>
        </section>
        <section aria-label="Output of the board">
          <h2>On the board</h2>
          <pre>
            {board.output}
            {board.traceback}
          </pre>
        </section>
      </div>
      <ParityTable label="Where they agree" lines={lines} />
    </>
  );
}
