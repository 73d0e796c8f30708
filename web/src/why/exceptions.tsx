/** What ended the programs of the run, each with the question why. */
import './exceptions.css';
import { exceptionLine, exceptions } from '../state/exceptions.ts';
import { askWhy } from '../state/why.ts';

export function Exceptions() {
  if (exceptions.value.length === 0) return null;
  return (
    <ul class="exceptions" aria-label="Exceptions of the run">
      {exceptions.value.map(({ exception, at }) => (
        <li key={at}>
          <code class="bad">
            {exception.actor}: {exceptionLine(exception)}
          </code>{' '}
          <button type="button" onClick={() => askWhy({ about: 'run', at })}>
            Why?
          </button>
        </li>
      ))}
    </ul>
  );
}
