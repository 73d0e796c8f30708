/** Extensions that mend or extend TLS 1.2 and mean nothing in 1.3. */
import { EMPTY } from '../../codec/bytes.ts';
import type { ExtensionCodec } from './extension.ts';

/** RFC 7366 section 2. */
export const encryptThenMac: ExtensionCodec<'encrypt_then_mac'> = {
  id: 22,
  write: () => {},
  read: () => ({}),
};

/** RFC 7627 section 5.1. */
export const extendedMasterSecret: ExtensionCodec<'extended_master_secret'> = {
  id: 23,
  write: () => {},
  read: () => ({}),
};

/** RFC 5077 section 3.2. */
export const sessionTicket: ExtensionCodec<'session_ticket'> = {
  id: 35,
  write: (w, { ticket }) => w.bytes('ticket', ticket),
  // Empty in a ServerHello: what stands there all the same is one byte too many.
  read: (r, place) => ({ ticket: place === 'ClientHello' ? r.rest('ticket') : EMPTY }),
};

/** RFC 5746 section 3.2. */
export const renegotiationInfo: ExtensionCodec<'renegotiation_info'> = {
  id: 0xff01,
  write(w, { renegotiatedConnection }) {
    const end = w.lengthU8('renegotiated_connection');
    if (renegotiatedConnection.length > 0) w.bytes('verify_data', renegotiatedConnection);
    end(renegotiatedConnection.length === 0 ? 'initial handshake' : undefined);
  },
  read(r) {
    const end = r.lengthU8('renegotiated_connection');
    const renegotiatedConnection = r.remaining > 0 ? r.rest('verify_data') : EMPTY;
    end(renegotiatedConnection.length === 0 ? 'initial handshake' : undefined);
    return { renegotiatedConnection };
  },
};
