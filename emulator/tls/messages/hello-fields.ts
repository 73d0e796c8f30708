/** Fields that several hellos have. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';

const RANDOM_LENGTH = 32;
const MAX_SESSION_ID_LENGTH = 32;

export function writeRandom(w: Writer, random: Uint8Array): void {
  w.bytes('random', random);
}

export function readRandom(r: Reader): Uint8Array {
  return r.bytes('random', RANDOM_LENGTH).slice();
}

export function writeSessionId(w: Writer, sessionId: Uint8Array): void {
  const end = w.lengthU8('session_id');
  if (sessionId.length > 0) w.bytes('id', sessionId);
  end(sessionId.length === 0 ? 'empty' : undefined);
}

export function readSessionId(r: Reader): Uint8Array {
  const end = r.lengthU8('session_id');
  if (r.remaining > MAX_SESSION_ID_LENGTH) throw r.error('session_id', `${r.remaining} bytes, at most 32`);
  const sessionId = r.remaining > 0 ? r.rest('id').slice() : new Uint8Array(0);
  end(sessionId.length === 0 ? 'empty' : undefined);
  return sessionId;
}

/** RFC 6347 section 4.2.1. */
export function writeCookie(w: Writer, cookie: Uint8Array): void {
  const end = w.lengthU8('cookie');
  if (cookie.length > 0) w.bytes('value', cookie);
  end(cookie.length === 0 ? 'empty' : undefined);
}

export function readCookie(r: Reader): Uint8Array {
  const end = r.lengthU8('cookie');
  const cookie = r.remaining > 0 ? r.rest('value').slice() : new Uint8Array(0);
  end(cookie.length === 0 ? 'empty' : undefined);
  return cookie;
}
