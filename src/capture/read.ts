import { type Capture, CaptureFormatError } from './packets.ts';
import { pcapOrder, readPcap } from './pcap.ts';
import { readPcapng, SECTION_HEADER } from './pcapng.ts';

/** Whether a file is a capture of a format known here, by its first bytes. */
export function isCapture(file: Uint8Array): boolean {
  return isPcapng(file) || pcapOrder(file) !== undefined;
}

/** Throws CaptureFormatError, with the offset, for a file that is damaged. */
export function readCapture(contents: Uint8Array): Capture {
  // Node's Buffers are Uint8Arrays whose parts are Buffers in turn, and those are written to JSON in their own way.
  const file = new Uint8Array(contents.buffer, contents.byteOffset, contents.length);
  if (isPcapng(file)) return readPcapng(file);
  const order = pcapOrder(file);
  if (order === undefined) throw new CaptureFormatError(0, 'neither pcapng nor pcap');
  return readPcap(file, order);
}

function isPcapng(file: Uint8Array): boolean {
  return file.length >= 4 && new DataView(file.buffer, file.byteOffset).getUint32(0) === SECTION_HEADER;
}
