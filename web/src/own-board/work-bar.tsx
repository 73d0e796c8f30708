/** Begins what the page does at the board, tells how far it is, and ends it. Nothing in it comes or goes. */
import { stopWork } from './connection.ts';
import { work } from './work.ts';

export interface WorkBarProps {
  readonly label: string;
  readonly isReady: boolean;
  /** Why the last one came to nothing. */
  readonly problem: string;
  readonly onStart: () => void;
}

export function WorkBar({ label, isReady, problem, onStart }: WorkBarProps) {
  const now = work.value;
  const progress =
    now === undefined ? '' : now.isStopping ? 'stopping …' : `${now.progress || 'beginning'} …`;
  return (
    <>
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
      </div>
      <p class="work-progress">
        <span aria-hidden="true" class={problem === '' ? 'faint' : 'bad'}>
          {problem || progress}
        </span>
        <span role="status" class="unseen">
          {problem || spoken(progress)}
        </span>
      </p>
    </>
  );
}

/** Bytes are counted for the eye alone. */
function spoken(progress: string): string {
  return progress.replace(/, \d+ of \d+ bytes/, '');
}
