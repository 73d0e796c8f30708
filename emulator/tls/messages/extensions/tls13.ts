/** Extensions that carry the handshake of TLS 1.3: RFC 8446 sections 4.2.2, 4.2.4, 4.2.8 to 4.2.11. */
import { EMPTY } from '../../codec/bytes.ts';
import type { Reader } from '../../codec/reader.ts';
import type { Writer } from '../../codec/writer.ts';
import { describeGroup } from '../../groups.ts';
import { readList8, readNames, writeList8, writeNames } from '../lists.ts';
import type { ExtensionCodec, KeyShareEntry, OfferedPsks } from './extension.ts';

/** Section 4.2.8: shares from the client, one from the server, a group alone in a HelloRetryRequest. */
export const keyShare: ExtensionCodec<'key_share'> = {
  id: 51,
  write(w, { shares }, place) {
    if (place === 'HelloRetryRequest') {
      w.u16('selected_group', shares[0]!.group, describeGroup(shares[0]!.group));
      return;
    }
    if (place === 'ServerHello') {
      writeShare(w, shares[0]!);
      return;
    }
    const end = w.lengthU16('client_shares');
    for (const share of shares) {
      const endShare = w.group('key_share_entry');
      writeShare(w, share);
      endShare(describeGroup(share.group));
    }
    end(`${shares.length} shares`);
  },
  read(r, place) {
    if (place === 'HelloRetryRequest') {
      return { shares: [{ group: r.u16('selected_group', describeGroup), publicKey: EMPTY }] };
    }
    if (place === 'ServerHello') return { shares: [readShare(r)] };
    const shares: KeyShareEntry[] = [];
    const end = r.lengthU16('client_shares');
    while (r.remaining > 0) {
      const endShare = r.group('key_share_entry');
      const share = readShare(r);
      endShare(describeGroup(share.group));
      shares.push(share);
    }
    end(`${shares.length} shares`);
    return { shares };
  },
  describe: ({ shares }) => shares.map(({ group }) => describeGroup(group)).join(', '),
};

function writeShare(w: Writer, { group, publicKey }: KeyShareEntry): void {
  w.u16('group', group, describeGroup(group));
  const end = w.lengthU16('key_exchange');
  w.bytes('public_key', publicKey);
  end(`${publicKey.length} bytes`);
}

function readShare(r: Reader): KeyShareEntry {
  const group = r.u16('group', describeGroup);
  const end = r.lengthU16('key_exchange');
  if (r.remaining === 0) throw r.error('key_exchange', 'is empty');
  const publicKey = r.rest('public_key').slice();
  end(`${publicKey.length} bytes`);
  return { group, publicKey };
}

/** Section 4.2.9. */
export const PSK_MODES = { psk_ke: 0, psk_dhe_ke: 1 } as const;

export const pskKeyExchangeModes: ExtensionCodec<'psk_key_exchange_modes'> = {
  id: 45,
  write: (w, { modes }) => writeList8(w, 'ke_modes', 'mode', modes, describeMode),
  read: (r) => ({ modes: readList8(r, 'ke_modes', 'mode', describeMode) }),
  describe: ({ modes }) => modes.map(describeMode).join(', '),
};

function describeMode(mode: number): string {
  return ['psk_ke', 'psk_dhe_ke'][mode] ?? `unknown mode ${mode}`;
}

/** Section 4.2.11: identities and the proofs that the client has their keys; then the index of the chosen one. */
export const preSharedKey: ExtensionCodec<'pre_shared_key'> = {
  id: 41,
  write(w, { offered, selected }) {
    if (offered === undefined) w.u16('selected_identity', selected);
    else writeOfferedPsks(w, offered);
  },
  read(r, place) {
    if (place !== 'ClientHello') return { offered: undefined, selected: r.u16('selected_identity') };
    return { offered: readOfferedPsks(r), selected: 0 };
  },
  describe: ({ offered, selected }) =>
    offered === undefined ? `identity ${selected}` : `${offered.identities.length} identities`,
};

function writeOfferedPsks(w: Writer, { identities, binders }: OfferedPsks): void {
  const endIdentities = w.lengthU16('identities');
  for (const { identity, obfuscatedAge } of identities) {
    const end = w.lengthU16('identity');
    w.bytes('ticket', identity);
    end(`${identity.length} bytes`);
    w.u32('obfuscated_ticket_age', obfuscatedAge);
  }
  endIdentities();
  const endBinders = w.lengthU16('binders');
  for (const binder of binders) {
    const end = w.lengthU8('binder');
    w.bytes('hmac', binder);
    end();
  }
  endBinders();
}

/** A binder is a hash's length; RFC 8446 names 32 as the least. */
const MIN_BINDER_LENGTH = 32;

function readOfferedPsks(r: Reader): OfferedPsks {
  const identities: { identity: Uint8Array; obfuscatedAge: number }[] = [];
  const endIdentities = r.lengthU16('identities');
  if (r.remaining === 0) throw r.error('identities', 'is empty');
  while (r.remaining > 0) {
    const end = r.lengthU16('identity');
    if (r.remaining === 0) throw r.error('identity', 'is empty');
    const identity = r.rest('ticket').slice();
    end(`${identity.length} bytes`);
    identities.push({ identity, obfuscatedAge: r.u32('obfuscated_ticket_age') });
  }
  endIdentities();
  const binders: Uint8Array[] = [];
  const endBinders = r.lengthU16('binders');
  if (r.remaining === 0) throw r.error('binders', 'is empty');
  while (r.remaining > 0) {
    const end = r.lengthU8('binder');
    if (r.remaining < MIN_BINDER_LENGTH) throw r.error('binder', `${r.remaining} bytes, at least 32`);
    binders.push(r.rest('hmac').slice());
    end();
  }
  endBinders();
  return { identities, binders };
}

/** Octets of the vector of binders at the end of a ClientHello, which the binders themselves leave out. */
export function bindersLength(binders: readonly Uint8Array[]): number {
  return binders.reduce((length, binder) => length + 1 + binder.length, 2);
}

/** Section 4.2.10: a client asks, a server agrees, a ticket says how much it may be. */
export const earlyData: ExtensionCodec<'early_data'> = {
  id: 42,
  write(w, { maxSize }, place) {
    if (place === 'NewSessionTicket') w.u32('max_early_data_size', maxSize, `${maxSize} bytes`);
  },
  read(r, place) {
    if (place !== 'NewSessionTicket') return { maxSize: 0 };
    return { maxSize: r.u32('max_early_data_size', (size) => `${size} bytes`) };
  },
};

/** Section 4.2.2: what a server wants to hear again in the second ClientHello. */
export const cookie: ExtensionCodec<'cookie'> = {
  id: 44,
  write(w, body) {
    const end = w.lengthU16('cookie');
    w.bytes('value', body.cookie);
    end(`${body.cookie.length} bytes`);
  },
  read(r) {
    const end = r.lengthU16('cookie');
    if (r.remaining === 0) throw r.error('cookie', 'is empty');
    const value = r.rest('value').slice();
    end(`${value.length} bytes`);
    return { cookie: value };
  },
};

/** Section 4.2.4: DER names of the authorities that a certificate should come from. */
export const certificateAuthorities: ExtensionCodec<'certificate_authorities'> = {
  id: 47,
  write: (w, { names }) => writeNames(w, 'authorities', names),
  read(r) {
    const names = readNames(r, 'authorities');
    if (names.length === 0) throw r.error('authorities', 'is empty');
    return { names };
  },
  describe: ({ names }) => `${names.length} names`,
};
