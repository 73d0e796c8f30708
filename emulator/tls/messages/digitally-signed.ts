/** RFC 5246 section 4.7: an algorithm and a signature. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { describeScheme } from '../signature-schemes.ts';

export interface DigitallySigned {
  /** SignatureAndHashAlgorithm, as the number of a SignatureScheme. */
  readonly scheme: number;
  readonly signature: Uint8Array;
}

export function writeDigitallySigned(w: Writer, { scheme, signature }: DigitallySigned): void {
  w.u16('algorithm', scheme, describeScheme(scheme));
  const end = w.lengthU16('signature');
  w.bytes('signature_value', signature);
  end(`${signature.length} bytes`);
}

export function readDigitallySigned(r: Reader): DigitallySigned {
  const scheme = r.u16('algorithm', describeScheme);
  const end = r.lengthU16('signature');
  const signature = r.rest('signature_value').slice();
  end(`${signature.length} bytes`);
  return { scheme, signature };
}
