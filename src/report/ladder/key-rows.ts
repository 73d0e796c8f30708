/** Uses of keys: what went from hand to hand as arrows, what was done with it as notes. */
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { excerptOf } from '../bytes-in-words.ts';
import { formatDuration } from '../format.ts';
import { type ArrowRow, type Mark, type NoteItem, note, type Row } from './model.ts';

type KeyOperation = TraceEventOf<'key.operation'>;

export function keyRows(events: readonly TraceEvent[]): Row[] {
  const handed = new Set<string>();
  return events.flatMap((event, order): Row[] =>
    event.type === 'key.operation' ? [...arrows(event, order, handed), operationRow(event, order)] : [],
  );
}

/** What somebody else made must have come here; it comes once. */
function arrows(event: KeyOperation, order: number, handed: Set<string>): ArrowRow[] {
  const { inputFrom, inputName, input, otherFrom, otherName, other } = event;
  const parts = [
    { from: inputFrom, name: inputName, bytes: input, place: 0.4 },
    {
      from: otherFrom,
      name: otherName === otherFrom ? `public key of ${otherName}` : otherName,
      bytes: other,
      place: 0.3,
    },
  ];
  return parts.flatMap(({ from, name, bytes, place }): ArrowRow[] => {
    const once = `${from} ${event.actor} ${name}`;
    if (from === undefined || name === undefined || handed.has(once)) return [];
    handed.add(once);
    return [
      {
        kind: 'arrow',
        t: event.t,
        order: order - place,
        from,
        to: event.actor,
        stroke: 'plain',
        name,
        size: bytes.length,
        phrases: [excerptOf(bytes)],
        tone: 'plain',
      },
    ];
  });
}

const MARKS: Readonly<Record<KeyOperation['outcome'], Mark>> = { done: '✓', verified: '✓', refused: '✗' };

function operationRow(event: KeyOperation, order: number): Row {
  const { operation, scheme, key, half, keyType, outcome } = event;
  const verb = {
    encrypt: 'encrypts',
    decrypt: 'decrypts',
    sign: 'signs',
    verify: 'verifies',
    agree: 'agrees on a secret',
  };
  const own = event.actor === key ? 'its own' : `${key}'s`;
  const text = `${verb[operation]} with ${own} ${half} key (${keyType}), ${scheme}${outcome === 'refused' ? ': refused' : ''}`;
  const bad = outcome === 'refused';
  return note({ t: event.t, order }, event.actor, text, {
    mark: MARKS[outcome],
    tone: bad ? 'bad' : 'good',
    items: operationItems(event),
  });
}

export function operationItems(event: KeyOperation): NoteItem[] {
  const { input, inputName, otherName, other, output, outputName, detail, board, duration } = event;
  const line = (label: string, text: string): NoteItem => ({ mark: '', label, text, tone: 'plain' });
  return [
    ...(input.length === 0 ? [] : [line('input', `${inputName}: ${bytesText(input)}`)]),
    ...(otherName === undefined
      ? []
      : [line(event.operation === 'agree' ? 'peer' : 'signature', `${otherName}: ${bytesText(other)}`)]),
    ...(outputName === undefined ? [] : [line('output', `${outputName}: ${bytesText(output)}`)]),
    { ...line('meaning', detail), tone: event.outcome === 'refused' ? 'bad' : 'plain' },
    line('time', `${formatDuration(duration)} on ${board} (estimated)`),
  ];
}

function bytesText(bytes: Uint8Array): string {
  return `${bytes.length} B, ${excerptOf(bytes)}`;
}
