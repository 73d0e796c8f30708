/** What the run costs: heap over time, CPU time, bytes, round trips; and two runs side by side. */
import './gauges.css';
import { useComputed } from '@preact/signals';
import { computeFigures } from '../../../src/report/figures.ts';
import { recentEvents } from '../state/recent-events.ts';
import { Comparison } from './comparison.tsx';
import { ConnectionGauge } from './connection-gauge.tsx';
import { CpuGauge } from './cpu-gauge.tsx';
import { HeapGauge } from './heap-gauge.tsx';
import { heapSeries } from './heap-series.ts';

export function GaugesPane() {
  const heaps = useComputed(() => heapSeries(recentEvents.value));
  const figures = useComputed(() => computeFigures(recentEvents.value));
  const { devices, connections, total } = figures.value;
  return (
    <article class="gauges">
      <section aria-label="This run">
        <h2 class="unseen">This run</h2>
        {heaps.value.length === 0 && connections.length === 0 && (
          <p class="faint">Nothing to measure: in this run there is no board, or it has not begun.</p>
        )}
        <div class="gauges-grid">
          {heaps.value.map((heap) => (
            <HeapGauge key={heap.device} heap={heap} end={total} />
          ))}
          {devices
            .filter(({ cpu }) => cpu.length > 0)
            .map((device) => (
              <CpuGauge key={device.device} figures={device} />
            ))}
          {connections.map((connection) => (
            <ConnectionGauge key={connection.connection} figures={connection} />
          ))}
        </div>
      </section>
      <Comparison />
    </article>
  );
}
