/** What a capture file holds, whatever its format. */

export interface CapturedPacket {
  /** Unix time, nanoseconds: more than a JS number holds exactly. */
  readonly time: bigint;
  /** The interface's name, or "interface 0" where the file gives none. */
  readonly link: string;
  /** LINKTYPE_…: what the bytes begin with. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Bytes that the packet had; more than are here when the capture cut it (its snapshot length). */
  readonly originalLength: number;
  readonly comment: string | undefined;
}

export interface Capture {
  readonly packets: readonly CapturedPacket[];
  /** Comment of the first section. */
  readonly comment: string | undefined;
  /** NSS key log text that the file brings along (pcapng, Decryption Secrets Block). */
  readonly keyLog: string;
  /** Names by address (pcapng, Name Resolution Block). */
  readonly names: ReadonlyMap<string, string>;
}

/** A file that is no capture, or a damaged one. The message gives the offset in bytes. */
export class CaptureFormatError extends Error {
  override readonly name = 'CaptureFormatError';

  constructor(offset: number, what: string) {
    super(`at byte ${offset}: ${what}`);
  }
}
