/** Revocation lists and OCSP responses, made of what the scenario says of them and of the authorities' own lists. */
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import { toHex } from '../../../emulator/world/bytes.ts';
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import { buildCertificateList } from '../../../emulator/x509/build-crl.ts';
import { parseCertificate } from '../../../emulator/x509/certificate.ts';
import type { CertStatus } from '../../../emulator/x509/ocsp.ts';
import { certIdOf } from '../../../emulator/x509/ocsp-cert-id.ts';
import { buildOcspResponse } from '../../../emulator/x509/ocsp-responder.ts';
import type { Issuer } from '../../../emulator/x509/sign.ts';
import type { Crl, OcspResponse, Revocation } from '../schema/revocation.ts';
import { resolveMoment } from '../units.ts';
import { flipLastBit } from './certificate-spec.ts';

/** What is asked of the certificates around. */
export interface RevocationContext {
  readonly now: UnixSeconds;
  readonly crypto: CryptoProvider;
  certificate(name: string): Uint8Array;
  authority(name: string): Issuer;
  /** Names of what the authority has issued. */
  issuedBy(name: string): readonly string[];
  /** Certificates that the authority has taken back. */
  revokedBy(name: string): readonly Revocation[];
}

export function makeCrl(spec: Crl, context: RevocationContext): Uint8Array {
  const { now, crypto } = context;
  const revoked = spec.revoked ?? context.revokedBy(spec.issuer);
  return buildCertificateList(
    {
      issuer: context.authority(spec.issuer),
      thisUpdate: resolveMoment(spec.thisUpdate, now),
      nextUpdate: resolveMoment(spec.nextUpdate, now),
      number: spec.number,
      hash: spec.hash,
      revoked: revoked.map(({ certificate, at, reason }) => ({
        serialNumber: serialNumberOf(context.certificate(certificate)),
        date: resolveMoment(at, now),
        ...(reason && { reason }),
      })),
      ...(spec.signature && { alterSignature: flipLastBit }),
    },
    crypto,
  );
}

/** `issuer`: of the certificate, by name. */
export function makeOcspResponse(spec: OcspResponse, issuer: string, context: RevocationContext): Uint8Array {
  const { now, crypto } = context;
  const certificate = parseCertificate(context.certificate(spec.certificate));
  const responder = context.authority(spec.responder ?? issuer);
  const thisUpdate = resolveMoment(spec.thisUpdate, now);
  return buildOcspResponse(
    {
      responder,
      producedAt: thisUpdate,
      hash: spec.hash,
      responses: [
        {
          certId: certIdOf(certificate, parseCertificate(context.certificate(issuer)), crypto),
          certStatus: statusOf(spec, issuer, context),
          thisUpdate,
          nextUpdate: resolveMoment(spec.nextUpdate, now),
        },
      ],
      ...(spec.responder !== undefined && { certificates: [responder.certificate] }),
      ...(spec.signature && { alterSignature: flipLastBit }),
    },
    crypto,
  );
}

/** What an authority says of each certificate that it has issued, by the contents of its serial number in hex. */
export function issuedStatuses(
  issuer: string,
  instead: OcspResponse['status'],
  context: RevocationContext,
): ReadonlyMap<string, CertStatus> {
  const since = { fromNow: 0 };
  return new Map(
    context.issuedBy(issuer).map((certificate) => {
      const spec = { certificate, status: instead, thisUpdate: since };
      const { serialNumber } = parseCertificate(context.certificate(certificate));
      return [toHex(serialNumber), statusOf(spec, issuer, context)];
    }),
  );
}

function statusOf(
  spec: Pick<OcspResponse, 'certificate' | 'status' | 'thisUpdate'>,
  issuer: string,
  context: RevocationContext,
): CertStatus {
  const entry = context.revokedBy(issuer).find(({ certificate }) => certificate === spec.certificate);
  const status = spec.status ?? (entry === undefined ? 'good' : 'revoked');
  if (status !== 'revoked') return { status };
  return {
    status,
    // Where only the response calls it revoked, it is so from the response on.
    time: resolveMoment(entry?.at ?? spec.thisUpdate, context.now),
    ...(entry?.reason && { reason: entry.reason }),
  };
}

function serialNumberOf(certificate: Uint8Array): bigint {
  return BigInt.asIntN(8 * 127, BigInt(`0x${toHex(parseCertificate(certificate).serialNumber)}`));
}
