import './catalogue.css';
import { done, openLesson } from '../guide/progress.ts';
import { chosenTags, found, search, tags } from '../state/catalogue.ts';
import { kept, own } from '../state/kept.ts';
import { showPane } from '../state/layout.ts';
import { ScenarioList } from './scenario-list.tsx';

/** So many tags are seen before somebody asks for all. */
const FREQUENT = 12;

export function CataloguePane() {
  return (
    <div class="catalogue">
      {openLesson.value === undefined && done.value.length === 0 && (
        <p class="to-guide">
          New here?{' '}
          <button type="button" onClick={() => showPane('left', 'guide')}>
            Start with the guide
          </button>
        </p>
      )}
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
        {own.value.length > 0 && (
          <section aria-label="Your scenarios">
            <h2 class="own-heading">Yours</h2>
            <ScenarioList
              scenarios={own.value.map(({ name, foreign }) => ({
                name,
                about: foreign ? 'came with a link' : 'kept in this browser',
              }))}
            />
          </section>
        )}
        <ScenarioList
          scenarios={found.value.map(({ name, title }) => ({
            name,
            about: title,
            mark: kept.value.has(name) ? 'changed' : undefined,
          }))}
        />
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
