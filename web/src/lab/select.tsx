/** A choice with its name before it. The first one is always what the scenario says. */
import { useId } from 'preact/hooks';

export interface SelectProps {
  readonly label: string;
  readonly hint?: string;
  /** What is chosen; undefined: as the scenario has it. */
  readonly value: string | undefined;
  /** What the scenario says. */
  readonly usual: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly disabled?: boolean;
  readonly onChoose: (value: string | undefined) => void;
}

export function Select({ label, hint, value, usual, options, disabled, onChoose }: SelectProps) {
  const id = useId();
  return (
    <div class={value === undefined ? 'lab-field' : 'lab-field turned'} title={hint}>
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value ?? ''}
        disabled={disabled}
        onChange={({ currentTarget }) => onChoose(currentTarget.value || undefined)}
      >
        <option value="">{usual}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}
