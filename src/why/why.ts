/** Why a board says what it says. Nothing here needs Node: the page asks the same question. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { readText } from './read-text.ts';
import { readTrace } from './read-trace.ts';

/** An exception, a log, a line of a server's log, or a number. */
export function whyText(text: string): Diagnosis {
  return diagnose(readText(text));
}

/** A run, or what a capture shows; `crypto` checks the certificates of a capture. */
export function whyTrace(events: readonly TraceEvent[], crypto: CryptoProvider): Diagnosis {
  return { ...diagnose(readTrace(events, crypto)), isUneventful: !events.some(isTrouble) };
}

function isTrouble(event: TraceEvent): boolean {
  return (
    event.type === 'device.exception' ||
    event.type === 'tls.failed' ||
    (event.type === 'tls.alert' && event.level === 'fatal')
  );
}
