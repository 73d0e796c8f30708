import { useSignal } from '@preact/signals';
import { chosenDevice, terminalOf } from './terminals.ts';

/** Enter goes on to the next place, Shift-Enter back. */
export function TerminalSearch() {
  const nowhere = useSignal(false);
  const find = (text: string, backwards: boolean) => {
    nowhere.value = text !== '' && !terminalOf(chosenDevice.peek()).find(text, backwards);
  };
  return (
    <input
      type="search"
      class={nowhere.value ? 'terminal-search bad' : 'terminal-search'}
      placeholder="Find"
      aria-label="Find in the terminal"
      aria-invalid={nowhere.value}
      onInput={({ currentTarget }) => find(currentTarget.value, false)}
      onKeyDown={({ key, shiftKey, currentTarget }) => {
        if (key === 'Enter') find(currentTarget.value, shiftKey);
      }}
    />
  );
}
