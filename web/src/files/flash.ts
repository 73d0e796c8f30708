/** The files in a device's flash, and changes of them: at a live prompt in the device, else in the scenario. */
import { computed, effect, signal } from '@preact/signals';
import { parseDocument } from 'yaml';
import { SCENARIO_FILE } from '../../../src/scenario/scenario-file.ts';
import { replaceSource } from '../state/editing.ts';
import { runScenario, world, worldNumber, worldState } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { source } from '../state/source.ts';
import { survey } from '../state/survey.ts';
import type { FlashEntry, ScenarioSource } from '../world/protocol.ts';

/** Bytes of a file that can be uploaded: an ESP32's file system has 2 MB, and the browser keeps little more. */
export const LARGEST_UPLOAD = 500_000;

export const files = signal<readonly FlashEntry[]>([]);
/** What could not be done, in a sentence. */
export const problem = signal('');

const wanted = signal('');

/** The device whose flash is seen: the first one until somebody chooses. */
export const device = computed(() => {
  const names = worldState.value.devices.map(({ name }) => name);
  return names.includes(wanted.value) ? wanted.value : (names[0] ?? '');
});

export function chooseDevice(name: string): void {
  wanted.value = name;
}

/** Whether changes go into a device that is at work. */
export const isLive = computed(() => worldState.value.live && worldState.value.phase === 'running');

effect(() => {
  const { phase } = worldState.value;
  const name = device.value;
  if (name === '' || (phase !== 'running' && phase !== 'paused' && phase !== 'over')) return;
  void list();
});

/** Reads the list anew. */
export async function list(): Promise<void> {
  const name = device.peek();
  const number = worldNumber.peek();
  if (name === '') return;
  try {
    const found = await world.request({ what: 'files', device: name });
    if (number === worldNumber.peek()) files.value = [...found].sort((a, b) => (a.path < b.path ? -1 : 1));
  } catch {
    // The world was stopped or replaced meanwhile: the next one is asked again.
  }
}

export function read(path: string): Promise<Uint8Array> {
  return world.request({ what: 'read-file', device: device.peek(), path });
}

/** Puts files into a folder of the flash, "/" or "/certs/". */
export async function upload(folder: string, uploads: readonly File[]): Promise<void> {
  problem.value = '';
  const large = uploads.find(({ size }) => size > LARGEST_UPLOAD);
  if (large !== undefined) {
    problem.value = `${large.name} has ${large.size} bytes: a device takes files of up to ${LARGEST_UPLOAD} here`;
    return;
  }
  const contents = await Promise.all(
    uploads.map(async (file) => ({
      path: `${folder}${file.name}`,
      contents: new Uint8Array(await file.arrayBuffer()),
    })),
  );
  await change(contents);
}

/** An empty file at an absolute path, or one that is meant so. */
export async function create(wanted: string): Promise<void> {
  const path = `/${wanted.trim().replace(/^\/+/, '')}`;
  if (path.endsWith('/')) problem.value = `"${wanted}" is no name of a file, such as /lib/helper.py`;
  else if (files.peek().some((file) => file.path === path)) problem.value = `there is a file ${path} already`;
  else {
    problem.value = '';
    await change([{ path, contents: new Uint8Array() }]);
  }
}

/** The file of the scenario's folder that becomes the one at `path`; undefined where it is made, or written by a program. */
export function editable(path: string): string | undefined {
  const now = source.value;
  const text = now?.files[SCENARIO_FILE];
  if (isLive.value || typeof text !== 'string') return undefined;
  const main = survey.value?.devices.find(({ name }) => name === device.value)?.main;
  const file = path === '/main.py' ? main : named(text, path);
  return typeof file === 'string' && typeof now?.files[file] === 'string' ? file : undefined;
}

function named(text: string, path: string): unknown {
  try {
    return parseDocument(text).getIn(['devices', device.value, 'files', path, 'file']);
  } catch {
    // What is being typed need not be what it was.
    return undefined;
  }
}

export async function remove(path: string): Promise<void> {
  problem.value = '';
  await change([{ path, contents: undefined }]);
}

interface Change {
  readonly path: string;
  /** Undefined takes the file away. */
  readonly contents: Uint8Array | undefined;
}

async function change(changes: readonly Change[]): Promise<void> {
  try {
    if (isLive.peek()) await changeDevice(changes);
    else await changeScenario(changes);
  } catch (error) {
    problem.value = (error as Error).message;
  }
}

async function changeDevice(changes: readonly Change[]): Promise<void> {
  for (const each of changes) await world.request({ what: 'write-file', device: device.peek(), ...each });
  await list();
}

/** The scenario runs again, so that what is seen is what is there. */
async function changeScenario(changes: readonly Change[]): Promise<void> {
  let changed: ScenarioSource | undefined = source.peek();
  if (changed === undefined) return;
  for (const each of changes) {
    const { name, files: texts }: ScenarioSource = changed;
    changed = await world.request({
      what: 'change-flash',
      source: { name, files: texts },
      device: device.peek(),
      ...each,
    });
  }
  replaceSource(changed);
  runScenario(changed, settings.peek());
}
