import { formatBytes, formatDuration } from '../../../src/report/format.ts';
import { type HeapSeries, RECORD_BUFFER } from './heap-series.ts';
import { StepChart } from './step-chart.tsx';

/** Of the time shown, before the first thing that a program did. */
const LEAD = 0.04;
/** Rows of the table: the last ones. */
const ROWS = 100;

export function HeapGauge({ heap: { device, samples }, end }: { heap: HeapSeries; end: number }) {
  // Joining the Wi-Fi takes seconds in which nothing is allocated: the drawing begins after it.
  const begin = samples[1]?.t ?? 0;
  const from = Math.max(0, begin - LEAD * (end - begin));
  const peak = Math.max(...samples.map(({ used }) => used));
  const least = Math.min(...samples.map(({ largestBlock }) => largestBlock));
  const fits = least >= RECORD_BUFFER;
  return (
    <section class="gauge" aria-label={`Heap of ${device}`}>
      <h3>
        Heap of {device} <small>of ESP-IDF, from which TLS takes; estimated</small>
      </h3>
      <StepChart
        says={`Up to ${formatBytes(peak)} in use; the largest free block is never below ${formatBytes(least)}`}
        series={[
          { name: 'in use', tone: 'used', points: samples.map(({ t, used }) => ({ t, value: used })) },
          {
            name: 'largest free block',
            tone: 'block',
            points: samples.map(({ t, largestBlock }) => ({ t, value: largestBlock })),
          },
        ]}
        mark={{ value: RECORD_BUFFER, label: `${formatBytes(RECORD_BUFFER)}, one buffer for records` }}
        format={formatBytes}
        from={from}
        to={end}
      />
      <p class={fits ? 'faint' : 'bad'}>
        {fits
          ? `A buffer for records (${formatBytes(RECORD_BUFFER)} in one piece) would fit at any time.`
          : `At the worst moment no buffer for records fits: it takes ${formatBytes(RECORD_BUFFER)} in one piece.`}
      </p>
      <details>
        <summary>As a table</summary>
        <table class="heap-table">
          <thead>
            <tr>
              <th scope="col">time</th>
              <th scope="col">what</th>
              <th scope="col">in use</th>
              <th scope="col">largest free block</th>
            </tr>
          </thead>
          <tbody>
            {samples.slice(-ROWS).map(({ t, reason, used, largestBlock }, i) => (
              <tr key={`${t} ${i}`}>
                <td>{formatDuration(t)}</td>
                <td>{reason}</td>
                <td>{formatBytes(used)}</td>
                <td>{formatBytes(largestBlock)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
