/** A connection outside the world, as the gateway drives it: a socket of Node's, or what a browser has instead. */
export interface OutsideSocket {
  readonly destroyed: boolean;
  readonly writable: boolean;
  /** Bytes that wait to leave. */
  readonly writableLength: number;
  /** Enough waits: `drain` tells when more may be written. */
  readonly writableNeedDrain: boolean;
  /** Everything has left, the end too. */
  readonly writableFinished: boolean;
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): unknown;
  end(): unknown;
  pause(): unknown;
  resume(): unknown;
  resetAndDestroy(): unknown;
  destroy(): unknown;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: OutsideError) => void): unknown;
  on(event: 'connect' | 'end' | 'drain' | 'close', listener: () => void): unknown;
  once(event: 'error', listener: (error: OutsideError) => void): unknown;
  once(event: 'connect', listener: () => void): unknown;
  off(event: 'error', listener: (error: OutsideError) => void): unknown;
}

/** `code` as Node has it: ECONNREFUSED, ECONNRESET, EPIPE, … */
export interface OutsideError extends Error {
  readonly code?: string | undefined;
}
