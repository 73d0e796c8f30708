/** Scenarios to choose from, the catalogue's and a person's own alike. */
import { choose } from '../state/address.ts';
import { chosenName } from '../state/catalogue.ts';
import { visibleArea } from '../state/layout.ts';

export interface ListedScenario {
  readonly name: string;
  /** What it is about, or where it is from. */
  readonly about: string;
  /** Beside the name. */
  readonly mark?: string | undefined;
}

export function ScenarioList({ scenarios }: { scenarios: readonly ListedScenario[] }) {
  return (
    <ul>
      {scenarios.map(({ name, about, mark }) => (
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
              {mark && <small> {mark}</small>}
            </b>
            <span>{about}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
