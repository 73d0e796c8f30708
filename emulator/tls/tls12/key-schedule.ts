/** From the premaster secret to record keys: RFC 5246 sections 8.1 and 6.3, RFC 7627. */

import { HASH_BYTES } from '../../crypto/hashes.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { prf12 } from '../../crypto/tls-prf.ts';
import { concat } from '../../world/bytes.ts';
import { CIPHERS } from '../ciphers.ts';
import type { TlsHost } from '../engine.ts';
import { VERIFY_DATA_LENGTH } from '../messages/finished.ts';
import { AeadProtection } from '../record/aead-protection.ts';
import { CbcProtection } from '../record/cbc-protection.ts';
import { NullProtection } from '../record/null-protection.ts';
import type { RecordProtection } from '../record/protection.ts';
import type { CipherSuite } from '../suites.ts';

const MASTER_SECRET_LENGTH = 48;

export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** What the two sides protect records with. */
export interface ConnectionKeys {
  readonly client: RecordProtection;
  readonly server: RecordProtection;
}

export class Tls12KeySchedule {
  private readonly crypto: CryptoProvider;
  private readonly random: (length: number) => Uint8Array;
  private readonly suite: CipherSuite;
  private readonly randoms: Randoms;

  constructor(host: Pick<TlsHost, 'crypto' | 'random'>, suite: CipherSuite, randoms: Randoms) {
    this.crypto = host.crypto;
    this.random = (length) => host.random(length);
    this.suite = suite;
    this.randoms = randoms;
  }

  masterSecret(premaster: Uint8Array): Uint8Array {
    return this.prf(premaster, 'master secret', concat(this.randoms.client, this.randoms.server));
  }

  /** RFC 7627 section 4: bound to all messages up to and with ClientKeyExchange. */
  extendedMasterSecret(premaster: Uint8Array, sessionHash: Uint8Array): Uint8Array {
    return this.prf(premaster, 'extended master secret', sessionHash);
  }

  /** RFC 5246 section 6.3; a CBC suite has MAC keys and no fixed IV, an AEAD suite the other way round. */
  keys(master: Uint8Array, encryptThenMac = false): ConnectionKeys {
    const { crypto, suite } = this;
    const cipher = CIPHERS[suite.cipher];
    const macLength = suite.macHash === undefined ? 0 : HASH_BYTES[suite.macHash];
    const ivLength = cipher.kind === 'aead' ? cipher.fixedIvLength : 0;
    const next = slicer(this.keyBlock(master, 2 * (macLength + cipher.keyLength + ivLength)));
    const macKeys = { client: next(macLength), server: next(macLength) };
    const keys = { client: next(cipher.keyLength), server: next(cipher.keyLength) };
    const ivs = { client: next(ivLength), server: next(ivLength) };
    const protection = (side: 'client' | 'server'): RecordProtection => {
      const [key, macKey] = [keys[side], macKeys[side]];
      if (cipher.kind === 'aead') return new AeadProtection(crypto, cipher, key, ivs[side]);
      const macHash = suite.macHash!;
      if (cipher.kind === 'null') return new NullProtection(crypto, macHash, macKey);
      const { random } = this;
      return new CbcProtection({
        crypto,
        random,
        cipher: cipher.cipher,
        key,
        macHash,
        macKey,
        encryptThenMac,
      });
    };
    return { client: protection('client'), server: protection('server') };
  }

  verifyData(master: Uint8Array, side: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
    return this.prf(master, `${side} finished`, transcriptHash, VERIFY_DATA_LENGTH);
  }

  private keyBlock(master: Uint8Array, length: number): Uint8Array {
    return this.prf(master, 'key expansion', concat(this.randoms.server, this.randoms.client), length);
  }

  private prf(
    secret: Uint8Array,
    label: string,
    seed: Uint8Array,
    length: number = MASTER_SECRET_LENGTH,
  ): Uint8Array {
    return prf12(this.crypto, this.suite.prfHash, secret, label, seed, length);
  }
}

/** Hands out a block piece by piece, in the order of RFC 5246 section 6.3. */
function slicer(block: Uint8Array): (length: number) => Uint8Array {
  let offset = 0;
  return (length) => {
    offset += length;
    return block.slice(offset - length, offset);
  };
}
