/** The scenarios that are a person's own, above the catalogue's. */
import { choose } from '../state/address.ts';
import { chosenName } from '../state/catalogue.ts';
import { own } from '../state/kept.ts';
import { visibleArea } from '../state/layout.ts';

export function OwnList() {
  if (own.value.length === 0) return null;
  return (
    <section aria-label="Your scenarios">
      <h2 class="own-heading">Yours</h2>
      <ul class="catalogue-own">
        {own.value.map(({ name, foreign }) => (
          <li key={name}>
            <a
              href={`#/${name}`}
              aria-current={name === chosenName.value ? 'true' : undefined}
              onClick={(event) => {
                event.preventDefault();
                choose(name);
                visibleArea.value = 'main';
              }}
            >
              <b>{name}</b>
              <span>{foreign ? 'came with a link' : 'kept in this browser'}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
