/** Amounts beside each other, the longest bar the most. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The value with its unit. */
  readonly text: string;
  /** Of gauges.css: its colour. */
  readonly tone?: string;
}

export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <table class="bars" aria-label={label}>
      <tbody>
        {bars.map(({ name, value, text, tone = 'neutral' }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="bar-place">
              <svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
                <rect class={tone} width={(100 * value) / most} height="10" />
              </svg>
            </td>
            <td class="bar-text">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
