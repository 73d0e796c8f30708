/** A trace or a capture from a file or from standard input: what `explain` draws, and in which `why` looks for causes. */
import { gunzipSync } from 'node:zlib';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { CaptureFormatError } from '../capture/packets.ts';
import { isCapture, readCapture } from '../capture/read.ts';
import { traceOfCapture } from '../capture/trace-of-capture.ts';
import { parseJsonLines, TraceFormatError } from '../report/json-lines.ts';
import { UsageError } from './exit-codes.ts';
import { readBytes, readText } from './files.ts';

/** Captures are read into memory whole. */
const MOST_UNPACKED = 1024 ** 3;
const GZIP_MAGIC = [0x1f, 0x8b];

/** `bytes`: a trace, or a capture with the secrets in `keylog`. Throws UsageError; `file` is what it is called then. */
export function readEvents(file: string, bytes: Uint8Array, keylog?: string): TraceEvent[] {
  const name = file === '-' ? 'standard input' : file;
  try {
    if (isCapture(bytes)) return explainCapture(name, bytes, keylog);
    if (keylog !== undefined) {
      throw new UsageError(`${name} is no capture: --keylog is for captures, a trace holds its secrets`);
    }
    return parseJsonLines(textOf(bytes));
  } catch (error) {
    if (!(error instanceof CaptureFormatError || error instanceof TraceFormatError)) throw error;
    throw new UsageError(`${name}: ${error.message}`);
  }
}

function explainCapture(source: string, bytes: Uint8Array, keyLogFile: string | undefined): TraceEvent[] {
  const capture = readCapture(bytes);
  const keyLog = keyLogFile === undefined ? '' : readKeyLog(keyLogFile);
  const name = source.slice(source.lastIndexOf('/') + 1);
  return traceOfCapture(capture, { crypto: nodeProvider, name, keyLog });
}

function readKeyLog(file: string): string {
  const text = readText(file);
  // A file that was mixed up with another is told as such, and not as one without secrets.
  const hasSecrets = /^\s*[A-Z][A-Z0-9_]*\s+[0-9a-f]{64}\s/im.test(text);
  const isEmpty = text.split('\n').every((line) => line.trim() === '' || line.startsWith('#'));
  if (hasSecrets || isEmpty) return text;
  throw new UsageError(
    `${file} is no key log: its lines are "LABEL client_random secret", as SSLKEYLOGFILE has them`,
  );
}

/** The whole of a file, unpacked where it is gzip; `-` is standard input. Throws UsageError. */
export async function readInput(file: string): Promise<Uint8Array> {
  return unpacked(file, file === '-' ? await readStandardInput() : readBytes(file));
}

/** Piece by piece: a pipe may have nothing to read yet. */
async function readStandardInput(): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece);
  return Buffer.concat(pieces);
}

function unpacked(file: string, bytes: Uint8Array): Uint8Array {
  if (!GZIP_MAGIC.every((byte, i) => bytes[i] === byte)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED });
  } catch (error) {
    throw new UsageError(`${file}: cannot unpack it: ${(error as Error).message}`);
  }
}

/** A trace is lines of JSON objects; a file that begins otherwise is told what would be wanted. */
function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  if (text.trimStart().startsWith('{')) return text;
  throw new TraceFormatError(
    'neither a trace, as `run --json` writes it, nor a capture, as `run --pcap`, Wireshark and tcpdump do (pcapng, pcap)',
  );
}
