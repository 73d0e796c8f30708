import { runs } from '../state/runs.ts';
import { source } from '../state/source.ts';
import { differences } from './difference.ts';

/** The last run of this scenario beside the one before it. Has its place also before there is one. */
export function Changes() {
  const name = source.value?.name;
  const [before, now] = lastTwo(runs.value.filter((run) => run.name === name));
  if (now === undefined) return <div class="lab-changes" />;
  return (
    <table class="lab-changes" aria-live="polite">
      <caption class="unseen">The last run, and the one before it</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">What</span>
          </th>
          <th scope="col">run before</th>
          <th scope="col">last run</th>
        </tr>
      </thead>
      <tbody>
        {differences(now, before).map((row) => (
          <tr key={row.what} class={`${row.changed ? 'changed' : ''} ${row.isLong ? 'long' : ''}`}>
            <th scope="row" title={row.hint}>
              {row.what}
            </th>
            <td title={row.before}>
              <div>{row.before ?? '–'}</div>
            </td>
            <td title={row.now}>
              <div>
                {row.now}
                {row.changed && <span class="unseen"> (changed)</span>}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function lastTwo<T>(items: readonly T[]): [T | undefined, T | undefined] {
  return [items.at(-2), items.at(-1)];
}
