/** From the secrets of a key log to what opens records. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { findExtension } from '../../emulator/tls/messages/extensions.ts';
import type { Plaintext } from '../../emulator/tls/record/protection.ts';
import { type RecordProtection, sequenceBytes } from '../../emulator/tls/record/protection.ts';
import type { RawRecord } from '../../emulator/tls/record/splitter.ts';
import { Tls13Protection } from '../../emulator/tls/record/tls13-protection.ts';
import { Tls12KeySchedule } from '../../emulator/tls/tls12/key-schedule.ts';
import { nextTrafficSecret, trafficKeys } from '../../emulator/tls/tls13/key-schedule.ts';
import type { Tls13Suite } from '../../emulator/tls/tls13/suites.ts';
import { TLS12 } from '../../emulator/tls/versions.ts';
import type { Side } from './account.ts';
import type { Handshake } from './handshake.ts';
import type { LoggedSecret } from './key-log.ts';

/** Records that a gap may have swallowed, when one behind it does not open. */
const MOST_SKIPPED = 256;

/** The keys of one direction, and the number of the next record under them. */
export class OpeningKeys {
  private readonly protection: RecordProtection;
  private sequence = 0;

  constructor(protection: RecordProtection) {
    this.protection = protection;
  }

  /** Undefined when these keys do not open it. `mayHaveMissed`: whether records before it may be missing. */
  open({ type, version, fragment }: RawRecord, mayHaveMissed: boolean): Plaintext | undefined {
    const last = this.sequence + (mayHaveMissed ? MOST_SKIPPED : 0);
    for (let sequence = this.sequence; sequence <= last; sequence++) {
      const plaintext = this.tryToOpen(sequence, type, version, fragment);
      if (plaintext === undefined) continue;
      this.sequence = sequence + 1;
      return plaintext;
    }
    return undefined;
  }

  /** Passes over a record that these keys should have opened. */
  skip(): void {
    this.sequence++;
  }

  leavesClear({ type }: RawRecord): boolean {
    return this.protection.leavesClear?.(type) ?? false;
  }

  private tryToOpen(
    sequence: number,
    type: RawRecord['type'],
    version: number,
    fragment: Uint8Array,
  ): Plaintext | undefined {
    try {
      return this.protection.open(sequenceBytes(sequence), type, version, fragment);
    } catch {
      return undefined;
    }
  }
}

/** Both directions of TLS 1.2 (RFC 5246 section 6.3); undefined without the master secret, or for a suite not known. */
export function keysOfTls12(
  crypto: CryptoProvider,
  { client, server, version, suite12 }: Handshake,
  secrets: readonly LoggedSecret[],
): Record<Side, OpeningKeys> | undefined {
  const master = secrets.find(({ label }) => label === 'CLIENT_RANDOM')?.secret;
  if (!client || !server || !suite12 || !master || version !== TLS12) return undefined;
  const host = { crypto, random: (length: number) => new Uint8Array(length) };
  const schedule = new Tls12KeySchedule(host, suite12, { client: client.random, server: server.random });
  const encryptThenMac = findExtension(server.extensions, 'encrypt_then_mac') !== undefined;
  const keys = schedule.keys(master, encryptThenMac);
  return { client: new OpeningKeys(keys.client), server: new OpeningKeys(keys.server) };
}

/** One generation of one direction in TLS 1.3 (RFC 8446 section 7.3). */
export class TrafficSecret {
  private readonly crypto: CryptoProvider;
  private readonly suite: Tls13Suite;
  private readonly secret: Uint8Array;

  constructor(crypto: CryptoProvider, suite: Tls13Suite, secret: Uint8Array) {
    this.crypto = crypto;
    this.suite = suite;
    this.secret = secret;
  }

  keys(): OpeningKeys {
    const { crypto, suite } = this;
    const { aead, tagLength } = suite;
    const keys = trafficKeys(crypto, suite, this.secret);
    return new OpeningKeys(new Tls13Protection({ crypto, aead, tagLength, keys, allowsClearAlert: true }));
  }

  /** After a KeyUpdate (section 7.2). */
  next(): TrafficSecret {
    return new TrafficSecret(
      this.crypto,
      this.suite,
      nextTrafficSecret(this.crypto, this.suite, this.secret),
    );
  }
}

const STAGES = { handshake: 'HANDSHAKE_TRAFFIC_SECRET', application: 'TRAFFIC_SECRET_0' } as const;

export function trafficSecret(
  crypto: CryptoProvider,
  suite: Tls13Suite | undefined,
  secrets: readonly LoggedSecret[],
  side: Side,
  stage: keyof typeof STAGES,
): TrafficSecret | undefined {
  const label = `${side.toUpperCase()}_${STAGES[stage]}`;
  const found = secrets.find((each) => each.label === label);
  return suite && found && new TrafficSecret(crypto, suite, found.secret);
}
