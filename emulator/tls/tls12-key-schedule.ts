/** From the premaster secret to record keys: RFC 5246 sections 8.1 and 6.3, RFC 7627. */
import type { CryptoProvider } from '../crypto/provider.ts';
import { prf12 } from '../crypto/tls-prf.ts';
import { concat } from './codec/bytes.ts';
import { VERIFY_DATA_LENGTH } from './messages/finished.ts';
import { AeadProtection } from './record/aead-protection.ts';
import type { RecordProtection } from './record/protection.ts';
import { AEAD_CIPHERS, type CipherSuite } from './suites.ts';

const MASTER_SECRET_LENGTH = 48;
/** Octets of the implicit part of an AEAD nonce (RFC 5288 section 3). */
const FIXED_IV_LENGTH = 4;

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
  private readonly suite: CipherSuite;
  private readonly randoms: Randoms;

  constructor(crypto: CryptoProvider, suite: CipherSuite, randoms: Randoms) {
    this.crypto = crypto;
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

  keys(master: Uint8Array): ConnectionKeys {
    const aead = AEAD_CIPHERS[this.suite.cipher];
    if (aead === undefined) throw new Error(`${this.suite.name} is not implemented`);
    const length = 2 * (aead.keyLength + FIXED_IV_LENGTH);
    const block = this.prf(master, 'key expansion', concat(this.randoms.server, this.randoms.client), length);
    const next = slicer(block);
    const clientKey = next(aead.keyLength);
    const serverKey = next(aead.keyLength);
    return {
      client: new AeadProtection(this.crypto, aead, clientKey, next(FIXED_IV_LENGTH)),
      server: new AeadProtection(this.crypto, aead, serverKey, next(FIXED_IV_LENGTH)),
    };
  }

  verifyData(master: Uint8Array, side: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
    return this.prf(master, `${side} finished`, transcriptHash, VERIFY_DATA_LENGTH);
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
