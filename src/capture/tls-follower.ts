/** Follows the TLS of one connection: its records are opened where there are keys, its messages read and told. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { readAlert } from '../../emulator/tls/alerts.ts';
import { Reader } from '../../emulator/tls/codec/reader.ts';
import type { CodedMessage } from '../../emulator/tls/messages/handshake.ts';
import { MessageAssembler } from '../../emulator/tls/record/message-assembler.ts';
import type { Plaintext } from '../../emulator/tls/record/protection.ts';
import type { RawRecord } from '../../emulator/tls/record/splitter.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { type ConnectionAccount, otherSide, type Side } from './account.ts';
import { establishedBody } from './established.ts';
import { Handshake, type Peers } from './handshake.ts';
import type { KeyLog, LoggedSecret } from './key-log.ts';
import { keysOfTls12, type OpeningKeys, type TrafficSecret, trafficSecret } from './keys.ts';
import { RecordStream } from './record-stream.ts';
import { SealedRecords } from './sealed-records.ts';

/** The longest body that a header can announce. */
const LONGEST_MESSAGE = 0xff_ffff;
/** In TLS 1.3 an alert is sealed to 19 bytes, a Finished to 53 or 69: longer than this it is no alert. */
const LONGEST_SEALED_ALERT = 40;

/** What outlasts one connection. */
export interface Known {
  readonly crypto: CryptoProvider;
  readonly keyLog: KeyLog;
  /** Who took part in a session, by what names it (hex), so that it is known when the session is taken up again. */
  readonly sessions: Map<string, Peers>;
}

/** One direction. */
class Half {
  readonly records = new RecordStream();
  messages = new MessageAssembler(LONGEST_MESSAGE);
  started = false;
  /** What comes is encrypted, with the keys or without. */
  sealed = false;
  keys: OpeningKeys | undefined;
  traffic: TrafficSecret | undefined;
  /** A gap came before. */
  missed = false;
  changedCipherSpec = false;
  finished = false;
  saidGoodbye = false;
  /** Records that could not be opened. */
  unread = 0;
}

export class TlsFollower {
  private readonly account: ConnectionAccount;
  private readonly known: Known;
  private readonly sealed: SealedRecords;
  private readonly halves: Readonly<Record<Side, Half>> = { client: new Half(), server: new Half() };
  private handshake = new Handshake();
  private secrets: readonly LoggedSecret[] = [];
  private keys12: Record<Side, OpeningKeys> | undefined;
  private retried = false;
  private established = false;
  private failed = false;
  private toldOfMissingKeys = false;
  /** The last end to be established has not spoken since: it may yet refuse. */
  private tentative: { readonly side: Side; readonly event: TraceEvent } | undefined;

  constructor(account: ConnectionAccount, known: Known) {
    this.account = account;
    this.known = known;
    this.sealed = new SealedRecords(account);
  }

  take(from: Side, bytes: Uint8Array): void {
    for (const record of this.halves[from].records.push(bytes)) this.takeRecord(from, record);
  }

  /** Bytes are missing: the capture begins here, or has lost them. */
  lose(from: Side): void {
    const half = this.halves[from];
    half.records.lose();
    half.messages = new MessageAssembler(LONGEST_MESSAGE);
    half.missed = true;
  }

  /** TCP has ended, in one direction or in both. */
  end(from: Side): void {
    this.sealed.finish();
    const half = this.halves[from];
    if (this.established && !this.failed) {
      if (!half.saidGoodbye && half.unread === 0) {
        this.account.at(otherSide(from), { type: 'tls.closed', closeNotify: false });
      }
      half.saidGoodbye = true;
    } else if (!this.failed && this.halves.client.started) {
      this.fail(otherSide(from), 'transport-closed', 'the connection was closed in the handshake');
    }
  }

  finish(): void {
    this.sealed.finish();
  }

  private takeRecord(from: Side, record: RawRecord): void {
    const half = this.halves[from];
    const clear = this.isClear(half, record);
    const { type: contentType, version, fragment } = record;
    if (clear && contentType !== 'change_cipher_spec') this.start(from);
    this.account.passes(from, {
      type: 'tls.record',
      contentType,
      version,
      length: fragment.length,
      encrypted: !clear,
    });
    const plaintext = clear ? { type: contentType, bytes: fragment } : this.open(from, record);
    if (plaintext === undefined) this.showSealed(from, record);
    else this.takePlaintext(from, plaintext, !clear);
  }

  private isClear(half: Half, record: RawRecord): boolean {
    // What comes before the keys and is data is early data (RFC 8446 section 4.2.10), or the middle of a connection.
    if (!half.sealed) return record.type !== 'application_data';
    if (this.isTls13 && record.type === 'change_cipher_spec') return true;
    return (this.isTls13 && record.type === 'alert') || (half.keys?.leavesClear(record) ?? false);
  }

  private get isTls13(): boolean {
    return this.retried || this.handshake.isTls13;
  }

  private open(from: Side, record: RawRecord): Plaintext | undefined {
    const half = this.halves[from];
    const plaintext = half.keys?.open(record, half.missed) ?? this.openWithNextKeys(from, record);
    if (plaintext !== undefined) {
      half.missed = false;
      return plaintext;
    }
    half.unread++;
    if (!this.isTls13) half.keys?.skip();
    return undefined;
  }

  /** The handshake's secrets may be unknown, or its last messages missing, where those of the data are there. */
  private openWithNextKeys(from: Side, record: RawRecord): Plaintext | undefined {
    const half = this.halves[from];
    if (!this.isTls13 || half.finished) return undefined;
    const next = this.trafficSecret(from, 'application');
    const keys = next?.keys();
    const plaintext = keys?.open(record, true);
    if (plaintext === undefined) return undefined;
    half.traffic = next;
    half.keys = keys;
    half.finished = true;
    return plaintext;
  }

  private showSealed(from: Side, record: RawRecord): void {
    const half = this.halves[from];
    const isFinished = record.type === 'handshake' && half.changedCipherSpec && !half.finished;
    const why = half.keys === undefined ? 'encrypted, no keys' : 'does not open with its keys';
    if (half.keys === undefined) this.tellOfMissingKeys();
    this.sealed.add(
      from,
      isFinished ? 'Finished' : sealedName(record, this.isTls13, this.established),
      record,
      why,
    );
    if (isFinished) this.finished(from);
    else if (this.isTls13 && from === 'client' && record.fragment.length > LONGEST_SEALED_ALERT) {
      this.guessEstablished();
    }
  }

  private tellOfMissingKeys(): void {
    if (this.toldOfMissingKeys) return;
    this.toldOfMissingKeys = true;
    const why =
      this.handshake.client === undefined
        ? 'the handshake of this connection is not in the capture, so that its keys cannot be found'
        : this.secrets.length === 0
          ? 'there are no secrets of this connection: what is encrypted shows its size only (--keylog FILE)'
          : `the secrets there are do not give the keys of ${this.handshake.suiteName}`;
    this.account.remark('client', 'info', why);
  }

  /** Without keys the Finished of TLS 1.3 shows by its size only. */
  private guessEstablished(): void {
    if (this.established || this.handshake.server === undefined) return;
    this.establish('server');
    this.tentative = undefined;
  }

  private takePlaintext(from: Side, { type, bytes }: Plaintext, encrypted: boolean): void {
    this.sealed.finish();
    if (type !== 'alert' && this.tentative?.side === from) this.tentative = undefined;
    if (type === 'handshake') this.takeMessages(from, bytes, encrypted);
    else if (type === 'change_cipher_spec') this.takeChangeCipherSpec(from, bytes);
    else if (type === 'alert') this.takeAlert(from, bytes, encrypted);
    else if (bytes.length > 0) this.account.passes(from, { type: 'tls.data', bytes });
  }

  private start(from: Side): void {
    const half = this.halves[from];
    if (half.started) return;
    half.started = true;
    if (from === 'server') this.account.at('server', { type: 'tls.start', role: 'server' });
  }

  private takeMessages(from: Side, bytes: Uint8Array, encrypted: boolean): void {
    const { messages } = this.halves[from];
    messages.push(bytes);
    for (let next = messages.take(); next !== undefined; next = messages.take()) {
      this.takeMessage(from, next.slice(), encrypted);
    }
  }

  private takeMessage(from: Side, bytes: Uint8Array, encrypted: boolean): void {
    // A second ClientHello that no HelloRetryRequest asked for begins another handshake, inside the first.
    if (bytes[0] === 1 && this.established) this.renegotiate();
    const coded = this.handshake.hear(from, bytes, (id) => {
      this.known.sessions.set(toHex(id), this.handshake.peers);
    });
    if (coded.name === 'ClientHello' && !this.retried) this.tellStart();
    this.show(from, coded, encrypted);
    this.follow(from, coded.name, bytes);
  }

  private renegotiate(): void {
    this.handshake = new Handshake();
    this.keys12 = undefined;
    this.established = false;
    for (const half of Object.values(this.halves)) {
      half.changedCipherSpec = false;
      half.finished = false;
    }
  }

  private tellStart(): void {
    const { serverName } = this.handshake;
    this.secrets = this.known.keyLog.of(this.handshake.clientRandom);
    const name = serverName === undefined ? {} : { serverName };
    this.account.at('client', { type: 'tls.start', role: 'client', ...name });
  }

  private show(from: Side, coded: CodedMessage, encrypted: boolean): void {
    const { name: message, bytes, fields, summary } = coded;
    this.account.passes(from, { type: 'tls.message', message, encrypted, summary, bytes, fields });
  }

  /** What a message changes. */
  private follow(from: Side, name: string, bytes: Uint8Array): void {
    if (name === 'HelloRetryRequest') this.retried = true;
    else if (name === 'ServerHello') this.agree();
    else if (name === 'Finished') this.finished(from);
    else if (name === 'KeyUpdate') this.updateKeys(from, bytes);
  }

  private agree(): void {
    const { client } = this.handshake;
    for (const { label, secret } of this.secrets) {
      this.account.at('client', { type: 'tls.secret', label, clientRandom: client!.random, secret });
    }
    if (this.handshake.resumed) this.recallPeers();
    if (!this.handshake.isTls13) return;
    for (const side of ['client', 'server'] as const) {
      this.halves[side].sealed = true;
      this.useTraffic(side, this.trafficSecret(side, 'handshake'));
    }
  }

  private trafficSecret(side: Side, stage: 'handshake' | 'application'): TrafficSecret | undefined {
    return trafficSecret(this.known.crypto, this.handshake.suite13, this.secrets, side, stage);
  }

  private useTraffic(side: Side, traffic: TrafficSecret | undefined): void {
    const half = this.halves[side];
    half.traffic = traffic;
    half.keys = traffic?.keys();
  }

  private recallPeers(): void {
    for (const id of this.handshake.offeredSessions) {
      const peers = this.known.sessions.get(toHex(id));
      if (peers === undefined) continue;
      Object.assign(this.handshake.peers, peers);
      return;
    }
  }

  private takeChangeCipherSpec(from: Side, bytes: Uint8Array): void {
    const half = this.halves[from];
    const reader = new Reader(bytes);
    if (bytes.length > 0)
      reader.u8('type', (type) => (type === 1 ? 'change_cipher_spec' : `unknown ${type}`));
    // Before a ServerHello only a client of TLS 1.3 sends one.
    const meaningless = this.isTls13 || this.handshake.server === undefined;
    const summary = [meaningless ? 'for middleboxes, means nothing' : 'what follows is encrypted'];
    this.show(from, { name: 'ChangeCipherSpec', bytes, fields: reader.fields(), summary }, false);
    if (meaningless) return;
    if (from === 'server' && !this.halves.client.changedCipherSpec) {
      this.handshake.resumed = true;
      this.recallPeers();
    }
    this.keys12 ??= keysOfTls12(this.known.crypto, this.handshake, this.secrets);
    half.changedCipherSpec = true;
    half.sealed = true;
    half.keys = this.keys12?.[from];
    half.messages = new MessageAssembler(LONGEST_MESSAGE);
  }

  private finished(from: Side): void {
    const half = this.halves[from];
    half.finished = true;
    if (this.isTls13) this.useTraffic(from, this.trafficSecret(from, 'application'));
    if (this.halves[otherSide(from)].finished) this.establish(otherSide(from));
  }

  private updateKeys(from: Side, bytes: Uint8Array): void {
    const half = this.halves[from];
    if (!this.isTls13 || bytes.length !== 5) return;
    half.traffic = half.traffic?.next();
    half.keys = half.traffic?.keys();
  }

  /** Both ends are; `last` is the one that had to hear something for it. */
  private establish(last: Side): void {
    if (this.established) return;
    this.established = true;
    for (const side of [otherSide(last), last]) {
      const event = this.account.at(side, establishedBody(side, this.handshake));
      this.tentative = { side, event };
    }
  }

  private takeAlert(from: Side, bytes: Uint8Array, encrypted: boolean): void {
    const alert = alertIn(bytes);
    if (alert === undefined) return;
    const { level, description, code, name } = alert;
    this.account.passes(from, { type: 'tls.alert', level, description, code, encrypted });
    if (name === 'close_notify') {
      this.halves[from].saidGoodbye = true;
      this.account.at(otherSide(from), { type: 'tls.closed', closeNotify: true });
    } else if (level === 'fatal') {
      if (this.tentative?.side === from) this.account.account.remove(this.tentative.event);
      this.fail(otherSide(from), 'peer-alert', `the peer sent the alert ${description}`);
    }
  }

  private fail(role: Side, reason: string, detail: string): void {
    if (this.failed) return;
    this.failed = true;
    const state = `the state after ${this.handshake.last || 'the beginning'}`;
    this.account.at(role, { type: 'tls.failed', role, state, reason, detail });
  }
}

/** Undefined for what is no alert. */
function alertIn(bytes: Uint8Array): ReturnType<typeof readAlert> | undefined {
  try {
    return readAlert(bytes);
  } catch {
    return undefined;
  }
}

/** After ChangeCipherSpec the type of a record is what it was before; in TLS 1.3 all is application data. */
function sealedName({ type }: RawRecord, isTls13: boolean, established: boolean): string {
  if (type === 'alert') return 'encrypted alert';
  if (type === 'handshake') return 'encrypted handshake message';
  return isTls13 && !established ? 'encrypted record' : 'encrypted data';
}
