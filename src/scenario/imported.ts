/** Certificates and keys that a scenario takes from files must be readable, and fit each other. */
import { sameBytes } from '../../emulator/world/bytes.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { encodePublicKey, parsePrivateKey } from '../../emulator/x509/keys.ts';
import { decodeCertificates } from '../../emulator/x509/pem.ts';
import type { Problem } from './problem.ts';
import type { Scenario } from './schema.ts';

const UNKNOWN_KEY = 'its public key is of a kind not known here';

/** Wants the files read; what could not be read has been reported already. */
export function checkImported({ pki }: Scenario, files: ReadonlyMap<string, Uint8Array>): Problem[] {
  return Object.entries(pki.imported).flatMap(([name, { certificate, key }]) => {
    const publicKey = attempt(() => readCertificate(files.get(certificate)!));
    const at = ['pki', 'imported', name];
    if ('error' in publicKey) return [problem([...at, 'certificate'], certificate, publicKey.error)];
    // A certificate that is only shown may have a key of a kind that is not known here.
    if (key === undefined) return [];
    if (publicKey.value === undefined) return [problem([...at, 'certificate'], certificate, UNKNOWN_KEY)];
    const privateKey = attempt(() => parsePrivateKey(files.get(key)!).publicKey);
    if ('error' in privateKey) return [problem([...at, 'key'], key, privateKey.error)];
    const fits = sameBytes(encodePublicKey(privateKey.value), publicKey.value);
    return fits ? [] : [problem([...at, 'key'], key, `it does not belong to ${certificate}`)];
  });
}

/** SubjectPublicKeyInfo of the first certificate in the file; undefined for a kind of key not known here. */
function readCertificate(bytes: Uint8Array): Uint8Array | undefined {
  const der = decodeCertificates(bytes)[0];
  if (der === undefined) throw new TypeError('there is no certificate in it');
  const { publicKey } = parseCertificate(der);
  return publicKey && encodePublicKey(publicKey);
}

function attempt<T>(read: () => T): { value: T } | { error: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function problem(at: readonly string[], file: string, reason: string): Problem {
  return { at, message: `${at.join('.')}: cannot use ${file}: ${reason}` };
}
