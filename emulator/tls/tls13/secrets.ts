import type { HandshakeIo } from '../handshake-machine.ts';
import type { RecordProtection } from '../record/protection.ts';
import { Tls13Protection } from '../record/tls13-protection.ts';
import type { Transcript } from '../transcript.ts';
import { finishedMac, nextTrafficSecret, Tls13KeySchedule, ticketPsk, trafficKeys } from './key-schedule.ts';
import type { Tls13Suite } from './suites.ts';

type Side = 'client' | 'server';
type Pair = Record<Side, Uint8Array>;

/** The secrets of one TLS 1.3 handshake, the same on both sides, as they come to be. Each goes to the key log. */
export class Tls13Secrets {
  readonly suite: Tls13Suite;
  private readonly io: HandshakeIo;
  private readonly clientRandom: Uint8Array;
  private readonly transcript: Transcript;
  private readonly schedule: Tls13KeySchedule;
  private handshake: Pair | undefined;
  private application: Pair | undefined;
  /** How often the application secrets were updated. */
  private readonly generation: Record<Side, number> = { client: 0, server: 0 };

  constructor(
    io: HandshakeIo,
    suite: Tls13Suite,
    clientRandom: Uint8Array,
    transcript: Transcript,
    psk: Uint8Array | undefined,
  ) {
    this.io = io;
    this.suite = suite;
    this.clientRandom = clientRandom;
    this.transcript = transcript;
    this.schedule = new Tls13KeySchedule(io.host.crypto, suite, psk);
  }

  /** After ServerHello went into the transcript. `shared`: see Tls13KeySchedule. */
  deriveHandshake(shared: Uint8Array | undefined): void {
    this.schedule.goOnToHandshake(shared);
    const hash = this.transcript.hash();
    this.handshake = {
      client: this.schedule.derive('c hs traffic', hash),
      server: this.schedule.derive('s hs traffic', hash),
    };
    this.log('CLIENT_HANDSHAKE_TRAFFIC_SECRET', this.handshake.client);
    this.log('SERVER_HANDSHAKE_TRAFFIC_SECRET', this.handshake.server);
  }

  /** After the server's Finished went into the transcript. */
  deriveApplication(): void {
    this.schedule.goOnToMaster();
    const hash = this.transcript.hash();
    this.application = {
      client: this.schedule.derive('c ap traffic', hash),
      server: this.schedule.derive('s ap traffic', hash),
    };
    this.log('CLIENT_TRAFFIC_SECRET_0', this.application.client);
    this.log('SERVER_TRAFFIC_SECRET_0', this.application.server);
    this.log('EXPORTER_SECRET', this.schedule.derive('exp master', hash));
  }

  /** After the client's Finished went into the transcript. */
  resumptionMaster(): Uint8Array {
    return this.schedule.derive('res master', this.transcript.hash());
  }

  ticketPsk(resumptionMaster: Uint8Array, nonce: Uint8Array): Uint8Array {
    return ticketPsk(this.io.host.crypto, this.suite, resumptionMaster, nonce);
  }

  handshakeKeys(side: Side, options: { allowsClearAlert?: boolean } = {}): RecordProtection {
    return this.protection(defined(this.handshake)[side], options);
  }

  applicationKeys(side: Side): RecordProtection {
    return this.protection(defined(this.application)[side]);
  }

  /** RFC 8446 section 7.2: the next generation, from now on. */
  updateApplication(side: Side): void {
    const application = defined(this.application);
    application[side] = nextTrafficSecret(this.io.host.crypto, this.suite, application[side]);
    this.generation[side]++;
    this.log(`${side.toUpperCase()}_TRAFFIC_SECRET_${this.generation[side]}`, application[side]);
  }

  /** What a Finished of that side must hold if sent now. */
  verifyData(side: Side): Uint8Array {
    const baseKey = defined(this.handshake)[side];
    return finishedMac(this.io.host.crypto, this.suite, baseKey, this.transcript.hash());
  }

  private protection(secret: Uint8Array, options: { allowsClearAlert?: boolean } = {}): RecordProtection {
    const { crypto } = this.io.host;
    const { aead, tagLength } = this.suite;
    const keys = trafficKeys(crypto, this.suite, secret);
    return new Tls13Protection({ crypto, aead, tagLength, keys, ...options });
  }

  private log(label: string, secret: Uint8Array): void {
    this.io.secret(label, this.clientRandom, secret);
  }
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a secret is used before it was derived');
  return value;
}
