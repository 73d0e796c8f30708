import './catalogue.css';
import { OwnList } from '../lab/own-list.tsx';
import { choose } from '../state/address.ts';
import { chosenName, chosenTags, found, search, tags } from '../state/catalogue.ts';
import { kept } from '../state/kept.ts';
import { visibleArea } from '../state/layout.ts';

/** So many tags are seen before somebody asks for all. */
const FREQUENT = 12;

export function CataloguePane() {
  return (
    <div class="catalogue">
      <search class="catalogue-search">
        <input
          type="search"
          placeholder="Search"
          aria-label="Search the scenarios"
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
        />
        <Tags />
        <p class="count" aria-live="polite">
          {found.value.length} scenario{found.value.length === 1 ? '' : 's'}
        </p>
      </search>
      <div class="catalogue-list">
        <OwnList />
        <ul>
          {found.value.map(({ name, title }) => (
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
                <b>
                  {name}
                  {kept.value.has(name) && <small> changed</small>}
                </b>
                <span>{title}</span>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Tags() {
  const chosen = chosenTags.value;
  const frequent = tags.value.slice(0, FREQUENT);
  const rest = tags.value.slice(FREQUENT);
  const button = ({ tag, count }: { tag: string; count: number }) => (
    <button
      key={tag}
      type="button"
      class="tag"
      aria-pressed={chosen.includes(tag)}
      onClick={() => {
        chosenTags.value = chosen.includes(tag) ? chosen.filter((each) => each !== tag) : [...chosen, tag];
      }}
    >
      {tag} <small>{count}</small>
    </button>
  );
  return (
    <fieldset class="tags-chosen">
      <legend class="unseen">Tags</legend>
      {frequent.map(button)}
      <details>
        <summary>all tags</summary>
        {rest.map(button)}
      </details>
    </fieldset>
  );
}
