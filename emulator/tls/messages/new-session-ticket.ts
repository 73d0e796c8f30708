/** RFC 5077 section 3.3. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { MessageCodec } from './handshake.ts';

export interface NewSessionTicket {
  /** Seconds. */
  readonly lifetimeHint: number;
  readonly ticket: Uint8Array;
}

export const newSessionTicket: MessageCodec<NewSessionTicket> = {
  name: 'NewSessionTicket',

  write(w: Writer, { lifetimeHint, ticket }: NewSessionTicket): void {
    w.u32('ticket_lifetime_hint', lifetimeHint, `${lifetimeHint} s`);
    const end = w.lengthU16('ticket');
    if (ticket.length > 0) w.bytes('opaque_ticket', ticket);
    end(`${ticket.length} bytes`);
  },

  read(r: Reader): NewSessionTicket {
    const lifetimeHint = r.u32('ticket_lifetime_hint', (seconds) => `${seconds} s`);
    const end = r.lengthU16('ticket');
    const ticket = r.remaining > 0 ? r.rest('opaque_ticket').slice() : new Uint8Array(0);
    end(`${ticket.length} bytes`);
    return { lifetimeHint, ticket };
  },

  summary: ({ lifetimeHint, ticket }) => [`${ticket.length} bytes`, `valid ${lifetimeHint} s`],
};
