/** From bytes of a known kind to what is said about them. */
import { nodeProvider } from '../../../../emulator/crypto/node.node.ts';
import { toHex } from '../../../../emulator/world/bytes.ts';
import type { UnixSeconds } from '../../../../emulator/world/time.ts';
import type { AnnotatedField } from '../../../../emulator/world/trace-events.ts';
import { parseCertificate } from '../../../../emulator/x509/certificate.ts';
import { parseCertificateList } from '../../../../emulator/x509/crl.ts';
import { revokedText } from '../../../../emulator/x509/crl-reason.ts';
import { parseCertificationRequest, requestIsSelfSigned } from '../../../../emulator/x509/csr.ts';
import { type Extension, extensionText } from '../../../../emulator/x509/extensions.ts';
import type { GeneralName } from '../../../../emulator/x509/general-name.ts';
import { parseOcspResponse, responderText, statusText } from '../../../../emulator/x509/ocsp.ts';
import { Oid } from '../../../../emulator/x509/oids.ts';
import { encodePem } from '../../../../emulator/x509/pem.ts';
import type { SubjectPublicKey } from '../../../../emulator/x509/public-key.ts';
import { signatureIsGood } from '../../../../emulator/x509/signature.ts';
import { plural } from '../../../report/format.ts';
import { describeKey, describePrivateKey, keyFacts } from './describe-keys.ts';
import { certificateOnDevice } from './device-view.ts';
import type { Block, Kind } from './identify.ts';
import type { ExtensionFacts, Inspected } from './inspected.ts';
import { period } from './period.ts';
import { certificateRemarks, keyRemarks } from './remarks.ts';

export interface DescribeOptions {
  /** To hold validity against. */
  readonly time: UnixSeconds;
  /** Named in advice. */
  readonly file: string;
}

/** The label that the PEM form has, whose size is told for DER too. */
const PEM_LABELS: Readonly<Record<Kind, string>> = {
  certificate: 'CERTIFICATE',
  'certificate request': 'CERTIFICATE REQUEST',
  'revocation list': 'X509 CRL',
  'OCSP response': 'OCSP RESPONSE',
  'public key': 'PUBLIC KEY',
  'private key': 'PRIVATE KEY',
  'encrypted private key': 'ENCRYPTED PRIVATE KEY',
};

/** Throws DerError for what is not well-formed. `fields` explain its bytes, but for private keys. */
export function describe(
  { kind, der, line, label }: Block & { kind: Kind },
  options: DescribeOptions,
): Inspected & { readonly fields: readonly AnnotatedField[] } {
  const pemBytes = encodePem(label ?? PEM_LABELS[kind], der).length;
  const place = line === undefined ? {} : { line, label };
  return { kind, ...place, derBytes: der.length, pemBytes, ...DESCRIBERS[kind](der, options) };
}

type Described = Omit<Inspected, 'kind' | 'derBytes' | 'pemBytes' | 'fields'> & {
  readonly fields: readonly AnnotatedField[];
};

const DESCRIBERS: Readonly<Record<Kind, (der: Uint8Array, options: DescribeOptions) => Described>> = {
  certificate: describeCertificate,
  'certificate request': describeRequest,
  'revocation list': describeList,
  'OCSP response': describeResponse,
  'public key': describeKey,
  'private key': describePrivateKey,
  'encrypted private key': (_der, { file }) => describePrivateKey(undefined, { file }),
};

function describeCertificate(der: Uint8Array, { time }: DescribeOptions): Described {
  const certificate = parseCertificate(der);
  const { subject, issuer, notBefore, notAfter, version, serialNumber, fields } = certificate;
  const validity = period(notBefore, notAfter, time);
  const selfIssued = subject.text === issuer.text;
  const extra = der.length - certificate.der.length;
  return {
    subject: subject.text,
    ...names(certificate.subjectAltNames),
    issuer: issuer.text,
    serialNumber: toHex(serialNumber),
    version,
    validity,
    publicKey: keyFacts(certificate.subjectPublicKey),
    signature: {
      algorithm: certificate.signatureAlgorithm.name,
      ...(selfIssued && { selfSigned: signatureIsGood(certificate, certificate, nodeProvider) }),
    },
    extensions: certificate.extensions.map(extensionFacts),
    fingerprints: fingerprints(certificate.der),
    device: certificateOnDevice(certificate),
    remarks: [
      ...certificateRemarks(certificate, validity, time),
      ...(extra > 0 ? [`${plural(extra, 'byte')} after the certificate are passed over`] : []),
    ],
    fields,
  };
}

function describeRequest(der: Uint8Array): Described {
  const request = parseCertificationRequest(der);
  const selfSigned = requestIsSelfSigned(request, nodeProvider);
  const { subjectPublicKey, attributes } = request;
  return {
    subject: request.subject.text,
    ...names(request.subjectAltNames),
    publicKey: keyFacts(subjectPublicKey),
    signature: { algorithm: request.signatureAlgorithm.name, selfSigned },
    attributes: attributes
      .filter(({ oid }) => oid !== Oid.extensionRequest)
      .map(({ oid, name, values }) => ({
        name,
        // A password that was meant for the authority alone.
        text: oid === Oid.challengePassword ? 'present, not shown' : `${values.length} bytes`,
      })),
    extensions: request.extensions.map(extensionFacts),
    fingerprints: fingerprints(request.der),
    remarks: [...keyRemarks(subjectPublicKey), ...unverified(selfSigned, subjectPublicKey)],
    fields: request.fields,
  };
}

function unverified(selfSigned: boolean, { key }: SubjectPublicKey): string[] {
  if (selfSigned) return [];
  if (key === undefined) return ['its signature cannot be verified here'];
  return ['its signature does not verify: it was altered, or was not made with this key'];
}

function describeList(der: Uint8Array, { time }: DescribeOptions): Described {
  const list = parseCertificateList(der);
  return {
    issuer: list.issuer.text,
    validity: period(list.thisUpdate, list.nextUpdate, time),
    signature: { algorithm: list.signatureAlgorithm.name },
    revoked: list.revoked.map(({ serialNumber, revocationDate, reason }) => ({
      serialNumber: toHex(serialNumber),
      text: revokedText(revocationDate, reason),
    })),
    extensions: list.extensions.map(extensionFacts),
    fingerprints: fingerprints(der),
    remarks: ['the stock firmware never loads a list: the device does not notice a revocation'],
    fields: list.fields,
  };
}

function describeResponse(der: Uint8Array, { time }: DescribeOptions): Described {
  const { responseStatus, basic, fields } = parseOcspResponse(der);
  const remarks = ['mbedTLS has no OCSP: the device neither asks for responses nor reads them'];
  if (basic === undefined) return { responseStatus, remarks, fields };
  return {
    responseStatus,
    responder: responderText(basic.responderId),
    signature: { algorithm: basic.signatureAlgorithm.name },
    responses: basic.responses.map(({ certId, certStatus, thisUpdate, nextUpdate }) => ({
      serialNumber: toHex(certId.serialNumber),
      status: statusText(certStatus),
      validity: period(thisUpdate, nextUpdate, time),
    })),
    extensions: basic.extensions.map(extensionFacts),
    fingerprints: fingerprints(der),
    remarks,
    fields,
  };
}

const NAME_KINDS: Readonly<Record<string, string>> = {
  dNSName: 'DNS',
  iPAddress: 'IP',
  rfc822Name: 'e-mail',
  uniformResourceIdentifier: 'URI',
  directoryName: 'name',
};

function names(list: readonly GeneralName[] | undefined): Pick<Inspected, 'subjectAltNames'> {
  if (list === undefined) return {};
  return { subjectAltNames: list.map(({ kind, text }) => ({ kind: NAME_KINDS[kind] ?? kind, value: text })) };
}

function extensionFacts(extension: Extension): ExtensionFacts {
  const { name, oid, critical } = extension;
  return { name, oid, critical, text: extensionText(extension) };
}

function fingerprints(der: Uint8Array) {
  return { sha256: toHex(nodeProvider.hash('sha256', der)), sha1: toHex(nodeProvider.hash('sha1', der)) };
}
