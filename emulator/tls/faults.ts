/**
 * Misbehaviour on purpose: what a peer is told to do wrong, at which of its messages. Plain data, so that a
 * scenario can say it.
 *
 * Two kinds. A *lie* (another certificate, a missing extension, an older version) is what the peer stands by: its
 * own transcript holds it, so that the other side has only the lie itself to find. *Damage* (flipped, cut, lost,
 * repeated) comes after: the peer believes that it said the right thing, and the two transcripts differ.
 */

import { ALERT_CODES, type AlertName, TlsError } from './engine.ts';
import { type CertificateEntry, entriesOf } from './messages/certificate13.ts';
import type { ExtensionName } from './messages/extensions.ts';
import type { HandshakeName } from './messages/handshake.ts';
import { versionName } from './versions.ts';

/** What is about to be sent: a message by name, or one of the other records. */
export type FaultPoint = HandshakeName | 'ChangeCipherSpec' | 'Alert' | 'ApplicationData';

export type FaultAction =
  /** Not sent. */
  | { readonly fault: 'drop' }
  /** Sent twice. */
  | { readonly fault: 'duplicate' }
  /** Sent after the next thing that is sent. */
  | { readonly fault: 'reorder' }
  /**
   * One byte is XORed with `mask` (default 1). `offset` counts from the start of the message, header included, or
   * of the first field of that name; negative from the end.
   */
  | {
      readonly fault: 'flip-byte';
      readonly offset: number;
      readonly mask?: number;
      readonly field?: string;
    }
  /** The same in the record's fragment, after protection. */
  | { readonly fault: 'corrupt-record'; readonly offset: number; readonly mask?: number }
  /** Only the first `length` bytes of the body are sent. The header says so, unless `keepHeader` is set. */
  | { readonly fault: 'truncate'; readonly length: number; readonly keepHeader?: boolean }
  /** The header says `by` bytes more (or less) than there are. */
  | { readonly fault: 'wrong-length'; readonly by: number }
  /** Instead, an earlier message of this side is sent again. */
  | { readonly fault: 'replay'; readonly message: HandshakeName }
  | { readonly fault: 'substitute-certificate'; readonly chain: readonly Uint8Array[] }
  | { readonly fault: 'strip-extension'; readonly extension: ExtensionName }
  | { readonly fault: 'downgrade-version'; readonly version: number }
  /** Of the suites in a ClientHello only these are left. */
  | { readonly fault: 'strip-suites'; readonly keep: readonly number[] }
  /** Instead, an alert is sent. The peer goes on as if nothing had happened. */
  | { readonly fault: 'send-alert'; readonly level: 'warning' | 'fatal'; readonly alert: AlertName }
  /** A HelloRequest goes first: the server wants to handshake anew (RFC 5246 section 7.4.1.1). */
  | { readonly fault: 'hello-request' }
  /** Neither this nor anything after it is sent. */
  | { readonly fault: 'stall' };

export type Fault = FaultAction & {
  readonly at: FaultPoint;
  /** Which one of that name; the first is 1, and the default. */
  readonly nth?: number;
};

/** For the trace, in words. */
export function describeFault(fault: FaultAction): string {
  switch (fault.fault) {
    case 'flip-byte': {
      const where = fault.field === undefined ? 'of the message' : `of ${fault.field}`;
      return `flips bits ${hexByte(fault.mask)} in ${place(fault.offset)} ${where}`;
    }
    case 'corrupt-record':
      return `flips bits ${hexByte(fault.mask)} in ${place(fault.offset)} of the protected record`;
    case 'truncate':
      return `sends only ${fault.length} bytes of the body`;
    case 'wrong-length':
      return `gives a length that is wrong by ${fault.by}`;
    case 'replay':
      return `sends its ${fault.message} again instead`;
    case 'substitute-certificate':
      return `shows another chain of ${fault.chain.length}`;
    case 'strip-extension':
      return `leaves ${fault.extension} out`;
    case 'downgrade-version':
      return `says ${versionName(fault.version)}`;
    case 'strip-suites':
      return `leaves ${fault.keep.length === 1 ? 'one suite' : `${fault.keep.length} suites`} of those offered`;
    case 'send-alert':
      return `sends the ${fault.level} alert ${fault.alert} instead`;
    default:
      return WORDS[fault.fault];
  }
}

const WORDS: Readonly<Record<'drop' | 'duplicate' | 'reorder' | 'hello-request' | 'stall', string>> = {
  drop: 'does not send it',
  duplicate: 'sends it twice',
  reorder: 'sends it after what should follow',
  'hello-request': 'asks for a new handshake first',
  stall: 'falls silent',
};

function place(offset: number): string {
  if (offset >= 0) return `byte ${offset}`;
  return offset === -1 ? 'the last byte' : `byte ${-offset} from the end`;
}

function hexByte(mask = 1): string {
  return `0x${mask.toString(16).padStart(2, '0')}`;
}

/** Everything that a lie can be told in. Messages that hold none of it stay as they are. */
interface Editable {
  readonly version?: number;
  readonly suites?: readonly number[];
  readonly chain?: readonly Uint8Array[];
  /** The chain in TLS 1.3. */
  readonly entries?: readonly CertificateEntry[];
  readonly extensions?: readonly { readonly name: string; readonly versions?: readonly number[] }[];
}

/** The message with the lie in it; the message itself for faults of another kind. Throws TlsError "internal". */
export function tellLie<T>(message: T, fault: Fault): T {
  const told: Editable = message ?? {};
  switch (fault.fault) {
    case 'substitute-certificate':
      if (told.entries !== undefined) return { ...message, entries: entriesOf(fault.chain) };
      return { ...message, chain: held(fault, told.chain) && fault.chain };
    case 'strip-extension': {
      const extensions = held(fault, told.extensions).filter(({ name }) => name !== fault.extension);
      return { ...message, extensions };
    }
    case 'strip-suites':
      return { ...message, suites: held(fault, told.suites).filter((id) => fault.keep.includes(id)) };
    case 'downgrade-version':
      held(fault, told.version);
      return { ...message, version: fault.version, extensions: withoutVersions(told.extensions ?? []) };
    default:
      return message;
  }
}

/** TLS 1.3 says its version in an extension (RFC 8446 section 4.2.1): without it the old field counts. */
function withoutVersions(extensions: NonNullable<Editable['extensions']>): Editable['extensions'] {
  return extensions.filter(({ name }) => name !== 'supported_versions');
}

function held<V>(fault: Fault, value: V | undefined): V {
  if (value !== undefined) return value;
  throw new TlsError('internal', `the fault ${fault.fault} has nothing to change in ${fault.at}`);
}

/** The two bytes of an alert (RFC 8446 section 6). */
export function alertBytes(level: 'warning' | 'fatal', alert: AlertName): Uint8Array {
  return Uint8Array.of(level === 'warning' ? 1 : 2, ALERT_CODES[alert]);
}
