/** Puts a file into a device's flash as a person would: beside scenario.yaml, and named in it. */
import { isMap, parseDocument } from 'yaml';
import { isLocal } from '../../../src/scenario/local-path.ts';
import type { ScenarioSource } from './protocol.ts';
import { SCENARIO_FILE, textOf, YAML_STYLE } from './source.ts';
import { textIfText } from './text-if-text.ts';

/** Where uploaded files stand in the scenario's folder. */
const FOLDER = 'flash';

export interface FlashChange {
  readonly source: ScenarioSource;
  readonly device: string;
  /** In the flash, absolute. */
  readonly path: string;
  /** Undefined takes the file away. */
  readonly contents: Uint8Array | undefined;
}

/** The scenario with the change. Throws an error with a sentence. */
export function changeFlash({ source, device, path, contents }: FlashChange): ScenarioSource {
  const document = parseDocument(textOf(source, SCENARIO_FILE) ?? '');
  if (document.errors.length > 0) {
    throw new Error(`${SCENARIO_FILE} is not YAML: mend it in the editor first`);
  }
  if (!isMap(document.getIn(['devices', device])))
    throw new Error(`${SCENARIO_FILE} has no device ${device}`);
  if (path === '/main.py') {
    if (contents === undefined) throw new Error('a device needs its main.py');
    const main = String(document.getIn(['devices', device, 'main']) ?? 'main.py');
    return { ...source, files: { ...source.files, [main]: textIfText(contents) } };
  }
  const at = ['devices', device, 'files', path];
  const files = { ...source.files };
  const local = localName(document.getIn([...at, 'file']), device, path);
  if (contents === undefined) {
    document.deleteIn(at);
    delete files[local];
  } else {
    document.setIn(at, document.createNode({ file: local }, { flow: true }));
    files[local] = textIfText(contents);
  }
  return { ...source, files: { ...files, [SCENARIO_FILE]: document.toString(YAML_STYLE) } };
}

/** The file it was already, or one that no other device has. */
function localName(known: unknown, device: string, path: string): string {
  if (typeof known === 'string' && isLocal(known)) return known;
  return `${FOLDER}/${device}${path}`;
}
