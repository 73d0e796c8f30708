/** One program on the board and in the emulator: both outputs, and where they agree. */
import { useComputed, useSignal } from '@preact/signals';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { type ParityLine, totalsInWords, totalsOf } from '../../../src/mirror/parity/report.ts';
import { runScenario, traceEvents } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { foreign, source } from '../state/source.ts';
import { wholeRun } from '../state/whole-run.ts';
import { phase, withLine } from './connection.ts';
import { type BoardResult, compareOnBoth, runOnBoard } from './on-both.ts';
import { ownProgram, type Program, programsOf } from './program.ts';
import { READY } from './programs-data.ts';

interface Result {
  readonly emulated: string;
  readonly board: BoardResult;
  readonly lines: readonly ParityLine[];
}

/** Chosen instead of a program of the scenario. */
const OWN = 'own';

export function Both() {
  const fromScenario = useComputed(() => (source.value === undefined ? [] : programsOf(source.value)));
  const choice = useSignal('ready 0');
  // What came with a link is told apart before it is sent to anything real.
  const isTheirs = useComputed(() => foreign.value && choice.value.startsWith('scenario'));
  const text = useSignal(READY[0]!.text);
  const progress = useSignal('');
  const problem = useSignal('');
  const heard = useSignal('');
  const result = useSignal<Result | undefined>(undefined);

  const choose = (value: string) => {
    choice.value = value;
    const [kind, at] = value.split(' ');
    if (kind === 'ready') text.value = READY[Number(at)]!.text;
    if (kind === 'scenario') text.value = fromScenario.value[Number(at)]!.text;
  };
  const program = (): Program => {
    const [kind, at] = choice.value.split(' ');
    const own = kind === 'scenario' ? fromScenario.value[Number(at)] : undefined;
    return own !== undefined && own.text === text.value ? own : ownProgram('A program of my own', text.value);
  };
  const play = async () => {
    problem.value = '';
    heard.value = '';
    result.value = undefined;
    try {
      result.value = await playOnBoth(program(), {
        onProgress: (words) => {
          progress.value = words;
        },
        onOutput: (words) => {
          heard.value += words;
        },
      });
    } catch (error) {
      problem.value = (error as Error).message;
    }
    progress.value = '';
  };
  return (
    <section class="both" aria-label="One program on both">
      <div class="both-bar">
        <label>
          Program{' '}
          <select value={choice.value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {READY.map(({ title }, i) => (
              <option key={title} value={`ready ${i}`}>
                {title}
              </option>
            ))}
            {fromScenario.value.map(({ title }, i) => (
              <option key={title} value={`scenario ${i}`}>
                {title}
              </option>
            ))}
            <option value={OWN}>as it stands below</option>
          </select>
        </label>
        <button
          type="button"
          class="strong"
          disabled={phase.value !== 'connected'}
          onClick={() => void play()}
        >
          {isTheirs.value
            ? "▶ Run somebody else's program on my board, and here"
            : '▶ Run on the board and here'}
        </button>
      </div>
      <textarea
        class="both-text"
        aria-label="The program"
        spellcheck={false}
        rows={6}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
      <p role="status" class={problem.value === '' ? 'faint' : 'bad'}>
        {problem.value || progress.value}
      </p>
      {result.value === undefined ? (
        heard.value !== '' && <pre>{heard.value}</pre>
      ) : (
        <Report result={result.value} />
      )}
      <p class="faint both-beyond">
        Here the board uses its own network, and what it says there nobody sees. In a terminal{' '}
        <code>npx tls-sandbox mirror mode2-server-auth --device /dev/ttyUSB0</code> goes further: it brings
        the files of the scenario, plays its servers on this computer, and compares the handshake, message by
        message, the alerts, times and heap as well.
      </p>
    </section>
  );
}

interface Watcher {
  readonly onProgress: (text: string) => void;
  readonly onOutput: (text: string) => void;
}

async function playOnBoth(program: Program, { onProgress, onOutput }: Watcher): Promise<Result> {
  const { source: world, device, text } = program;
  onProgress('The program runs in the emulator …');
  const { verdict } = await wholeRun(() =>
    runScenario(world, world.name === 'own-board' ? {} : settings.value),
  );
  const events = traceEvents();
  const board = await withLine((line) =>
    runOnBoard({ transport: line.take(), program: text, onProgress, onOutput }),
  );
  return {
    emulated: (verdict?.output[device] ?? '').replaceAll('\r\n', '\n') + tracebackOf(events, device),
    board,
    lines: compareOnBoth(events, device, board),
  };
}

/** As the console of the board shows it, which is no output of the program. */
function tracebackOf(events: readonly TraceEvent[], device: string): string {
  return events
    .filter((event) => event.type === 'device.exception')
    .filter(({ actor }) => actor === device)
    .map(({ traceback }) => traceback)
    .join('');
}

const MARKS = { equal: '=', different: '≠', 'not comparable': '?' } as const;
const TONES = { equal: 'good', different: 'bad', 'not comparable': 'faint' } as const;

function Report({ result: { emulated, board, lines } }: { result: Result }) {
  return (
    <>
      <p>{board.boardIs}</p>
      <div class="both-outputs">
        <section aria-label="Output in the emulator">
          <h3>In the emulator</h3>
          <pre>{emulated}</pre>
        </section>
        <section aria-label="Output of the board">
          <h3>On the board</h3>
          <pre>
            {board.output}
            {board.traceback}
          </pre>
        </section>
      </div>
      <table class="both-parity" aria-label="Where they agree">
        <caption>{totalsInWords(totalsOf({ lines }))}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">what</th>
            <th scope="col">emulator</th>
            <th scope="col">board</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ what, verdict, emulated: mine, board: its, note }) => (
            <tr key={what} class={verdict.replace(' ', '-')}>
              <td class={TONES[verdict]}>
                <span aria-hidden="true">{MARKS[verdict]}</span>
                <span class="unseen">{verdict}</span>
              </td>
              <th scope="row">{what}</th>
              <td>{mine}</td>
              <td>
                {its}
                {note !== undefined && <small class="faint"> {note}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
