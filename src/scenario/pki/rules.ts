/** What certificates must be to each other, beside being there. On the data as written, as references.ts is. */
import { type Found, select } from '../data-paths.ts';
import { type Problem, pathText } from '../problem.ts';

/** The mappings that share one set of names: those of certificates. */
export const CERTIFICATES = ['pki.roots', 'pki.intermediates', 'pki.leaves', 'pki.imported'] as const;

export function checkPki(data: unknown): Problem[] {
  return [
    ...checkImportedKeys(data),
    ...checkCircles(data, 'issuer', 'certify itself'),
    ...checkCircles(data, 'keyOf', 'have its key from itself'),
    ...checkSignatureHashes(data),
    ...checkImportedIssuers(data),
  ];
}

/** Where a name stands for the key as well. */
const KEY_USERS = [
  'hosts.*.services.*.certificate',
  'devices.*.files.*.key',
  'devices.*.secureElement',
  'pki.intermediates.*.issuer',
  'pki.leaves.*.issuer',
  'pki.crls.*.issuer',
  'pki.ocsp.*.responder',
  'hosts.*.services.*.issuer',
  'hosts.*.services.*.responder',
  'hosts.*.services.*.cloud.certificate',
  'pki.roots.*.keyOf',
  'pki.intermediates.*.keyOf',
  'pki.leaves.*.keyOf',
];

/** Who must prove to hold a certificate needs its key, which an imported certificate may lack. */
function checkImportedKeys(data: unknown): Problem[] {
  const keyless = select(data, 'pki.imported.*')
    .filter(({ value }) => typeof value === 'object' && !('key' in (value ?? {})))
    .map(({ at }) => at.at(-1));
  return KEY_USERS.flatMap((pattern) => select(data, pattern))
    .filter(({ value }) => keyless.includes(String(value)))
    .map(({ at, value }) => ({
      at,
      message: `${pathText(at)}: '${String(value)}' was imported without its key`,
    }));
}

/** A certificate that leads, over whatever detour, back to itself. */
function checkCircles(data: unknown, key: 'issuer' | 'keyOf', would: string): Problem[] {
  const next = new Map(
    ['roots', 'intermediates', 'leaves']
      .flatMap((rank) => select(data, `pki.${rank}.*.${key}`))
      .map(({ at, value }) => [String(at[2]), { at, name: String(value) }]),
  );
  return [...next].flatMap(([name, { at }]) => {
    let other = next.get(name)?.name;
    for (let steps = 0; steps < next.size && other !== undefined; steps++) {
      if (other === name) return [{ at, message: `${pathText(at)}: '${name}' would ${would}` }];
      other = next.get(other)?.name;
    }
    return [];
  });
}

/** There is no ECDSA with MD5 (RFC 3279, RFC 5758). A root or "self" signs with its own key. */
function checkSignatureHashes(data: unknown): Problem[] {
  const entries = new Map(
    CERTIFICATES.flatMap((map) => select(data, `${map}.*`)).map(({ at, value }) => [
      String(at[2]),
      { at, value },
    ]),
  );
  const field = (entry: Found | undefined, key: string) =>
    (entry?.value as Record<string, unknown> | null)?.[key];
  return [...entries].flatMap(([name, entry]) => {
    if (field(entry, 'hash') !== 'md5') return [];
    const issuer = field(entry, 'issuer') ?? 'self';
    const signingKey = field(entries.get(issuer === 'self' ? name : String(issuer)), 'key');
    if (String(signingKey).startsWith('rsa')) return [];
    return [
      {
        at: [...entry.at, 'hash'],
        message: `${pathText(entry.at)}.hash: only an RSA key can sign an MD5 hash`,
      },
    ];
  });
}

/** Who issued an imported certificate is not known by name. */
function checkImportedIssuers(data: unknown): Problem[] {
  const imported = select(data, 'pki.imported.*').map(({ at }) => String(at.at(-1)));
  return select(data, 'pki.ocsp.*').flatMap(({ at, value }) => {
    const { certificate, issuer } = (value ?? {}) as Record<string, unknown>;
    if (issuer !== undefined || !imported.includes(String(certificate))) return [];
    return [{ at, message: `${pathText(at)}: an imported certificate needs its 'issuer' named here` }];
  });
}
