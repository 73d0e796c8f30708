/** Says that the scenario came with a link, until somebody says that it may stay; and why an address shows nothing. */
import './foreign-note.css';
import { addressProblem, choose } from '../state/address.ts';
import { chosenName } from '../state/catalogue.ts';
import { acceptForeign } from '../state/editing.ts';
import { discard } from '../state/kept.ts';
import { edited, foreign } from '../state/source.ts';

export function ForeignNote() {
  if (addressProblem.value !== undefined) {
    return (
      <p class="foreign-note bad" role="alert">
        {addressProblem.value}
      </p>
    );
  }
  if (!foreign.value) return null;
  return (
    <div class="foreign-note" role="status">
      <span>
        <b>Somebody else's scenario.</b> {chosenName.value} came with a link. It runs in the simulated world
        alone, and reaches nothing outside of this page.
      </span>
      <button type="button" onClick={acceptForeign}>
        Keep it as mine
      </button>
      <button type="button" onClick={throwAway}>
        Throw it away
      </button>
    </div>
  );
}

function throwAway(): void {
  discard(chosenName.peek());
  edited.value = undefined;
  chosenName.value = '';
  choose('');
}
