/** Makes, renames and takes away a file of the scenario's folder, with what scenario.yaml says of it. */
import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import type { Path } from '../../../src/scenario/data-paths.ts';
import { isLocal } from '../../../src/scenario/local-path.ts';
import { namedFiles } from '../../../src/scenario/named-files.ts';
import type { ScenarioSource } from './protocol.ts';
import { SCENARIO_FILE, textOf, YAML_STYLE } from './source.ts';

export type FolderChange =
  /** An empty file; in the flash of a device as well, when one is named. */
  | { readonly kind: 'make'; readonly file: string; readonly device?: string }
  | { readonly kind: 'rename'; readonly file: string; readonly to: string }
  | { readonly kind: 'remove'; readonly file: string };

/** The scenario with the change. Throws an error with a sentence. */
export function changeFolder(source: ScenarioSource, change: FolderChange): ScenarioSource {
  if (change.kind !== 'make' && change.file === SCENARIO_FILE)
    throw new Error(`${SCENARIO_FILE} is what makes a folder a scenario: it stays`);
  const document = parseDocument(textOf(source, SCENARIO_FILE) ?? '');
  if (document.errors.length > 0)
    throw new Error(`${SCENARIO_FILE} is not YAML: mend it first, so that it can name its files`);
  const before = document.toString(YAML_STYLE);
  const files = filesAfter(source, document, change);
  const text = document.toString(YAML_STYLE);
  return { ...source, files: text === before ? files : { ...files, [SCENARIO_FILE]: text } };
}

function filesAfter(
  { files }: ScenarioSource,
  document: Document,
  change: FolderChange,
): ScenarioSource['files'] {
  switch (change.kind) {
    case 'make': {
      checkFree(files, change.file);
      if (change.device !== undefined) putIntoFlash(document, change.device, change.file);
      return { ...files, [change.file]: '' };
    }
    case 'rename': {
      const { file, to } = change;
      checkFree(files, to);
      rename(document, file, to);
      const { [file]: contents = '', ...others } = files;
      return { ...others, [to]: contents };
    }
    case 'remove': {
      remove(document, change.file);
      const { [change.file]: _, ...others } = files;
      return others;
    }
  }
}

function checkFree(files: ScenarioSource['files'], name: string): void {
  if (!isLocal(name)) throw new Error(`"${name}" is no name of a file in this folder, such as helper.py`);
  if (Object.hasOwn(files, name)) throw new Error(`there is a file ${name} already`);
}

function putIntoFlash(document: Document, device: string, file: string): void {
  if (!isMap(document.getIn(['devices', device])))
    throw new Error(`${SCENARIO_FILE} has no device ${device}`);
  document.setIn(['devices', device, 'files', `/${file}`], document.createNode({ file }, { flow: true }));
}

/** In the flash it is called as it is here, unless it was called otherwise before. */
function rename(document: Document, file: string, to: string): void {
  for (const { at } of namesOf(document, file)) {
    document.setIn(at, to);
    const path = flashPathOf(at);
    if (path !== `/${file}`) continue;
    const inFlash = document.getIn(at.slice(0, 3));
    const pair = isMap(inFlash) && inFlash.items.find(({ key }) => isScalar(key) && key.value === path);
    if (pair && isScalar(pair.key)) pair.key.value = `/${to}`;
  }
}

function remove(document: Document, file: string): void {
  for (const { at } of namesOf(document, file)) {
    if (flashPathOf(at) === undefined)
      throw new Error(`${at.join('.')} in ${SCENARIO_FILE} needs ${file}: change that first`);
    document.deleteIn(at.slice(0, 4));
  }
}

function namesOf(document: Document, file: string) {
  return namedFiles(document.toJS()).filter(({ path }) => path === file);
}

/** `devices.sensor.files./root.der.file` → `/root.der`; undefined for any other place. */
function flashPathOf(at: Path): string | undefined {
  return at[0] === 'devices' && at[2] === 'files' ? String(at[3]) : undefined;
}
