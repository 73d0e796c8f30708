/** RFC 8422 section 5.4: the server's ephemeral ECDH key, signed. */
import type { Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { describeGroup } from '../groups.ts';
import { schemeById } from '../signature-schemes.ts';
import { type DigitallySigned, readDigitallySigned, writeDigitallySigned } from './digitally-signed.ts';
import type { MessageCodec } from './handshake.ts';

/** ECCurveType: explicit curves (1, 2) are not used by anyone. */
const NAMED_CURVE = 3;

export interface ServerEcdhParams {
  readonly group: number;
  /** Undefined group: the curve type was not named_curve. */
  readonly curveType: number;
  readonly publicKey: Uint8Array;
}

export interface EcdheServerKeyExchange {
  readonly params: ServerEcdhParams;
  /** The parameters as they are on the wire: what is signed, after both randoms. */
  readonly paramsBytes: Uint8Array;
  readonly signed: DigitallySigned;
}

export const ecdheServerKeyExchange: MessageCodec<EcdheServerKeyExchange> = {
  name: 'ServerKeyExchange',

  write(w: Writer, { params, signed }: EcdheServerKeyExchange): void {
    writeParams(w, params);
    writeDigitallySigned(w, signed);
  },

  read(r: Reader): EcdheServerKeyExchange {
    const params = readParams(r);
    const signed = readDigitallySigned(r);
    return { params, paramsBytes: encodeEcdhParams(params), signed };
  },

  summary({ params, signed }: EcdheServerKeyExchange): readonly string[] {
    const scheme = schemeById(signed.scheme);
    return [describeGroup(params.group), `signed ${scheme?.words ?? 'with an unknown algorithm'}`];
  },
};

export function ecdhParams(group: number, publicKey: Uint8Array): ServerEcdhParams {
  return { curveType: NAMED_CURVE, group, publicKey };
}

export function encodeEcdhParams(params: ServerEcdhParams): Uint8Array {
  const w = new Writer();
  writeParams(w, params);
  return w.finish().bytes;
}

function writeParams(w: Writer, params: ServerEcdhParams): void {
  const end = w.group('params');
  w.u8('curve_type', params.curveType, describeCurveType(params.curveType));
  w.u16('namedcurve', params.group, describeGroup(params.group));
  writePoint(w, params.publicKey);
  end();
}

function readParams(r: Reader): ServerEcdhParams {
  const end = r.group('params');
  const curveType = r.u8('curve_type', describeCurveType);
  const group = r.u16('namedcurve', describeGroup);
  const publicKey = readPoint(r);
  end();
  return { curveType, group, publicKey };
}

/** Also the body of an ECDHE ClientKeyExchange (RFC 8422 section 5.7). */
export function writePoint(w: Writer, publicKey: Uint8Array): void {
  const end = w.lengthU8('public');
  w.bytes('point', publicKey);
  end(`${publicKey.length} bytes`);
}

export function readPoint(r: Reader): Uint8Array {
  const end = r.lengthU8('public');
  if (r.remaining === 0) throw r.error('public', 'is empty');
  const publicKey = r.rest('point').slice();
  end(`${publicKey.length} bytes`);
  return publicKey;
}

export function isNamedCurve(params: ServerEcdhParams): boolean {
  return params.curveType === NAMED_CURVE;
}

function describeCurveType(type: number): string {
  return type === NAMED_CURVE ? 'named_curve' : `type ${type}`;
}
