/** Whether a certificate is one for a host: how a server picks from several by server_name. */
import type { Certificate } from '../x509/certificate.ts';

/** RFC 6125 section 6.4: labels without regard to case; a `*` stands for the whole leftmost label. */
export function namesHost(certificate: Certificate, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const parent = wanted.slice(wanted.indexOf('.'));
  return dnsNames(certificate).some((name) => {
    const pattern = name.toLowerCase();
    return pattern === wanted || (pattern.startsWith('*.') && pattern.slice(1) === parent);
  });
}

function dnsNames(certificate: Certificate): string[] {
  const names = certificate.subjectAltNames ?? [];
  return names.filter((name) => name.kind === 'dNSName').map((name) => name.text);
}
