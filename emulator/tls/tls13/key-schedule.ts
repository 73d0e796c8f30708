/** The secrets of TLS 1.3 one out of another, named as in RFC 8446 section 7.1. */
import { HASH_BYTES } from '../../crypto/hashes.ts';
import { deriveSecret, hkdfExpandLabel, hkdfExtract } from '../../crypto/hkdf.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { EMPTY } from '../codec/bytes.ts';
import type { TrafficKeys } from '../record/tls13-protection.ts';
import type { Tls13Suite } from './suites.ts';

/** Octets of an AEAD's nonce, the same for all suites. */
const IV_LENGTH = 12;

type SuiteHash = Pick<Tls13Suite, 'hash'>;

/** The left column of the RFC's diagram: it goes down from stage to stage, and each stage yields its secrets. */
export class Tls13KeySchedule {
  private readonly crypto: CryptoProvider;
  private readonly hash: Tls13Suite['hash'];
  /** Early Secret, then Handshake Secret, then Master Secret. */
  private stage: Uint8Array;

  /** Begins with the Early Secret. `psk`: the pre-shared key, if one is in use. */
  constructor(crypto: CryptoProvider, { hash }: SuiteHash, psk: Uint8Array | undefined) {
    this.crypto = crypto;
    this.hash = hash;
    this.stage = hkdfExtract(crypto, hash, EMPTY, psk ?? this.zeros());
  }

  /** `shared`: what the key exchange gave; undefined where the pre-shared key is all there is. */
  goOnToHandshake(shared: Uint8Array | undefined): void {
    this.goOn(shared ?? this.zeros());
  }

  goOnToMaster(): void {
    this.goOn(this.zeros());
  }

  /** Derive-Secret of the present stage; `transcriptHash` is that of the messages so far. */
  derive(label: Label, transcriptHash: Uint8Array): Uint8Array {
    return deriveSecret(this.crypto, this.hash, this.stage, label, transcriptHash);
  }

  private goOn(input: Uint8Array): void {
    const salt = deriveSecret(
      this.crypto,
      this.hash,
      this.stage,
      'derived',
      this.crypto.hash(this.hash, EMPTY),
    );
    this.stage = hkdfExtract(this.crypto, this.hash, salt, input);
  }

  private zeros(): Uint8Array {
    return new Uint8Array(HASH_BYTES[this.hash]);
  }
}

export type Label =
  | 'res binder'
  | 'c hs traffic'
  | 's hs traffic'
  | 'c ap traffic'
  | 's ap traffic'
  | 'exp master'
  | 'res master';

/** Section 7.3. */
export function trafficKeys(crypto: CryptoProvider, suite: Tls13Suite, secret: Uint8Array): TrafficKeys {
  return {
    key: hkdfExpandLabel(crypto, suite.hash, secret, 'key', EMPTY, suite.keyLength),
    iv: hkdfExpandLabel(crypto, suite.hash, secret, 'iv', EMPTY, IV_LENGTH),
  };
}

/** Section 7.2: application_traffic_secret_N+1. */
export function nextTrafficSecret(
  crypto: CryptoProvider,
  { hash }: SuiteHash,
  secret: Uint8Array,
): Uint8Array {
  return hkdfExpandLabel(crypto, hash, secret, 'traffic upd', EMPTY, HASH_BYTES[hash]);
}

/** Section 4.4.4: verify_data under a base key; a binder is made alike (section 4.2.11.2). */
export function finishedMac(
  crypto: CryptoProvider,
  { hash }: SuiteHash,
  baseKey: Uint8Array,
  transcriptHash: Uint8Array,
): Uint8Array {
  const key = hkdfExpandLabel(crypto, hash, baseKey, 'finished', EMPTY, HASH_BYTES[hash]);
  return crypto.hmac(hash, key, transcriptHash);
}

/** Section 4.6.1: the pre-shared key of one ticket. */
export function ticketPsk(
  crypto: CryptoProvider,
  { hash }: SuiteHash,
  resumptionMaster: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  return hkdfExpandLabel(crypto, hash, resumptionMaster, 'resumption', nonce, HASH_BYTES[hash]);
}

/**
 * Section 4.2.11.2: the proof that the sender of a ClientHello has the key. `partial`: all that was said, up to the
 * binders.
 */
export function pskBinder(
  crypto: CryptoProvider,
  suite: SuiteHash,
  psk: Uint8Array,
  partial: Uint8Array,
): Uint8Array {
  const schedule = new Tls13KeySchedule(crypto, suite, psk);
  const binderKey = schedule.derive('res binder', crypto.hash(suite.hash, EMPTY));
  return finishedMac(crypto, suite, binderKey, crypto.hash(suite.hash, partial));
}
