/**
 * What a server adds to its certificate for the key exchange: an identity hint (RFC 4279 section 2), an ephemeral ECDH
 * key (RFC 8422 section 5.4), both (RFC 5489 section 2); the key is signed where the certificate's key signs.
 */
import { EMPTY, latin1Text } from '../codec/bytes.ts';
import type { Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { TlsError } from '../engine.ts';
import { describeGroup } from '../groups.ts';
import type { KeyExchangeTraits } from '../key-exchanges.ts';
import { schemeById } from '../signature-schemes.ts';
import { type DigitallySigned, readDigitallySigned, writeDigitallySigned } from './digitally-signed.ts';
import type { MessageCodec } from './handshake.ts';

/** ECCurveType: explicit curves (1, 2) are not used by anyone. */
const NAMED_CURVE = 3;

export interface ServerEcdhParams {
  readonly group: number;
  readonly publicKey: Uint8Array;
}

export interface ServerKeyExchange {
  readonly identityHint?: Uint8Array;
  readonly params?: ServerEcdhParams;
  readonly signed?: DigitallySigned;
}

/** The codec for a key exchange: no field says which of the three parts there are. */
export function serverKeyExchange(traits: KeyExchangeTraits): MessageCodec<ServerKeyExchange> {
  const isSigned = traits.ephemeral && traits.certificate?.use === 'signature';
  return {
    name: 'ServerKeyExchange',

    write(w: Writer, { identityHint, params, signed }: ServerKeyExchange): void {
      if (traits.psk) writeOpaque16(w, 'psk_identity_hint', identityHint ?? EMPTY);
      if (params !== undefined) writeParams(w, params);
      if (signed !== undefined) writeDigitallySigned(w, signed);
    },

    read: (r: Reader): ServerKeyExchange => ({
      ...(traits.psk && { identityHint: readOpaque16(r, 'psk_identity_hint') }),
      ...(traits.ephemeral && { params: readParams(r) }),
      ...(isSigned && { signed: readDigitallySigned(r) }),
    }),

    summary: ({ identityHint, params, signed }: ServerKeyExchange): readonly string[] => [
      ...(params === undefined ? [] : [describeGroup(params.group)]),
      ...(identityHint === undefined ? [] : [describeHint(identityHint)]),
      ...(signed === undefined ? [] : [`signed ${describeSigned(signed)}`]),
      ...(signed === undefined && traits.ephemeral && !traits.psk ? ['signed by nobody'] : []),
    ],
  };
}

function describeHint(hint: Uint8Array): string {
  return hint.length === 0 ? 'no identity hint' : `identity hint "${latin1Text(hint)}"`;
}

function describeSigned({ scheme }: DigitallySigned): string {
  return schemeById(scheme)?.words ?? 'with an unknown algorithm';
}

/** A byte string of 0 to 2^16 - 1 bytes that is text more often than not. */
export function writeOpaque16(w: Writer, name: string, value: Uint8Array): void {
  const end = w.lengthU16(name);
  if (value.length > 0) w.bytes('value', value, latin1Text(value));
  end();
}

export function readOpaque16(r: Reader, name: string): Uint8Array {
  const end = r.lengthU16(name);
  const value = r.remaining > 0 ? r.rest('value', latin1Text).slice() : EMPTY;
  end();
  return value;
}

export function encodeEcdhParams(params: ServerEcdhParams): Uint8Array {
  const w = new Writer();
  writeParams(w, params);
  return w.finish().bytes;
}

function writeParams(w: Writer, params: ServerEcdhParams): void {
  const end = w.group('params');
  w.u8('curve_type', NAMED_CURVE, describeCurveType(NAMED_CURVE));
  w.u16('namedcurve', params.group, describeGroup(params.group));
  writePoint(w, params.publicKey);
  end();
}

function readParams(r: Reader): ServerEcdhParams {
  const end = r.group('params');
  const curveType = r.u8('curve_type', describeCurveType);
  // RFC 8422 section 5.4: what follows another type has another form.
  if (curveType !== NAMED_CURVE) throw new TlsError('illegal-parameter', `an ECCurveType of ${curveType}`);
  const group = r.u16('namedcurve', describeGroup);
  const publicKey = readPoint(r);
  end();
  return { group, publicKey };
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

function describeCurveType(type: number): string {
  return type === NAMED_CURVE ? 'named_curve' : `type ${type}`;
}
