/** Brings to the front what shows an event best. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { showPane } from '../state/layout.ts';

export function inspect(event: TraceEvent): void {
  showPane('side', paneFor(event));
}

function paneFor(event: TraceEvent): string {
  return event.type === 'x509.verdict' ? 'certificates' : 'details';
}
