/**
 * What a capture does not say in words: whether a board refuses the certificates that it was shown, and what its clock
 * says. Both can be read from the messages that go in the open.
 */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { certificate } from '../../emulator/tls/messages/certificate.ts';
import { decodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { SECOND } from '../../emulator/world/time.ts';
import type { CertificateCheck, TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';

export type Message = TraceEventOf<'tls.message'>;

/** Seconds. */
const YEAR = 365 * 86_400;
/** 2000-01-01, where MicroPython's clock begins. */
const EPOCH_2000 = 946_684_800;

/** handshake type, length, version: then the random begins (RFC 5246 section 7.4.1.2). */
const RANDOM_OFFSET = 6;

export interface Clock {
  /** Unix time, seconds. */
  readonly time: number;
  readonly isSet: boolean;
}

/**
 * mbedTLS begins its random with the time on its clock. `now`: Unix time of the capture. Undefined where these bytes
 * are plainly no time.
 */
export function clockIn({ bytes }: Pick<Message, 'bytes'>, now: number): Clock | undefined {
  if (bytes.length < RANDOM_OFFSET + 4) return undefined;
  const time = new DataView(bytes.buffer, bytes.byteOffset).getUint32(RANDOM_OFFSET);
  if (time < YEAR || (time >= EPOCH_2000 && time < EPOCH_2000 + YEAR)) return { time, isSet: false };
  return Math.abs(time - now) < YEAR ? { time, isSet: true } : undefined;
}

export function unixTimeOf(events: readonly TraceEvent[], t: number): number {
  const start = events.find((event) => event.type === 'run.start');
  return (start?.type === 'run.start' ? Date.parse(start.startTime) / 1000 : 0) + t / SECOND;
}

/**
 * The checks that fail for the chain in a Certificate message, for a board that trusts nobody: whom it does trust a
 * capture does not show, so `anchor` says only which authority would be needed.
 */
export function failingChecks(
  { bytes }: Pick<Message, 'bytes'>,
  { host, time, crypto }: { host: string | undefined; time: number; crypto: CryptoProvider },
): readonly CertificateCheck[] {
  const chain = decodeMessage(certificate, bytes).message?.chain ?? [];
  if (chain.length === 0) return [];
  const { checks } = verifyChain({
    chain,
    anchors: [],
    profile: 'mbedtls',
    purpose: 'server',
    host,
    time,
    crypto,
  });
  return checks.filter(({ outcome }) => outcome === 'fail');
}
