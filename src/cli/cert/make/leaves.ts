/** The certificates of servers, of devices, and of whoever sent a request. */
import { basename, extname } from 'node:path';
import { nodeProvider } from '../../../../emulator/crypto/node.node.ts';
import type { PrivateKey, PublicKey } from '../../../../emulator/crypto/provider.ts';
import type { UnixSeconds } from '../../../../emulator/world/time.ts';
import { buildCertificate } from '../../../../emulator/x509/build.ts';
import type { AltNameSpec } from '../../../../emulator/x509/build-extensions.ts';
import {
  type CertificationRequest,
  parseCertificationRequest,
  requestIsSelfSigned,
} from '../../../../emulator/x509/csr.ts';
import { DerError, DerReader, Tag } from '../../../../emulator/x509/der.ts';
import type { GeneralName } from '../../../../emulator/x509/general-name.ts';
import { encodePublicKey } from '../../../../emulator/x509/keys.ts';
import { commonNames, type NameAttribute } from '../../../../emulator/x509/name.ts';
import type { NameAttributeSpec, NameSpec } from '../../../../emulator/x509/name-spec.ts';
import { Oid } from '../../../../emulator/x509/oids.ts';
import { decodePem, looksLikePem } from '../../../../emulator/x509/pem.ts';
import { readSubjectPublicKey } from '../../../../emulator/x509/public-key.ts';
import { UsageError } from '../../exit-codes.ts';
import { readPemOrDer } from '../files.ts';
import { endWithin, type Identity } from './authority.ts';
import { hashFor, newSerialNumber } from './keys.ts';
import { isHost, readHost, subjectOf } from './subjects.ts';

export type Role = 'server' | 'client';

/** What a certificate is to say, before it has a key or an issuer. */
export interface LeafPlan {
  /** Of its files, without an ending. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly subject: NameSpec;
  readonly subjectAltNames: readonly AltNameSpec[];
  /** The key to be certified; undefined: a new one is made. */
  readonly publicKey?: PublicKey;
}

export interface Validity {
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

/** One certificate for all of a server's names. */
export function planServer(hosts: readonly string[], tail: readonly NameAttributeSpec[]): LeafPlan {
  const subjectAltNames = hosts.map(readHost);
  return { name: 'server', roles: ['server'], subject: subjectOf(hosts[0]!, tail), subjectAltNames };
}

export function planClient(name: string, tail: readonly NameAttributeSpec[]): LeafPlan {
  if (name.trim() === '') throw new UsageError('--client: a name is wanted, such as sensor-1');
  const file = `client-${name.replace(/[^\w.-]+/g, '-')}`;
  return { name: file, roles: ['client'], subject: subjectOf(name, tail), subjectAltNames: [] };
}

/** Its subject, names, purposes and key are taken over, nothing else. Throws UsageError. */
export function planRequest(path: string): LeafPlan {
  const request = readRequest(path);
  const { publicKey } = request;
  const reason = whyRefused(request);
  if (reason !== undefined || publicKey === undefined) {
    throw new UsageError(
      `${path}: ${reason ?? 'its key is on a curve that the device does not verify with'}`,
    );
  }
  const roles = rolesOf(request);
  const subjectAltNames = requestedNames(path, request, roles);
  if (roles.includes('server') && subjectAltNames.length === 0) {
    throw new UsageError(`${path}: it asks for a certificate of a server, and names none`);
  }
  const subject = request.subject.attributes.map(toSpec);
  return { name: basename(path, extname(path)), roles, subject, subjectAltNames, publicKey };
}

/** A server's common name is made one of its names: nobody but mbedTLS looks for it in the subject. */
function requestedNames(path: string, request: CertificationRequest, roles: readonly Role[]): AltNameSpec[] {
  const listed = request.subjectAltNames ?? [];
  const names = listed.map((name) => altName(path, name));
  if (!roles.includes('server')) return names;
  const more = commonNames(request.subject)
    .map(({ text }) => text)
    .filter((text) => isHost(text) && !listed.some((name) => name.text.toLowerCase() === text.toLowerCase()));
  return [...names, ...more.map(readHost)];
}

function readRequest(path: string): CertificationRequest {
  const bytes = readPemOrDer(path);
  try {
    if (!looksLikePem(bytes)) return parseCertificationRequest(bytes);
    const blocks = decodePem(new TextDecoder('latin1').decode(bytes));
    const block = blocks.find(({ label }) => label.endsWith('CERTIFICATE REQUEST'));
    if (block === undefined) throw new UsageError(`${path}: there is no certificate request in this file`);
    return parseCertificationRequest(block.der);
  } catch (error) {
    if (error instanceof DerError) throw new UsageError(`${path}: certificate request: ${error.message}`);
    throw error;
  }
}

function whyRefused(request: CertificationRequest): string | undefined {
  const { kind, bits } = request.subjectPublicKey;
  if (kind === 'ed25519' || kind === 'unknown') return 'the device has no such keys; it takes EC and RSA';
  if (kind === 'rsa' && bits < 2048) return `its RSA key has ${bits} bits; the device accepts 2048 and more`;
  if (request.basicConstraints?.ca)
    return 'it asks for a CA certificate; this command issues leaves to requests';
  if (request.publicKey !== undefined && !requestIsSelfSigned(request, nodeProvider)) {
    return 'its signature does not verify: it was altered, or was not made with the key in it';
  }
  return undefined;
}

/** As asked for; a request that does not say has a server's names or else is a client's. */
function rolesOf({ extendedKeyUsage, subjectAltNames }: CertificationRequest): Role[] {
  if (extendedKeyUsage === undefined) return [subjectAltNames === undefined ? 'client' : 'server'];
  const any = extendedKeyUsage.includes(Oid.anyExtendedKeyUsage);
  return (['server', 'client'] as const).filter((role) => any || extendedKeyUsage.includes(PURPOSES[role]));
}

const PURPOSES: Readonly<Record<Role, string>> = { server: Oid.serverAuth, client: Oid.clientAuth };

/** Relative names of several attributes become single ones; the types of string that can be written stay. */
function toSpec({ oid, tag, text }: NameAttribute): NameAttributeSpec {
  const encodings = { [Tag.PRINTABLE_STRING]: 'printableString', [Tag.IA5_STRING]: 'ia5String' } as const;
  return { type: oid, value: text, encoding: encodings[tag as keyof typeof encodings] ?? 'utf8String' };
}

function altName(path: string, { kind, text }: GeneralName): AltNameSpec {
  switch (kind) {
    case 'dNSName':
      return { dns: text };
    case 'iPAddress':
      return { ip: text };
    case 'rfc822Name':
      return { email: text };
    case 'uniformResourceIdentifier':
      return { uri: text };
    default:
      throw new UsageError(`${path}: it asks for a name of the kind ${kind}, which cannot be issued here`);
  }
}

/** `issuer` undefined: the certificate signs itself with `key`. */
export function issueLeaf(
  plan: LeafPlan,
  publicKey: PublicKey,
  signer: { readonly issuer: Identity } | { readonly selfSigned: PrivateKey },
  { notBefore, notAfter }: Validity,
): Uint8Array {
  const issuer = 'issuer' in signer ? signer.issuer : undefined;
  const key = 'issuer' in signer ? signer.issuer.key : signer.selfSigned;
  const { subject, subjectAltNames, roles } = plan;
  return buildCertificate(
    {
      subject,
      publicKey,
      signer: issuer === undefined ? { key } : { key, certificate: issuer.der },
      serialNumber: newSerialNumber(),
      notBefore,
      notAfter: endWithin(notAfter, issuer),
      hash: hashFor(key),
      basicConstraints: { ca: false },
      // An RSA key also decrypts: the device offers the suites without forward secrecy.
      keyUsage: publicKey.kind === 'rsa' ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'],
      extendedKeyUsage: roles.map((role) => PURPOSES[role]),
      ...(subjectAltNames.length > 0 && { subjectAltNames }),
      ...(issuer === undefined && { authorityKeyIdentifier: keyIdentifier(publicKey) }),
      // RFC 5280 section 4.2.1.6: an empty subject makes the names critical.
      critical: { subjectAltName: subject.length === 0 },
    },
    nodeProvider,
  );
}

/** RFC 5280 section 4.2.1.1: only a CA that signs itself may be without an authority's key identifier. */
function keyIdentifier(publicKey: PublicKey): Uint8Array {
  const { bitString } = readSubjectPublicKey(new DerReader(encodePublicKey(publicKey)), false);
  return nodeProvider.hash('sha1', bitString);
}
