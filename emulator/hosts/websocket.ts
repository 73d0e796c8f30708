/**
 * WebSocket from the server's side (RFC 6455): the answer to the upgrade, and a service that gives every message back.
 * Extensions and subprotocols are not negotiated.
 */
import type { CryptoProvider } from '../crypto/provider.ts';
import { concat, concatAll } from '../world/bytes.ts';
import type { ByteStream } from './byte-stream.ts';
import type { HttpRequest, HttpResponse } from './http1.ts';

/** RFC 6455 section 1.3: it shows that the server knows what it is asked for. */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FIN = 0x80;
const RESERVED = 0x70;
const MASK = 0x80;
const OPCODE = 0x0f;
const LENGTH = 0x7f;

/** Of a whole message; more is refused with 1009. */
const MAX_MESSAGE = 65_536;

const PROTOCOL_ERROR = 1002;
const TOO_BIG = 1009;

/** What the server answers to a request for its echo service (section 4.2). */
export function upgradeToEcho(request: HttpRequest, crypto: CryptoProvider): HttpResponse {
  const key = request.headers.get('sec-websocket-key');
  const asked = (request.headers.get('upgrade') ?? '').toLowerCase() === 'websocket';
  if (!asked || key === undefined || request.headers.get('sec-websocket-version') !== '13') {
    return {
      status: 426,
      headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      body: 'WebSocket, version 13, is spoken here\n',
    };
  }
  const digest = crypto.hash('sha1', new TextEncoder().encode(key + KEY_SUFFIX));
  return {
    status: 101,
    headers: {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Accept': btoa(String.fromCharCode(...digest)),
    },
    upgrade: (stream, early) => new EchoConnection(stream).begin(early),
  };
}

interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** Why a connection is given up: a status code of section 7.4.1. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`WebSocket status ${status}`);
    this.status = status;
  }
}

class EchoConnection {
  private readonly stream: ByteStream;
  private pending: Uint8Array = new Uint8Array(0);
  /** Of a message in several frames: the opcode of the first, and what has come. */
  private opcode: number | undefined;
  private readonly parts: Uint8Array[] = [];
  private closed = false;

  constructor(stream: ByteStream) {
    this.stream = stream;
  }

  begin(early: Uint8Array): void {
    this.stream.onData = (bytes) => this.receive(bytes);
    this.receive(early);
  }

  private receive(bytes: Uint8Array): void {
    this.pending = concat(this.pending, bytes);
    try {
      while (!this.closed) {
        const read = readFrame(this.pending);
        if (read === undefined) return;
        this.pending = this.pending.slice(read.length);
        this.take(read.frame);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.close(Uint8Array.of(error.status >>> 8, error.status));
    }
  }

  private take(frame: Frame): void {
    switch (frame.opcode) {
      case Opcode.ping:
        this.send(Opcode.pong, frame.payload);
        return;
      case Opcode.pong:
        return;
      case Opcode.close:
        // Section 5.5.1: the status goes back as it came.
        this.close(frame.payload.slice(0, 2));
        return;
      default:
        this.takePart(frame);
    }
  }

  /** Section 5.4: a message is its first frame, named, and continuations up to the final one. */
  private takePart({ final, opcode, payload }: Frame): void {
    const continues = opcode === Opcode.continuation;
    if (continues !== (this.opcode !== undefined) || opcode > Opcode.binary)
      throw new Refusal(PROTOCOL_ERROR);
    this.opcode ??= opcode;
    this.parts.push(payload);
    const message = concatAll(this.parts);
    if (message.length > MAX_MESSAGE) throw new Refusal(TOO_BIG);
    if (!final) return;
    this.send(this.opcode, message);
    this.opcode = undefined;
    this.parts.length = 0;
  }

  private close(status: Uint8Array): void {
    this.send(Opcode.close, status);
    this.closed = true;
    this.stream.end();
  }

  /** A server does not mask (section 5.1). */
  private send(opcode: number, payload: Uint8Array): void {
    this.stream.write(concat(Uint8Array.of(FIN | opcode), lengthBytes(payload.length), payload));
  }
}

/** The first frame and the octets that it takes; undefined when it is not whole. Throws Refusal. */
function readFrame(bytes: Uint8Array): { frame: Frame; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes[0]!, bytes[1]!];
  const opcode = first & OPCODE;
  const isControl = opcode >= Opcode.close;
  // Section 5.1: a client masks whatever it sends. Section 5.5: control frames are short and whole.
  if ((second & MASK) === 0 || (first & RESERVED) !== 0) throw new Refusal(PROTOCOL_ERROR);
  if (isControl && ((second & LENGTH) > 125 || (first & FIN) === 0)) throw new Refusal(PROTOCOL_ERROR);
  const extended = { 126: 2, 127: 8 }[second & LENGTH] ?? 0;
  const maskAt = 2 + extended;
  const payloadAt = maskAt + 4;
  if (bytes.length < payloadAt) return undefined;
  const length = extended === 0 ? second & LENGTH : bigEndian(bytes.subarray(2, maskAt));
  if (length > MAX_MESSAGE) throw new Refusal(TOO_BIG);
  if (bytes.length < payloadAt + length) return undefined;
  const mask = bytes.subarray(maskAt, payloadAt);
  const payload = bytes.slice(payloadAt, payloadAt + length).map((byte, i) => byte ^ mask[i % 4]!);
  return { frame: { final: (first & FIN) !== 0, opcode, payload }, length: payloadAt + length };
}

/** Section 5.2, in the shortest form. */
function lengthBytes(length: number): Uint8Array {
  if (length < 126) return Uint8Array.of(length);
  if (length <= 0xffff) return Uint8Array.of(126, length >>> 8, length);
  const out = new Uint8Array(9);
  out[0] = 127;
  new DataView(out.buffer).setUint32(5, length);
  return out;
}

function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
