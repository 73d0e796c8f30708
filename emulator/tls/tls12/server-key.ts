/** The server's ECDH key as a client takes it: from its ServerKeyExchange or, in static ECDH, from its certificate. */
import type { PublicKey } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { TlsError } from '../engine.ts';
import { describeGroup, GROUP_IDS, groupById } from '../groups.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import type { DigitallySigned } from '../messages/digitally-signed.ts';
import { findExtension } from '../messages/extensions.ts';
import { encodeEcdhParams, type ServerEcdhParams } from '../messages/server-key-exchange.ts';
import { describeScheme, type SignatureScheme, schemeById, verify } from '../signature-schemes.ts';
import type { Randoms } from './key-schedule.ts';
import type { EcdhKey } from './premaster.ts';

/** Throws TlsError "illegal-parameter" for a group that was not offered. */
export function ephemeralKey(params: ServerEcdhParams, offer: ClientHello): EcdhKey {
  const group = groupById(params.group);
  if (group === undefined || !isOffered(params.group, offer)) {
    throw new TlsError('illegal-parameter', `${describeGroup(params.group)} was not offered`);
  }
  return { group, publicKey: params.publicKey };
}

/** RFC 4492 section 5.3: the certificate's curve is one that the client knows. */
export function certificateKey(key: PublicKey, offer: ClientHello): EcdhKey {
  if (key.kind !== 'ec')
    throw new TlsError('illegal-parameter', `static ECDH with a key of kind ${key.kind}`);
  if (!isOffered(GROUP_IDS[key.curve], offer)) {
    throw new TlsError('illegal-parameter', `${key.curve} was not offered`);
  }
  return { group: key.curve, publicKey: key.point };
}

function isOffered(group: number, { extensions }: ClientHello): boolean {
  return findExtension(extensions, 'supported_groups')?.groups.includes(group) === true;
}

/** Throws TlsError "bad-signature", or "illegal-parameter" for an algorithm that was not offered or does not fit. */
export function checkSignature(
  { host, profile }: HandshakeIo,
  params: ServerEcdhParams,
  signed: DigitallySigned,
  randoms: Randoms,
  publicKey: PublicKey,
): void {
  const scheme = offeredScheme(signed.scheme, profile.schemes);
  if (scheme.key !== publicKey.kind) {
    throw new TlsError('illegal-parameter', `${scheme.name} with a key of kind ${publicKey.kind}`);
  }
  const data = concat(randoms.client, randoms.server, encodeEcdhParams(params));
  if (!verify(host.crypto, scheme, publicKey, data, signed.signature)) {
    throw new TlsError('bad-signature', `the server's signature of its key (${scheme.words}) is wrong`, {
      keyKind: publicKey.kind,
    });
  }
}

function offeredScheme(id: number, offered: readonly number[]): SignatureScheme {
  const scheme = schemeById(id);
  if (scheme === undefined || !offered.includes(id)) {
    throw new TlsError('illegal-parameter', `${describeScheme(id)} was not offered`);
  }
  return scheme;
}
