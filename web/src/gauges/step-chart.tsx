/** Values that stay until the next one, over time: drawn in a fixed place, with a table behind it. */
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import { formatDuration } from '../../../src/report/format.ts';

export interface Series {
  readonly name: string;
  /** Of gauges.css: its colour. */
  readonly tone: string;
  readonly points: readonly { readonly t: Nanoseconds; readonly value: number }[];
}

export interface StepChartProps {
  /** For who does not see it. */
  readonly says: string;
  readonly series: readonly Series[];
  readonly mark: { readonly value: number; readonly label: string };
  readonly format: (value: number) => string;
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

/** Units of the drawing: it is stretched to its place. */
const WIDTH = 1000;
const HEIGHT = 100;

export function StepChart({ says, series, mark, format, from, to }: StepChartProps) {
  const top = Math.max(mark.value, ...series.flatMap(({ points }) => points.map(({ value }) => value))) * 1.2;
  const x = (t: Nanoseconds) => (WIDTH * (t - from)) / Math.max(1, to - from);
  const y = (value: number) => HEIGHT * (1 - value / top);
  // Under its line: above it the heap in use begins.
  const below = `${100 * (1 - mark.value / top)}%`;
  return (
    <figure class="step-chart">
      <div class="step-chart-drawing">
        <svg role="img" aria-label={says} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <title>{says}</title>
          <line class="mark" x1={0} x2={WIDTH} y1={y(mark.value)} y2={y(mark.value)} />
          {series.map(({ name, tone, points }) => (
            <path key={name} class={tone} d={steps(points, x, y, from, to)} />
          ))}
        </svg>
        <span class="step-chart-top">{format(top)}</span>
        <span class="step-chart-mark" style={{ top: below }}>
          {mark.label}
        </span>
      </div>
      <div class="step-chart-times">
        <span>{formatDuration(from)}</span>
        <span>{formatDuration(to)}</span>
      </div>
      <figcaption>
        {series.map(({ name, tone, points }) => (
          <span key={name} class={tone}>
            ━ {name} <b>{points.length === 0 ? '–' : format(points.at(-1)!.value)}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function steps(
  points: Series['points'],
  x: (t: Nanoseconds) => number,
  y: (value: number) => number,
  from: Nanoseconds,
  to: Nanoseconds,
): string {
  const before = points.findLast(({ t }) => t < from);
  const seen = [...(before ? [{ ...before, t: from }] : []), ...points.filter(({ t }) => t >= from)];
  const [first] = seen;
  if (first === undefined) return '';
  const parts = seen.slice(1).map(({ t, value }) => `H${round(x(t))}V${round(y(value))}`);
  return `M${round(x(first.t))},${round(y(first.value))}${parts.join('')}H${round(x(to))}`;
}

function round(value: number): string {
  return value.toFixed(1);
}
