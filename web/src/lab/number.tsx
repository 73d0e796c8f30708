/** A number with its name before it and its unit behind it; empty: as the scenario has it. */
import { useId } from 'preact/hooks';

export interface NumberProps {
  readonly label: string;
  readonly unit?: string;
  readonly value: number | undefined;
  readonly usual: string;
  readonly max: number;
  readonly onChoose: (value: number | undefined) => void;
}

export function NumberField({ label, unit, value, usual, max, onChoose }: NumberProps) {
  const id = useId();
  return (
    <div class={value === undefined ? 'lab-field' : 'lab-field turned'}>
      <label for={id}>
        {label}
        {unit && <small> {unit}</small>}
      </label>
      <input
        id={id}
        type="number"
        min={0}
        max={max}
        step={1}
        placeholder={usual}
        value={value ?? ''}
        onChange={({ currentTarget }) => {
          if (!currentTarget.reportValidity()) return;
          onChoose(currentTarget.value === '' ? undefined : currentTarget.valueAsNumber);
        }}
      />
    </div>
  );
}
