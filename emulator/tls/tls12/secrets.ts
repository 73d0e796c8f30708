import type { HandshakeIo } from '../handshake-machine.ts';
import type { CipherSuite } from '../suites.ts';
import { Transcript } from '../transcript.ts';
import { type ConnectionKeys, type Randoms, Tls12KeySchedule } from './key-schedule.ts';

/** What the hellos agreed on that bears on the keys. */
export interface AgreedExtensions {
  /** RFC 7627. */
  readonly extendedMasterSecret: boolean;
  /** RFC 7366. */
  readonly encryptThenMac: boolean;
}

interface Agreed {
  readonly schedule: Tls12KeySchedule;
  readonly randoms: Randoms;
}

interface Derived {
  readonly master: Uint8Array;
  readonly keys: ConnectionKeys;
}

/** The secrets of one TLS 1.2 handshake, the same on both sides, as they come to be. */
export class Tls12Secrets {
  readonly transcript: Transcript;
  private readonly io: HandshakeIo;
  private agreed: Agreed | undefined;
  private derived: Derived | undefined;

  /** `transcript`: what was said before the version was agreed. */
  constructor(io: HandshakeIo, transcript = new Transcript()) {
    this.io = io;
    this.transcript = transcript;
  }

  /** After the hellos. */
  agree(suite: CipherSuite, randoms: Randoms): void {
    const { host } = this.io;
    this.transcript.start(host.crypto, suite.prfHash);
    this.agreed = { schedule: new Tls12KeySchedule(host, suite, randoms), randoms };
  }

  /** After ClientKeyExchange went into the transcript. */
  derive(premaster: Uint8Array, { extendedMasterSecret, encryptThenMac }: AgreedExtensions): void {
    const { schedule } = defined(this.agreed);
    const master = extendedMasterSecret
      ? schedule.extendedMasterSecret(premaster, this.transcript.hash())
      : schedule.masterSecret(premaster);
    this.use(master, encryptThenMac);
  }

  /** Instead of `derive`, for a session that is taken up again: new keys from its master secret. */
  resume(master: Uint8Array, { encryptThenMac }: AgreedExtensions): void {
    this.use(master, encryptThenMac);
  }

  get master(): Uint8Array {
    return defined(this.derived).master;
  }

  get keys(): ConnectionKeys {
    return defined(this.derived).keys;
  }

  /** What a Finished of that side must hold if sent now. */
  verifyData(side: 'client' | 'server'): Uint8Array {
    const { schedule } = defined(this.agreed);
    return schedule.verifyData(defined(this.derived).master, side, this.transcript.hash());
  }

  private use(master: Uint8Array, encryptThenMac: boolean): void {
    const { schedule, randoms } = defined(this.agreed);
    this.io.secret('CLIENT_RANDOM', randoms.client, master);
    this.derived = { master, keys: schedule.keys(master, encryptThenMac) };
  }
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a secret is used before it was derived');
  return value;
}
