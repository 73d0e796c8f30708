/** The certificates of the benchmarks: a server's and a client's, each under an intermediate and a root. */
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { PrivateKey } from '../../emulator/crypto/provider.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import type { Credentials } from '../../emulator/tls/engine.ts';
import { Random } from '../../emulator/world/random.ts';
import { buildCertificate, type CertificateSpec } from '../../emulator/x509/build.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';

export const HOST = 'api.example.com';

export interface Pki {
  readonly root: Uint8Array;
  readonly server: Credentials;
  readonly client: Credentials;
}

const random = new Random(1);
const ecKey = (): PrivateKey => nodeProvider.generateEcKey('secp256r1', random.bytes(40));

const DATES = { notBefore: Date.UTC(2020) / 1000, notAfter: Date.UTC(2049) / 1000 };
const AUTHORITY = { ...DATES, basicConstraints: { ca: true }, keyUsage: ['keyCertSign'] } as const;

/** On P-256, as the issue asks. */
export const EC_PKI = makePki(ecKey(), ecKey(), ecKey(), ecKey());

/** With RSA keys of 2048 bits, for peers that know no curve. */
export const RSA_PKI = makePki(
  rsaPoolKey(2048, 0),
  rsaPoolKey(2048, 1),
  rsaPoolKey(2048, 2),
  rsaPoolKey(2048, 3),
);

function makePki(
  rootKey: PrivateKey,
  middleKey: PrivateKey,
  serverKey: PrivateKey,
  clientKey: PrivateKey,
): Pki {
  let serialNumber = 0;
  const issue = (spec: Omit<CertificateSpec, 'serialNumber'>): Uint8Array =>
    buildCertificate({ ...spec, serialNumber: ++serialNumber }, nodeProvider);
  const root = issue({
    ...AUTHORITY,
    subject: 'CN=Root',
    publicKey: rootKey.publicKey,
    signer: { key: rootKey },
  });
  const intermediate = issue({
    ...AUTHORITY,
    subject: 'CN=Intermediate',
    publicKey: middleKey.publicKey,
    signer: { key: rootKey, certificate: root },
  });
  const leaf = (key: PrivateKey, name: string, purpose: 'serverAuth' | 'clientAuth'): Credentials => {
    const certificate = issue({
      ...DATES,
      subject: `CN=${name}`,
      publicKey: key.publicKey,
      signer: { key: middleKey, certificate: intermediate },
      keyUsage: key.kind === 'rsa' ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'],
      extendedKeyUsage: [purpose],
      subjectAltNames: [{ dns: name }],
    });
    return { chain: [certificate, intermediate], key };
  };
  return {
    root,
    server: leaf(serverKey, HOST, 'serverAuth'),
    client: leaf(clientKey, 'device.example.com', 'clientAuth'),
  };
}

export function pem(certificates: readonly Uint8Array[]): string {
  return certificates.map((der) => encodePem('CERTIFICATE', der)).join('');
}

export function keyPem({ key }: Credentials): string {
  return encodePem('PRIVATE KEY', encodePrivateKey(key, 'pkcs8'));
}
