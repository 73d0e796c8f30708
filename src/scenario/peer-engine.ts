/** Who speaks TLS for simulated hosts, and which scenarios another engine than ours cannot play. */

import { CannotPlay } from '../../emulator/hosts/tls-engine.ts';
import { isValidAt } from '../../emulator/x509/certificate.ts';
import { readCertificate } from '../../emulator/x509/known-certificates.ts';
import type { Pki } from './pki/build.ts';
import type { Scenario } from './schema.ts';

export const PEER_ENGINES = ['sandbox', 'openssl'] as const;
export type PeerEngine = (typeof PEER_ENGINES)[number];

/** Throws CannotPlay for what no service by itself tells. */
export function refuseUnplayable({ hosts, expect, pki: specs }: Scenario, pki: Pki): void {
  const services = Object.values(hosts).flatMap((host) => host.services);
  if (!services.some((service) => 'certificate' in service && service.certificate !== undefined)) {
    throw new CannotPlay('no host speaks TLS here');
  }
  const judges = Object.entries(hosts)
    .filter(([, host]) => host.services.some((service) => 'clientCa' in service && service.clientCa))
    .map(([name]) => name);
  if (judges.length === 0) return;
  const clients = Object.entries(specs.leaves)
    .filter(([, { extendedKeyUsage }]) => extendedKeyUsage?.includes('clientAuth'))
    .map(([name]) => name);
  const untimely = clients.find(
    (name) => !isValidAt(readCertificate(pki.certificate(name)), Date.now() / 1000),
  );
  if (untimely !== undefined) {
    throw new CannotPlay(`OpenSSL looks at the computer's clock, by which '${untimely}' is not valid today`);
  }
  const refuses = (expect.handshakes ?? []).some(
    ({ outcome, to }) => outcome === 'failed' && judges.includes(to),
  );
  if (refuses) {
    throw new CannotPlay(
      "Node's tls looks at a client's certificate when the handshake is over, and sends no alert",
    );
  }
}
