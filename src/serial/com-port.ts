/**
 * RFC 2217, Telnet Com Port Control Option: the messages of both ends as objects, and their bytes. A client's commands
 * are numbered from 0, a server's answers from 100; an answer tells what the port is set to now. The bytes are
 * the payload of a Telnet subnegotiation (`telnet.ts`).
 */

/** RFC 2217, section 2: what a client may say. */
const COMMAND = {
  signature: 0,
  baudRate: 1,
  dataSize: 2,
  parity: 3,
  stopSize: 4,
  control: 5,
  notifyLineState: 6,
  notifyModemState: 7,
  suspend: 8,
  resume: 9,
  lineStateMask: 10,
  modemStateMask: 11,
  purge: 12,
} as const;

export type ComPortCommand = keyof typeof COMMAND;

/** Added to a command by a server. */
const SERVER = 100;

/** RFC 2217, "SET-CONTROL": each value either asks or sets. */
export const CONTROL = {
  askOutboundFlow: 0,
  noOutboundFlow: 1,
  xonXoffOutbound: 2,
  hardwareOutbound: 3,
  askBreak: 4,
  breakOn: 5,
  breakOff: 6,
  askDtr: 7,
  dtrOn: 8,
  dtrOff: 9,
  askRts: 10,
  rtsOn: 11,
  rtsOff: 12,
  askInboundFlow: 13,
  noInboundFlow: 14,
  xonXoffInbound: 15,
  hardwareInbound: 16,
} as const;

export const PARITY = { ask: 0, none: 1, odd: 2, even: 3, mark: 4, space: 5 } as const;
export const STOP_SIZE = { ask: 0, one: 1, two: 2, oneAndAHalf: 3 } as const;
export const PURGE = { receive: 1, transmit: 2, both: 3 } as const;

/** "NOTIFY-MODEMSTATE", the upper half as it is, the lower half what has changed. */
export const MODEM_STATE = { cts: 16, dsr: 32, ring: 64, carrier: 128 } as const;

export type ComPortMessage =
  | { readonly command: 'signature'; readonly text: string }
  /** 0 asks. Bits per second. */
  | { readonly command: 'baudRate'; readonly value: number }
  | { readonly command: 'suspend' | 'resume' }
  | {
      readonly command: Exclude<ComPortCommand, 'signature' | 'baudRate' | 'suspend' | 'resume'>;
      /** One octet. */
      readonly value: number;
    };

export type ComPortEnd = 'client' | 'server';

const BY_CODE = new Map<number, ComPortCommand>(
  Object.entries(COMMAND).map(([name, code]) => [code, name as ComPortCommand]),
);

const BAUD_OCTETS = 4;

/** `from`: which end speaks. */
export function encodeComPort(from: ComPortEnd, message: ComPortMessage): Uint8Array {
  const code = COMMAND[message.command] + (from === 'server' ? SERVER : 0);
  return Uint8Array.of(code, ...encodeValue(message));
}

function encodeValue(message: ComPortMessage): Uint8Array {
  if ('text' in message) return new TextEncoder().encode(message.text);
  if (!('value' in message)) return Uint8Array.of();
  if (message.command !== 'baudRate') return Uint8Array.of(message.value);
  const octets = new Uint8Array(BAUD_OCTETS);
  new DataView(octets.buffer).setUint32(0, message.value);
  return octets;
}

/** Undefined for what `from` cannot have meant: an unknown command, another end's, or a value of a wrong length. */
export function decodeComPort(from: ComPortEnd, payload: Uint8Array): ComPortMessage | undefined {
  const [code, ...value] = payload;
  if (code === undefined) return undefined;
  const command = BY_CODE.get(code - (from === 'server' ? SERVER : 0));
  if (command === undefined) return undefined;
  if (command === 'signature') return { command, text: new TextDecoder().decode(payload.subarray(1)) };
  if (command === 'suspend' || command === 'resume') return { command };
  if (command !== 'baudRate') return value.length === 1 ? { command, value: value[0]! } : undefined;
  if (value.length !== BAUD_OCTETS) return undefined;
  return { command, value: new DataView(Uint8Array.from(value).buffer).getUint32(0) };
}
