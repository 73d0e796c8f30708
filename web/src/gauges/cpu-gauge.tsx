import type { DeviceFigures } from '../../../src/report/figures.ts';
import { formatDuration } from '../../../src/report/format.ts';
import { Bars } from './bars.tsx';

/** So many operations have a bar of their own. */
const SHOWN = 6;

export function CpuGauge({ figures: { device, cpu, cpuTotal } }: { figures: DeviceFigures }) {
  const rest = cpu.slice(SHOWN).reduce((sum, { total }) => sum + total, 0);
  const bars = cpu.slice(0, SHOWN).map(({ operation, count, total }) => ({
    name: count > 1 ? `${operation} ×${count}` : operation,
    value: total,
    text: formatDuration(total),
    tone: 'cpu',
  }));
  return (
    <section class="gauge" aria-label={`CPU time of ${device}`}>
      <h3>
        CPU time of {device}: {formatDuration(cpuTotal)} <small>for cryptography; estimated</small>
      </h3>
      <Bars
        label={`CPU time of ${device} by operation`}
        bars={rest === 0 ? bars : [...bars, { name: 'other', value: rest, text: formatDuration(rest) }]}
      />
    </section>
  );
}
