/** The lesson of a run that uses keys: the openssl commands that come to the same, and the files that they need. */
import type { TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';
import type { Figures } from './figures.ts';

type KeyOperation = TraceEventOf<'key.operation'>;

export interface LessonFile {
  readonly name: string;
  readonly contents: Uint8Array | string;
}

/** Whether keys were used and nothing else happened, so that there are no figures worth a table. */
export function isLessonAlone(events: readonly TraceEvent[], { connections, devices }: Figures): boolean {
  return operations(events).length > 0 && connections.length === 0 && devices.length === 0;
}

function operations(events: readonly TraceEvent[]): KeyOperation[] {
  return events.filter((event): event is KeyOperation => event.type === 'key.operation');
}

/** Commands, each with what it says of whose step; empty where no keys were used. */
export function lessonCommands(
  events: readonly TraceEvent[],
): { readonly remark: string; readonly command: string }[] {
  return operations(events).map((event) => ({ remark: remark(event), command: event.command }));
}

function remark({ actor, operation, scheme, outcome, inputName, outputName }: KeyOperation): string {
  const who = `${actor} ${operation === 'agree' ? 'agrees' : `${operation}s`.replace('ys', 'ies')}`;
  if (operation === 'encrypt') return `${who}: openssl opens ${outputName} and finds ${inputName}`;
  if (operation === 'decrypt')
    return `${who}: openssl ${outcome === 'refused' ? 'refuses too' : `finds ${outputName}`}`;
  if (operation === 'agree') return `${who}: openssl computes ${outputName}`;
  if (operation === 'verify')
    return `${who}: openssl says "Verif${outcome === 'refused' ? 'ication failure' : 'ied OK'}"`;
  return scheme === 'RSA-PKCS1'
    ? `${who}: openssl makes ${outputName}`
    : `${who}: openssl finds ${outputName} good`;
}

/** What `run --lesson-files` writes: keys, inputs and outputs, and the commands. */
export function lessonFiles(events: readonly TraceEvent[]): LessonFile[] {
  const files = new Map<string, Uint8Array | string>();
  for (const event of operations(events)) {
    for (const { name, text } of event.files) files.set(name, text);
    if (event.input.length > 0) files.set(`${event.inputName}.bin`, event.input);
    if (event.outputName !== undefined) files.set(`${event.outputName}.bin`, event.output);
    if (event.operation === 'verify') files.set(`${event.otherName}.bin`, event.other);
  }
  if (files.size === 0) return [];
  const lines = lessonCommands(events).map(({ remark: text, command }) => `# ${text}\n${command}\n`);
  files.set('commands.sh', lines.join('\n'));
  return [...files].map(([name, contents]) => ({ name, contents }));
}
