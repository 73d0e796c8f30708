/** How mbedTLS 3.6 matches a host name (x509_crt_verify_name and what it calls). */
import { sameBytes } from '../../world/bytes.ts';
import type { Certificate } from '../certificate.ts';
import { type GeneralName, parseAddress } from '../general-name.ts';
import { commonNames, sameIgnoringCase } from '../name.ts';

export interface NameVerdict {
  readonly matches: boolean;
  readonly detail: string;
}

/**
 * With a subjectAltName extension the commonName does not count, even when the extension holds no DNS name.
 * The host is the string the program gave: no trailing dot is taken off, nothing is converted.
 */
export function matchHost(certificate: Certificate, host: string): NameVerdict {
  const wanted = new TextEncoder().encode(host);
  const names = certificate.subjectAltNames;
  if (names === undefined) return matchCommonName(certificate, host, wanted);
  const found =
    names.find((name) => name.kind === 'dNSName' && matchText(name.value, wanted)) ??
    matchAddress(names, host) ??
    names.find((name) => name.kind === 'uniformResourceIdentifier' && sameBytes(name.value, wanted));
  const listed = names.map((name) => name.text).join(', ');
  if (found === undefined) return { matches: false, detail: `"${host}" is not among ${listed}` };
  return { matches: true, detail: `"${host}" matches ${found.kind} ${found.text}` };
}

function matchCommonName(certificate: Certificate, host: string, wanted: Uint8Array): NameVerdict {
  const names = commonNames(certificate.subject);
  const found = names.find((name) => matchText(name.value, wanted));
  if (found !== undefined) {
    return { matches: true, detail: `"${host}" matches the common name ${found.text} (there is no SAN)` };
  }
  const listed = names.map((name) => name.text).join(', ') || 'missing';
  return { matches: false, detail: `"${host}" is not the common name (${listed}), and there is no SAN` };
}

/** The address in text is compared as bytes with iPAddress names; as text it was compared with DNS names. */
function matchAddress(names: readonly GeneralName[], host: string): GeneralName | undefined {
  const address = parseAddress(host);
  if (address === undefined) return undefined;
  return names.find((name) => name.kind === 'iPAddress' && sameBytes(name.value, address));
}

/** Equal but for ASCII case, or "*." standing for exactly one non-empty label. */
function matchText(pattern: Uint8Array, host: Uint8Array): boolean {
  if (sameIgnoringCase(pattern, host)) return true;
  const isWildcard = pattern.length >= 3 && pattern[0] === 0x2a && pattern[1] === 0x2e;
  const dot = host.indexOf(0x2e);
  return isWildcard && dot > 0 && sameIgnoringCase(pattern.subarray(1), host.subarray(dot));
}
