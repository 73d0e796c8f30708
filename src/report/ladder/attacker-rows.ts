/** What an attacker does, beside the messages that it happens to. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { type NoteRow, note } from './model.ts';
import type { Cast } from './parties.ts';

export function attackerRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  return events.flatMap((event, order) => {
    if (event.type !== 'attacker.did' && event.type !== 'attacker.stopped') return [];
    if (!cast.has(event.actor)) return [];
    const stopped = event.type === 'attacker.stopped';
    const text = stopped ? `is stopped: ${event.detail}` : event.detail;
    return [
      note({ t: event.t, order }, event.actor, text, { mark: '!', tone: stopped ? 'quiet' : 'warning' }),
    ];
  });
}
