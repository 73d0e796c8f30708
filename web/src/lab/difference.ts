/** What came out of a run, in few lines, beside the run before it. */
import { formatBytes, formatDuration } from '../../../src/report/format.ts';
import type { KeptRun } from '../state/runs.ts';

export interface Difference {
  readonly what: string;
  /** For those who do not know the word. */
  readonly hint: string;
  /** Undefined where there was no run before. */
  readonly before: string | undefined;
  readonly now: string;
  readonly changed: boolean;
  /** Takes up to three lines. */
  readonly isLong: boolean;
}

const NONE = 'none';

interface Line {
  readonly what: string;
  readonly hint: string;
  readonly isLong?: boolean;
  of(run: KeptRun): string;
}

const LINES: readonly Line[] = [
  { what: 'Outcome', hint: 'How the last handshake of a device ended', isLong: true, of: outcome },
  { what: 'Exception', hint: 'What ended the Python program', isLong: true, of: exceptions },
  {
    what: 'Handshake',
    hint: 'From the ClientHello to the end of the first handshake, virtual time',
    of: handshake,
  },
  { what: 'TLS bytes', hint: 'Records of all connections, both ways, with their headers', of: bytes },
  { what: 'Heap peak', hint: "Most of the board's IDF heap in use, estimated", of: heap },
  {
    what: 'Free block',
    hint: 'The largest free block of that heap when it was smallest: a record buffer takes 16,717 B in one piece',
    of: freeBlock,
  },
];

/** One line for each thing, always the same ones: what changes moves nothing. */
export function differences(now: KeptRun, before: KeptRun | undefined): Difference[] {
  return LINES.map(({ what, hint, isLong = false, of }) => {
    const old = before && of(before);
    const value = of(now);
    return { what, hint, before: old, now: value, changed: old !== undefined && old !== value, isLong };
  });
}

/** An attacker's own handshake with the server she stands before says nothing of the device. */
function outcome({ outcome: { handshakes }, figures: { devices } }: KeptRun): string {
  const own = handshakes.filter(({ from }) => devices.some(({ device }) => device === from));
  const last = own.at(-1) ?? handshakes.at(-1);
  if (last === undefined) return 'no handshake';
  if (last.outcome === 'established') return `established, ${last.version ?? 'TLS'}`;
  const check = last.failingChecks[0];
  const alert = last.alert && `alert ${last.alert.name} by ${last.alert.by}`;
  return ['failed', check && `check ${check}`, alert].filter(Boolean).join(', ');
}

function exceptions({ outcome: { exceptions: all } }: KeptRun): string {
  return all.length === 0 ? NONE : all.map(({ text }) => text).join('; ');
}

function handshake({ figures }: KeptRun): string {
  const first = figures.connections[0];
  if (first === undefined) return NONE;
  return first.handshake === undefined ? 'not finished' : formatDuration(first.handshake);
}

function bytes({ figures }: KeptRun): string {
  const total = figures.connections.reduce(
    (sum, { clientToServer, serverToClient }) => sum + clientToServer.bytes + serverToClient.bytes,
    0,
  );
  return formatBytes(total);
}

function heap({ figures }: KeptRun): string {
  const peaks = figures.devices.flatMap((device) => device.heap?.peak ?? []);
  return peaks.length === 0 ? NONE : formatBytes(Math.max(...peaks));
}

function freeBlock({ figures }: KeptRun): string {
  const blocks = figures.devices.flatMap((device) => device.heap?.leastBlock ?? []);
  return blocks.length === 0 ? NONE : formatBytes(Math.min(...blocks));
}
