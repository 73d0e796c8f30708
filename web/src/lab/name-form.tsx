/** A name, asked for in a menu. */
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

export interface NameFormProps {
  readonly label: string;
  readonly button: string;
  readonly usual: string;
  readonly onName: (name: string) => void;
  /** What else is asked. */
  readonly children?: ComponentChildren;
}

export function NameForm({ label, button, usual, onName, children }: NameFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onName(field.current!.value);
      }}
    >
      <label for={id}>{label}</label>
      <input id={id} ref={field} key={usual} defaultValue={usual} required />
      {children}
      <button type="submit">{button}</button>
    </form>
  );
}
