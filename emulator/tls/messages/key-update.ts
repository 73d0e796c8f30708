/** RFC 8446 section 4.6.3: what follows is under new keys. */
import { TlsError } from '../engine.ts';
import type { MessageCodec } from './handshake.ts';

export interface KeyUpdate {
  /** Whether the receiver shall update its own sending keys too. */
  readonly requested: boolean;
}

export const keyUpdate: MessageCodec<KeyUpdate> = {
  name: 'KeyUpdate',
  write: (w, { requested }) => w.u8('request_update', Number(requested), describeRequest(Number(requested))),
  read(r) {
    const request = r.u8('request_update', describeRequest);
    if (request > 1) throw new TlsError('illegal-parameter', `a KeyUpdate with request_update ${request}`);
    return { requested: request === 1 };
  },
  summary: ({ requested }) => ['new keys from here on', ...(requested ? ['asks for the same'] : [])],
};

function describeRequest(value: number): string {
  return ['update_not_requested', 'update_requested'][value] ?? `unknown ${value}`;
}
