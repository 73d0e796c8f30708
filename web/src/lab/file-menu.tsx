/** What can be done with the files of the scenario's folder. */
import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { SCENARIO_FILE } from '../../../src/scenario/scenario-file.ts';
import { closeMenu, Menu } from '../shell/menu.tsx';
import { replaceSource } from '../state/editing.ts';
import { openFile } from '../state/open-file.ts';
import { world } from '../state/run.ts';
import { source } from '../state/source.ts';
import { survey } from '../state/survey.ts';
import type { FolderChange } from '../world/folder-change.ts';
import type { ScenarioSource } from '../world/protocol.ts';
import { NameForm } from './name-form.tsx';

/** Of the choice that puts a file into no flash. */
const NOWHERE = '';

export function FileMenu({ scenario, file }: { scenario: ScenarioSource; file: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const problem = useSignal('');
  const devices = survey.value?.devices.map(({ name }) => name) ?? [];
  const wish = useSignal<string | undefined>(undefined);
  const chosen = [...devices, NOWHERE].find((each) => each === wish.value) ?? devices[0] ?? NOWHERE;

  const change = async (wanted: FolderChange, shown: string) => {
    problem.value = '';
    try {
      await changeFolder(wanted);
      closeMenu(menu.current);
      openFile.value = shown;
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };

  return (
    <Menu label="File" menu={menu} class="scenario-menu">
      <NameForm
        label="New file, named"
        button="Make"
        usual={freeName(scenario)}
        onName={(name) =>
          change({ kind: 'make', file: name, ...(chosen !== NOWHERE && { device: chosen }) }, name)
        }
      >
        {devices.length > 0 && (
          <FlashChoice
            devices={devices}
            chosen={chosen}
            onChoose={(name) => {
              wish.value = name;
            }}
          />
        )}
      </NameForm>
      {file !== SCENARIO_FILE && (
        <>
          <NameForm
            label={`New name of ${file}`}
            button="Rename"
            usual={file}
            onName={(to) => to !== file && change({ kind: 'rename', file, to }, to)}
          />
          <button type="button" onClick={() => change({ kind: 'remove', file }, SCENARIO_FILE)}>
            Delete {file}
          </button>
        </>
      )}
      <p role="alert" class="bad">
        {problem}
      </p>
    </Menu>
  );
}

interface FlashChoiceProps {
  readonly devices: readonly string[];
  readonly chosen: string;
  readonly onChoose: (device: string) => void;
}

function FlashChoice({ devices, chosen, onChoose }: FlashChoiceProps) {
  const id = useId();
  return (
    <>
      <label for={id}>and in the flash of</label>
      <select id={id} value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {devices.map((name) => (
          <option key={name}>{name}</option>
        ))}
        <option value={NOWHERE}>no device</option>
      </select>
    </>
  );
}

async function changeFolder(change: FolderChange): Promise<void> {
  const now = source.peek();
  if (now === undefined) return;
  const { name, files } = now;
  replaceSource(await world.request({ what: 'change-folder', source: { name, files }, change }));
}

/** "helper.py", or what is not taken yet. */
function freeName({ files }: ScenarioSource): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? 'helper.py' : `helper${i}.py`;
    if (!Object.hasOwn(files, name)) return name;
  }
}
