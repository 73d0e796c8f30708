/** Writes into a scenario what is turned for its next run, so that a file or a link of it says all that there is. */
import { type Document, isMap, parseDocument } from 'yaml';
import { repair } from '../../../src/scenario/defect.ts';
import type { ScenarioSource } from './protocol.ts';
import { applySettings, applyToFile, merged, type Settings } from './settings.ts';
import { SCENARIO_FILE, textOf, YAML_STYLE } from './source.ts';

/** Throws an error with a sentence where scenario.yaml cannot be read. */
export function asTurned(source: ScenarioSource, settings: Settings): ScenarioSource {
  if (Object.keys(settings).length === 0) return source;
  const document = parseDocument(textOf(source, SCENARIO_FILE) ?? '');
  if (document.errors.length > 0)
    throw new Error(`${SCENARIO_FILE} is not YAML: mend it first, or put all in the lab back as it was`);
  const data = document.toJS();
  write(document, [], data, turnedData(data, settings));
  const files = Object.entries(source.files).map(([name, contents]) => [
    name,
    typeof contents === 'string' ? applyToFile(name, contents, settings) : contents,
  ]);
  return {
    ...source,
    files: { ...Object.fromEntries(files), [SCENARIO_FILE]: document.toString(YAML_STYLE) },
  };
}

/** In the order in which a run applies them. */
function turnedData(written: unknown, settings: Settings): unknown {
  const { seed, board, withoutDefect } = settings;
  let data = applySettings(written, settings);
  if (withoutDefect) data = repair(data)?.data ?? data;
  if (seed !== undefined) data = merged(data, { seed });
  if (board === undefined || !isData(data) || !isData(data.devices)) return data;
  const boards = Object.keys(data.devices).map((device) => [device, { board }]);
  return merged(data, { devices: Object.fromEntries(boards) });
}

/** Only what is different: all else keeps its comments and its style. */
function write(document: Document, at: readonly (string | number)[], before: unknown, after: unknown): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (isData(before) && isData(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      write(document, [...at, key], before[key], after[key]);
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [i, value] of after.entries()) write(document, [...at, i], before[i], value);
  } else if (after === undefined) document.deleteIn(at);
  else {
    const holder = document.getIn(at.slice(0, -1));
    const flow = at.length > 1 && !(isMap(holder) && holder.items.length === 0);
    document.setIn(at, document.createNode(after, { flow }));
  }
}

function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
