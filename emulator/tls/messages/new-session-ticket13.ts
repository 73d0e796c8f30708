/** RFC 8446 section 4.6.1: a ticket for a pre-shared key, which both sides derive from it. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { type Extension, readExtensionBlock, writeExtensionBlock } from './extensions.ts';
import type { MessageCodec } from './handshake.ts';

export interface NewSessionTicket13 {
  /** Seconds. */
  readonly lifetime: number;
  /** Hides the ticket's age when it is used. */
  readonly ageAdd: number;
  /** Tells the keys of several tickets of one connection apart. */
  readonly nonce: Uint8Array;
  readonly ticket: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const newSessionTicket13: MessageCodec<NewSessionTicket13> = {
  name: 'NewSessionTicket',

  write(w: Writer, { lifetime, ageAdd, nonce, ticket, extensions }: NewSessionTicket13): void {
    w.u32('ticket_lifetime', lifetime, `${lifetime} s`);
    w.u32('ticket_age_add', ageAdd);
    const endNonce = w.lengthU8('ticket_nonce');
    if (nonce.length > 0) w.bytes('nonce', nonce);
    endNonce();
    const endTicket = w.lengthU16('ticket');
    w.bytes('opaque_ticket', ticket);
    endTicket(`${ticket.length} bytes`);
    writeExtensionBlock(w, extensions, 'NewSessionTicket');
  },

  read(r: Reader): NewSessionTicket13 {
    const lifetime = r.u32('ticket_lifetime', (seconds) => `${seconds} s`);
    const ageAdd = r.u32('ticket_age_add');
    const endNonce = r.lengthU8('ticket_nonce');
    const nonce = r.remaining > 0 ? r.rest('nonce').slice() : new Uint8Array(0);
    endNonce();
    const endTicket = r.lengthU16('ticket');
    if (r.remaining === 0) throw r.error('ticket', 'is empty');
    const ticket = r.rest('opaque_ticket').slice();
    endTicket(`${ticket.length} bytes`);
    return { lifetime, ageAdd, nonce, ticket, extensions: readExtensionBlock(r, 'NewSessionTicket') };
  },

  summary: ({ lifetime, ticket }) => [`${ticket.length} bytes`, `valid ${lifetime} s`],
};
