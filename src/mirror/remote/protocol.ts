/**
 * How a page mirrors a scenario to a board that it alone can reach (WebSerial): the mirror runs at the server that the page
 * came from, and the board's line goes there through a WebSocket, one a mirror, to `mirror/session`. The token of that
 * server's start goes along as a subprotocol. Binary messages are the line's bytes, both ways. Text messages are JSON:
 *
 *     page:   begin      first, and once
 *     page:   written    the last bytes of the server's are on their way to the board
 *     page:   lost       the line is gone
 *     page:   stop       somebody has had enough
 *     server: progress   what is done now
 *     server: end        the board is as it was, and this came of it; then the WebSocket closes
 */
import type { FileTexts } from '../../scenario/file-texts.ts';
import type { TimedRow } from '../parity/row.ts';

export const MIRROR_PROTOCOL = 'tls-sandbox-mirror';

/** Bytes of `begin`, and of any other message. */
export const LARGEST_BEGIN = 4_000_000;
export const LARGEST_MESSAGE = 65_536;

/** Close codes of RFC 6455's private range. */
export const MIRROR_CLOSE = {
  /** Nothing that this protocol knows. */
  unknown: 4400,
  /** Not what the operator allowed. */
  notAllowed: 4403,
  /** Nothing was begun. */
  late: 4408,
  /** Too much at once. */
  tooFast: 4429,
} as const;

export interface MirrorBegin {
  readonly kind: 'begin';
  /** What the page calls the port. */
  readonly port: string;
  readonly name: string;
  readonly files: FileTexts;
  /** Instead of the scenario's. */
  readonly seed?: number;
  /** The board profile of the emulated run, by name. */
  readonly board?: string;
}

export type PageMessage =
  | MirrorBegin
  | { readonly kind: 'written' | 'stop' }
  | { readonly kind: 'lost'; readonly reason: string };

export type ServerMessage =
  | { readonly kind: 'progress'; readonly text: string }
  /** As a row of `mirror --json`, or why there is none. */
  | { readonly kind: 'end'; readonly row: TimedRow }
  | { readonly kind: 'end'; readonly failed: string };

/** What `mirror/status` answers. */
export interface MirrorStatus {
  /** The operator lets the page mirror scenarios. */
  readonly isOn: boolean;
  /** The server knows the Wi-Fi network for boards. */
  readonly hasWifi: boolean;
}

/** Undefined for what no page says. What is in the files is another matter. */
export function readPageMessage(text: string): PageMessage | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { kind, reason } = said as { kind?: unknown; reason?: unknown };
  if (kind === 'written' || kind === 'stop') return { kind };
  if (kind === 'lost') return typeof reason === 'string' ? { kind, reason } : undefined;
  return kind === 'begin' ? readBegin(said) : undefined;
}

function readBegin(said: object): MirrorBegin | undefined {
  const { port, name, files, seed, board } = said as Record<string, unknown>;
  if (typeof port !== 'string' || typeof name !== 'string') return undefined;
  if (typeof files !== 'object' || files === null) return undefined;
  if (seed !== undefined && !(Number.isSafeInteger(seed) && (seed as number) >= 0)) return undefined;
  if (board !== undefined && typeof board !== 'string') return undefined;
  return {
    kind: 'begin',
    port,
    name,
    files: files as FileTexts,
    ...(seed !== undefined && { seed: seed as number }),
    ...(board !== undefined && { board }),
  };
}
