/** Two runs side by side: three pairs to begin with, and any two that were kept. */
import { signal, useComputed, useSignal } from '@preact/signals';
import { runWith } from '../state/run-with.ts';
import { type KeptRun, runs } from '../state/runs.ts';
import { wholeRun } from '../state/whole-run.ts';
import { type ComparedLine, compareRuns, ratio } from './compared.ts';
import { PAIRS, type Pair } from './pairs-data.ts';

/** Numbers of the runs that are compared. */
const chosen = signal<readonly [number | undefined, number | undefined]>([undefined, undefined]);
/** What the runs of a pair are called. */
const labels = signal<Readonly<Record<number, string>>>({});
const look = signal('');

export function Comparison() {
  const problem = useSignal('');
  const atWork = useSignal(false);
  const play = async (pair: Pair) => {
    atWork.value = true;
    problem.value = '';
    try {
      await playPair(pair);
    } catch (error) {
      problem.value = `The comparison was not finished: ${(error as Error).message}`;
    }
    atWork.value = false;
  };
  return (
    <section class="comparison" aria-label="Two runs side by side">
      <h2>Two runs side by side</h2>
      <div class="comparison-pairs">
        {PAIRS.map((pair) => (
          <button key={pair.title} type="button" disabled={atWork.value} onClick={() => play(pair)}>
            ▶ {pair.title}
          </button>
        ))}
      </div>
      <p role="alert" class="bad">
        {problem}
      </p>
      {runs.value.length < 2 ? (
        <p class="faint">
          Each run that comes to its end is kept until the page is left; two can be compared.
        </p>
      ) : (
        <Chosen />
      )}
    </section>
  );
}

async function playPair({ sides, look: text }: Pair): Promise<void> {
  const numbers: number[] = [];
  for (const { label, scenario, settings } of sides) {
    await wholeRun(() => runWith(scenario, settings));
    const { number } = runs.value.at(-1)!;
    numbers.push(number);
    labels.value = { ...labels.value, [number]: label };
  }
  chosen.value = [numbers[0], numbers[1]];
  look.value = text;
}

/** Those that were asked for, as far as they are still kept; else the last two. */
function comparedRuns(): readonly [KeptRun, KeptRun] {
  const kept = runs.value;
  const run = (side: 0 | 1) => kept.find(({ number }) => number === chosen.value[side]) ?? kept.at(side - 2)!;
  return [run(0), run(1)];
}

function Chosen() {
  const compared = useComputed(comparedRuns);
  const [a, b] = compared.value;
  const choose = (side: 0 | 1) => (number: number) => {
    chosen.value = side === 0 ? [number, b.number] : [a.number, number];
    look.value = '';
  };
  return (
    <>
      <div class="comparison-runs">
        <RunChoice label="First run" run={a} onChoose={choose(0)} />
        <RunChoice label="Second run" run={b} onChoose={choose(1)} />
      </div>
      {look.value !== '' && <p>{look.value}</p>}
      <Table runs={[a, b]} />
    </>
  );
}

interface RunChoiceProps {
  readonly label: string;
  readonly run: KeptRun;
  readonly onChoose: (number: number) => void;
}

function RunChoice({ label, run, onChoose }: RunChoiceProps) {
  return (
    <label>
      {label}{' '}
      <select value={run.number} onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}>
        {runs.value.map((each) => (
          <option key={each.number} value={each.number}>
            {each.number}. {each.name}
            {nameOf(each) === each.name ? '' : `: ${nameOf(each)}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function nameOf({ number, name, settings }: KeptRun): string {
  const { board, verifyMode, seed } = settings;
  const turned = [board, verifyMode, seed === undefined ? undefined : `seed ${seed}`].filter(Boolean);
  return labels.value[number] ?? (turned.length > 0 ? turned.join(', ') : name);
}

function Table({ runs: [a, b] }: { runs: readonly [KeptRun, KeptRun] }) {
  const sections = useComputed(() => {
    const [first, second] = comparedRuns();
    return compareRuns(first.figures, second.figures);
  });
  return (
    <table class="comparison-table" aria-label={`${nameOf(a)} and ${nameOf(b)}`}>
      <thead>
        <tr>
          <td />
          <th scope="col">{nameOf(a)}</th>
          <th scope="col">{nameOf(b)}</th>
          <th scope="col">second / first</th>
        </tr>
      </thead>
      {sections.value.map(({ title, lines }) => (
        <tbody key={title}>
          <tr>
            <th colSpan={4} scope="rowgroup">
              {title}
            </th>
          </tr>
          {lines.map((line) => (
            <Line key={line.what} line={line} />
          ))}
        </tbody>
      ))}
      <tfoot>
        <tr>
          <th scope="row">came out</th>
          <td>{outcome(a)}</td>
          <td>{outcome(b)}</td>
          <td />
        </tr>
      </tfoot>
    </table>
  );
}

function outcome({ outcome: { passed } }: KeptRun): string {
  return passed ? 'as expected' : 'not as expected';
}

function Line({ line: { what, values, format } }: { line: ComparedLine }) {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  return (
    <tr>
      <th scope="row">{what}</th>
      {values.map((value, i) => (
        // The two sides never change places.
        <td key={i === 0 ? 'first' : 'second'}>
          {value === undefined ? '–' : format(value)}
          <svg aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none">
            <rect class={i === 0 ? 'first' : 'second'} width={(100 * (value ?? 0)) / most} height="6" />
          </svg>
        </td>
      ))}
      <td>{ratio(values) ?? ''}</td>
    </tr>
  );
}
