/**
 * Changes one direction of a TLS connection on its way, as a peer with faults would have sent it, but without
 * the sender's knowledge and without its keys: whatever she does to the handshake, the two transcripts differ.
 */

import { FaultInjector, type Parcel, TLS_HEADER } from '../../tls/fault-injector.ts';
import { describeFault, type Fault, type FaultPoint, tellLie } from '../../tls/faults.ts';
import { certificate } from '../../tls/messages/certificate.ts';
import { clientHello } from '../../tls/messages/client-hello.ts';
import {
  decodeMessage,
  type EncodedMessage,
  encodeMessage,
  type HandshakeName,
  handshakeName,
  type MessageCodec,
} from '../../tls/messages/handshake.ts';
import { serverHello } from '../../tls/messages/server-hello.ts';
import { MessageAssembler } from '../../tls/record/message-assembler.ts';
import { encodeRawRecord, looksLikeTls, type RawRecord, RecordSplitter } from '../../tls/record/splitter.ts';
import type { Handling } from './crossing.ts';

/** Besides what a peer can do wrong: to end the stream there, for the receiver as if the sender had. */
export type Meddling = Fault | { readonly fault: 'cut'; readonly at: FaultPoint; readonly nth?: number };

type AnyCodec = MessageCodec<unknown>;

/** The messages whose fields she can change. The others she can damage, delay, repeat or lose. */
const CODECS: Readonly<Partial<Record<HandshakeName, AnyCodec>>> = {
  ClientHello: clientHello as AnyCodec,
  ServerHello: serverHello as AnyCodec,
  Certificate: certificate as AnyCodec,
};

const LONGEST_MESSAGE = 0xff_ffff;

/** `did`: told of each thing that she does, in words. */
export function tampering(meddlings: readonly Meddling[], did: (detail: string) => void): Handling {
  const direction = new Tampering(meddlings, did);
  return (bytes) => direction.handle(bytes);
}

class Tampering {
  private readonly meddlings: readonly Meddling[];
  private readonly did: (detail: string) => void;
  private readonly records = new RecordSplitter();
  private readonly messages = new MessageAssembler(LONGEST_MESSAGE);
  private readonly injector = new FaultInjector([], TLS_HEADER);
  private readonly counts = new Map<FaultPoint, number>();
  private isTls: boolean | undefined;
  private sealed = false;

  constructor(meddlings: readonly Meddling[], did: (detail: string) => void) {
    this.meddlings = meddlings;
    this.did = did;
  }

  handle(bytes: Uint8Array): readonly Uint8Array[] | 'cut' {
    this.isTls ??= looksLikeTls(bytes);
    if (!this.isTls) return [bytes];
    const out: Uint8Array[] = [];
    for (const record of this.records.push(bytes)) {
      const passed = this.isOpenHandshake(record) ? this.changeMessages(record) : this.changeRecord(record);
      if (passed === 'cut') return 'cut';
      out.push(...passed);
    }
    return out;
  }

  private isOpenHandshake({ type }: RawRecord): boolean {
    return type === 'handshake' && !this.sealed;
  }

  /** Each message goes on in a record of its own, which RFC 5246 section 6.2.1 leaves to the sender. */
  private changeMessages({ version, fragment }: RawRecord): Uint8Array[] | 'cut' {
    const out: Uint8Array[] = [];
    this.messages.push(fragment);
    for (let next = this.messages.take(); next !== undefined; next = this.messages.take()) {
      const name = handshakeName(next[0]!);
      const meddling = name && this.due(name);
      if (meddling?.fault === 'cut') return 'cut';
      out.push(...this.deliver(openParcel(next, name, meddling), meddling, version));
    }
    return out;
  }

  private changeRecord({ type, version, fragment }: RawRecord): Uint8Array[] | 'cut' {
    const meddling = this.due(pointOf(type));
    if (type === 'change_cipher_spec') this.sealed = true;
    if (meddling?.fault === 'cut') return 'cut';
    return this.deliver({ contentType: type, bytes: fragment }, meddling, version);
  }

  private due(point: FaultPoint): Meddling | undefined {
    const count = (this.counts.get(point) ?? 0) + 1;
    this.counts.set(point, count);
    const meddling = this.meddlings.find(({ at, nth = 1 }) => at === point && nth === count);
    if (meddling !== undefined) this.did(`${point}: ${describeMeddling(meddling)}`);
    return meddling;
  }

  private deliver(parcel: Parcel, fault: Fault | undefined, version: number): Uint8Array[] {
    return this.injector.deliver(parcel, fault).map(({ contentType, bytes, corrupt }) => {
      const fragment = corrupt === undefined ? bytes : bytes.slice();
      corrupt?.(fragment);
      return encodeRawRecord({ type: contentType, version, fragment });
    });
  }
}

function openParcel(bytes: Uint8Array, name: HandshakeName | undefined, fault: Fault | undefined): Parcel {
  const codec = name && CODECS[name];
  const decoded = codec && decodeMessage(codec, bytes);
  if (decoded?.message === undefined) return { contentType: 'handshake', bytes };
  // Bytes that nobody asked her to change stay as they were made.
  const told = fault === undefined ? decoded.message : tellLie(decoded.message, fault);
  const message: EncodedMessage<unknown> = encodeMessage(codec!, told);
  return { contentType: 'handshake', bytes: told === decoded.message ? bytes : message.bytes, message };
}

/** Sealed handshake records hold Finished, as far as an outsider can tell. */
function pointOf(type: RawRecord['type']): FaultPoint {
  return POINTS[type];
}

const POINTS: Readonly<Record<RawRecord['type'], FaultPoint>> = {
  handshake: 'Finished',
  change_cipher_spec: 'ChangeCipherSpec',
  alert: 'Alert',
  application_data: 'ApplicationData',
};

function describeMeddling(meddling: Meddling): string {
  return meddling.fault === 'cut' ? 'ends the stream there' : describeFault(meddling);
}
