/** The IDF heap of each device over time, from the trace. An estimate of the board's model. */
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';

/**
 * What mbedTLS allocates in one piece for records that come in: 16,384 bytes of plaintext, 320 that a CBC suite may add, 13
 * of counter and header (MBEDTLS_SSL_IN_BUFFER_LEN).
 */
export const RECORD_BUFFER = 16_717;

export interface HeapSample {
  readonly t: Nanoseconds;
  readonly reason: string;
  /** Bytes. */
  readonly used: number;
  readonly largestBlock: number;
}

export interface HeapSeries {
  readonly device: string;
  readonly samples: readonly HeapSample[];
}

export function heapSeries(events: readonly TraceEvent[]): HeapSeries[] {
  const byDevice = new Map<string, HeapSample[]>();
  for (const event of events) {
    if (event.type !== 'device.heap') continue;
    const { actor, t, reason, used, largestBlock } = event;
    const samples = byDevice.get(actor) ?? [];
    byDevice.set(actor, samples);
    samples.push({ t, reason, used, largestBlock });
  }
  return [...byDevice].map(([device, samples]) => ({ device, samples }));
}
