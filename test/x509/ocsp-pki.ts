/** A CA with its responders, at a time of one's choosing, and the responses they give. */

import type { UnixSeconds } from '../../emulator/world/time.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import type { CertStatus } from '../../emulator/x509/ocsp.ts';
import { type CertId, certIdOf } from '../../emulator/x509/ocsp-cert-id.ts';
import { buildOcspResponse, type OcspResponseSpec } from '../../emulator/x509/ocsp-responder.ts';
import * as pki from './pki.ts';

export const DAY = 86_400;

export type ResponseOptions = Partial<OcspResponseSpec> & {
  readonly certId?: CertId;
  readonly status?: CertStatus;
  readonly thisUpdate?: UnixSeconds;
  readonly nextUpdate?: UnixSeconds | undefined;
};

export function ocspPki(now: UnixSeconds) {
  const dates = { notBefore: now - 30 * DAY, notAfter: now + 60 * DAY };
  const root = pki.ca('OCSP Root', pki.ecKey(31), undefined, dates);
  const leaf = pki.server(root, { serialNumber: 0x77aa01, ...dates }, pki.ecKey(32));
  const delegate = (options: pki.IssueOptions = {}, signer: pki.Issued = root) =>
    pki.issue(pki.ecKey(33), signer, {
      subject: 'CN=OCSP Responder',
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['OCSPSigning'],
      ocspNoCheck: true,
      ...dates,
      ...options,
    });
  const certId = (issued = leaf, hash?: 'sha1' | 'sha256') =>
    certIdOf(parseCertificate(issued.der), parseCertificate(root.der), pki.crypto, hash);
  const signer = ({ der, key }: pki.Issued) => ({ certificate: der, key });

  function response(options: ResponseOptions = {}): Uint8Array {
    const nextUpdate = 'nextUpdate' in options ? options.nextUpdate : now + 3 * DAY;
    const single = {
      certId: options.certId ?? certId(),
      certStatus: options.status ?? { status: 'good' },
      thisUpdate: options.thisUpdate ?? now - DAY,
      ...(nextUpdate === undefined ? {} : { nextUpdate }),
    } as const;
    const spec = { responder: signer(root), producedAt: now - DAY, responses: [single], ...options };
    return buildOcspResponse(spec, pki.crypto);
  }

  /** Signed by whom the CA has delegated it to, whose certificate comes with it. */
  function delegated(by: pki.Issued, options: ResponseOptions = {}): Uint8Array {
    return response({ responder: signer(by), certificates: [by.der], ...options });
  }

  return { dates, root, leaf, delegate, certId, signer, response, delegated };
}
