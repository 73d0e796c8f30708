import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { attackerRows } from './attacker-rows.ts';
import { certificateRows } from './certificate-rows.ts';
import { deviceRows } from './device-rows.ts';
import { keyRows } from './key-rows.ts';
import type { Ladder } from './model.ts';
import { networkRows } from './network-rows.ts';
import { castOf } from './parties.ts';
import { tcpRows } from './tcp-rows.ts';
import { tlsRows } from './tls-rows.ts';

/** What the diagram of a run says. */
export function buildLadder(events: readonly TraceEvent[]): Ladder {
  const cast = castOf(events);
  const rows = [
    ...deviceRows(events, cast),
    ...networkRows(events, cast),
    ...tcpRows(events, cast),
    ...certificateRows(events, cast),
    ...tlsRows(events, cast),
    ...attackerRows(events, cast),
    ...keyRows(events),
  ];
  return { lanes: cast.lanes, rows: rows.sort((a, b) => a.order - b.order) };
}
