/**
 * Telnet's bytes (RFC 854, options RFC 855), as a pure codec for either end: what comes is taken apart into data,
 * option requests and subnegotiations; what goes is put together. Who may agree to which option is `TelnetOptions`.
 */

/** Interpret as command; as a byte of data it is sent twice. */
export const IAC = 255;
const SE = 240;
const SB = 250;

/** RFC 855: WILL and WONT speak of the sender's own side, DO and DONT of the other's. */
export const VERB = { will: 251, wont: 252, do: 253, dont: 254 } as const;
export type Verb = keyof typeof VERB;

/** Options that a serial line over Telnet needs. */
export const OPTION = {
  /** RFC 856: bytes go as they are. */
  binary: 0,
  /** RFC 857 */
  echo: 1,
  /** RFC 858: no turn-taking. */
  suppressGoAhead: 3,
  /** RFC 2217 */
  comPort: 44,
} as const;

const NUL = 0;
const RETURN = 0x0d;

/** Bytes of one subnegotiation that are kept; a peer that sends more has lost its way. */
const LONGEST_SUBNEGOTIATION = 4096;

export type TelnetEvent =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'option'; readonly verb: Verb; readonly option: number }
  | { readonly kind: 'subnegotiation'; readonly option: number; readonly payload: Uint8Array };

type State = 'data' | 'return' | 'command' | 'option' | 'subnegotiation' | 'subnegotiation-command';

const VERB_BY_CODE = new Map<number, Verb>(Object.entries(VERB).map(([verb, code]) => [code, verb as Verb]));

export class TelnetDecoder {
  /** The other end sends bytes as they are (RFC 856); before that a lone \r comes as \r NUL (RFC 854). */
  binary = false;
  private state: State = 'data';
  private verb: Verb = 'will';
  private data: number[] = [];
  private payload: number[] = [];
  private events: TelnetEvent[] = [];

  /** What these bytes complete, in order. Commands without an option (NOP, AYT, …) are passed over. */
  decode(bytes: Uint8Array): TelnetEvent[] {
    for (const byte of bytes) this.accept(byte);
    this.endData();
    const { events } = this;
    this.events = [];
    return events;
  }

  private accept(byte: number): void {
    switch (this.state) {
      case 'return':
        this.state = 'data';
        if (byte === NUL) return;
        this.acceptData(byte);
        return;
      case 'data':
        this.acceptData(byte);
        return;
      case 'command':
        this.acceptCommand(byte);
        return;
      case 'option':
        this.endData();
        this.events.push({ kind: 'option', verb: this.verb, option: byte });
        this.state = 'data';
        return;
      case 'subnegotiation':
        if (byte === IAC) this.state = 'subnegotiation-command';
        else this.keep(byte);
        return;
      case 'subnegotiation-command':
        this.acceptInSubnegotiation(byte);
        return;
    }
  }

  private acceptData(byte: number): void {
    if (byte === IAC) {
      this.state = 'command';
      return;
    }
    this.data.push(byte);
    if (byte === RETURN && !this.binary) this.state = 'return';
  }

  private acceptCommand(byte: number): void {
    this.state = 'data';
    const verb = VERB_BY_CODE.get(byte);
    if (byte === IAC) this.data.push(IAC);
    else if (byte === SB) {
      this.payload = [];
      this.state = 'subnegotiation';
    } else if (verb !== undefined) {
      this.verb = verb;
      this.state = 'option';
    }
  }

  private acceptInSubnegotiation(byte: number): void {
    if (byte === IAC) {
      this.keep(IAC);
      this.state = 'subnegotiation';
      return;
    }
    this.state = 'data';
    // Whatever command it is, the subnegotiation is over; only SE makes it whole.
    const [option, ...payload] = this.payload;
    if (byte !== SE || option === undefined) return;
    this.endData();
    this.events.push({ kind: 'subnegotiation', option, payload: Uint8Array.from(payload) });
  }

  private keep(byte: number): void {
    if (this.payload.length < LONGEST_SUBNEGOTIATION) this.payload.push(byte);
  }

  private endData(): void {
    if (this.data.length === 0) return;
    this.events.push({ kind: 'data', bytes: Uint8Array.from(this.data) });
    this.data = [];
  }
}

/** Data as it goes over the line; `binary` as the receiver has agreed to. */
export function encodeData(bytes: Uint8Array, binary = true): Uint8Array {
  if (!bytes.includes(IAC) && (binary || !bytes.includes(RETURN))) return bytes;
  const encoded: number[] = [];
  bytes.forEach((byte, at) => {
    encoded.push(byte);
    if (byte === IAC) encoded.push(IAC);
    else if (byte === RETURN && !binary && bytes[at + 1] !== 0x0a) encoded.push(NUL);
  });
  return Uint8Array.from(encoded);
}

export function encodeOption(verb: Verb, option: number): Uint8Array {
  return Uint8Array.of(IAC, VERB[verb], option);
}

export function encodeSubnegotiation(option: number, payload: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, SB, option, ...encodeData(payload), IAC, SE);
}
