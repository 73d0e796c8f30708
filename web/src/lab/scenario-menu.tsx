/** What can be done with the scenario as a whole. */
import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { download } from '../shell/download.ts';
import { closeMenu, Menu } from '../shell/menu.tsx';
import { choose } from '../state/address.ts';
import { asTurned, packed } from '../state/as-turned.ts';
import { chosen, chosenName } from '../state/catalogue.ts';
import { acceptForeign, keepAsOwn, resetToCatalogue } from '../state/editing.ts';
import { discard, kept } from '../state/kept.ts';
import { LONG_LINK, linkTo } from '../state/link.ts';
import { runScenario } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { edited, foreign, source } from '../state/source.ts';
import { readZip } from '../state/zip.ts';
import type { ScenarioSource } from '../world/protocol.ts';
import { NameForm } from './name-form.tsx';

export function ScenarioMenu() {
  const menu = useRef<HTMLDetailsElement>(null);
  const problem = useSignal('');
  const news = useSignal('');
  const now = source.value;
  if (now === undefined) return null;
  const isOwn = chosen.value === undefined;

  /** Says what went wrong instead of closing. */
  const attempt = async (action: () => Promise<string | undefined> | string | undefined) => {
    problem.value = '';
    try {
      news.value = (await action()) ?? '';
      if (news.value === '') closeMenu(menu.current);
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };

  return (
    <Menu label="Scenario" menu={menu} class="scenario-menu">
      {!isOwn && (
        <button type="button" disabled={edited.value === undefined} onClick={() => attempt(() => goBack())}>
          Reset to the catalogue's
        </button>
      )}
      <NameForm
        label={isOwn ? `New name of ${now.name}` : 'Keep as your own, named'}
        button={isOwn ? 'Rename' : 'Keep'}
        usual={isOwn ? now.name : `my-${now.name}`}
        onName={(name) => attempt(() => (isOwn ? rename(now, name) : keepTurned(now, name)))}
      />
      {isOwn && foreign.value && (
        <button type="button" onClick={() => attempt(() => void acceptForeign())}>
          Keep it as yours
        </button>
      )}
      {isOwn && kept.value.has(now.name) && (
        <button type="button" onClick={() => attempt(() => remove(now.name))}>
          Delete {now.name}
        </button>
      )}
      <button type="button" onClick={() => attempt(() => copyLink(now))}>
        Copy a link that holds it
      </button>
      <button type="button" onClick={() => attempt(() => exportZip(now))}>
        Export as a zip
      </button>
      <FileChoice
        label="Import a zip …"
        accept=".zip,application/zip"
        onFile={(file) => attempt(() => importZip(file))}
      />
      <p role="status">{news}</p>
      <p role="alert" class="bad">
        {problem}
      </p>
    </Menu>
  );
}

interface FileChoiceProps {
  readonly label: string;
  readonly accept: string;
  readonly onFile: (file: File) => void;
}

function FileChoice({ label, accept, onFile }: FileChoiceProps) {
  const id = useId();
  return (
    <label class="file" for={id}>
      {label}
      <input
        id={id}
        class="unseen"
        type="file"
        accept={accept}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
          currentTarget.value = '';
        }}
      />
    </label>
  );
}

function goBack(): undefined {
  resetToCatalogue();
  const next = source.peek();
  if (next !== undefined) runScenario(next, settings.peek());
}

function keepOwn(scenario: ScenarioSource, wanted: string): undefined {
  const { name, problem } = keepAsOwn(scenario, wanted);
  if (problem !== undefined) throw new Error(problem);
  choose(name);
}

async function keepTurned(scenario: ScenarioSource, wanted: string): Promise<undefined> {
  keepOwn(await asTurned(scenario), wanted);
}

function rename(scenario: ScenarioSource, wanted: string): undefined {
  const old = scenario.name;
  if (wanted.trim() === old) return;
  const { name, problem } = keepAsOwn(scenario, wanted);
  if (problem !== undefined) throw new Error(problem);
  choose(name);
  discard(old);
}

function remove(name: string): undefined {
  edited.value = undefined;
  discard(name);
  chosenName.value = '';
  choose('');
}

async function copyLink(scenario: ScenarioSource): Promise<string> {
  const link = await linkTo(await asTurned(scenario));
  const size = `${link.length} characters`;
  const long = link.length > LONG_LINK ? ': some mail programs and chats cut links as long as that' : '';
  try {
    await navigator.clipboard.writeText(link);
    return `The link is in the clipboard, ${size}${long}.`;
  } catch {
    location.assign(link);
    return `The address of this page is now the link, ${size}${long}.`;
  }
}

async function exportZip(scenario: ScenarioSource): Promise<undefined> {
  download(await packed(scenario));
}

async function importZip(file: File): Promise<undefined> {
  const { name, files } = await readZip(file.name, new Uint8Array(await file.arrayBuffer()));
  keepOwn({ name, files }, name);
}
