/** The NSS key log format, which Wireshark and others read to decrypt a capture. */
import { toHex } from '../../emulator/world/bytes.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';

/** "LABEL client_random secret", each secret once although both ends derive it; empty without TLS. */
export function renderKeyLog(events: readonly TraceEvent[]): string {
  const lines = new Set<string>();
  for (const event of events) {
    if (event.type !== 'tls.secret') continue;
    lines.add(`${event.label} ${toHex(event.clientRandom)} ${toHex(event.secret)}\n`);
  }
  return [...lines].join('');
}
