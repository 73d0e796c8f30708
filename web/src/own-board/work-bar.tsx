/** Begins what the page does at the board, tells how far it is, and ends it. Nothing in it comes or goes. */
import { stopWork } from './connection.ts';
import { type Work, work } from './work.ts';

export interface WorkBarProps {
  readonly label: string;
  readonly isReady: boolean;
  /** Why the last one came to nothing. */
  readonly problem: string;
  /** What came of the last one. */
  readonly outcome: string;
  readonly onStart: () => void;
}

export function WorkBar({ label, isReady, problem, outcome, onStart }: WorkBarProps) {
  const now = work.value;
  const text = now === undefined ? problem || outcome : progressOf(now);
  return (
    <div class="work-bar">
      <button type="button" class="strong" disabled={!isReady || now !== undefined} onClick={onStart}>
        {label}
      </button>
      <button
        type="button"
        disabled={now === undefined || now.isStopping}
        onClick={() => stopWork.peek()?.()}
      >
        ■ Stop
      </button>
      <p>
        <span
          aria-hidden="true"
          class={now !== undefined ? 'faint work-now' : problem === '' ? 'faint' : 'bad'}
        >
          {text}
        </span>
        <span role="status" class="unseen">
          {spoken(text)}
        </span>
      </p>
    </div>
  );
}

function progressOf({ isStopping, progress }: Work): string {
  return isStopping ? 'stopping …' : `${progress || 'beginning'} …`;
}

/** Bytes are counted for the eye alone. */
function spoken(progress: string): string {
  return progress.replace(/, \d+ of \d+ bytes/, '');
}
