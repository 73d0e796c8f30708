/** Object identifiers by name; names are those of RFC 5280, 3279, 4055, 5480, 6960, 7633, 8410. */
export const Oid = {
  commonName: '2.5.4.3',

  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  policyConstraints: '2.5.29.36',
  policyMappings: '2.5.29.33',
  inhibitAnyPolicy: '2.5.29.54',
  cRLDistributionPoints: '2.5.29.31',
  freshestCRL: '2.5.29.46',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  tlsfeature: '1.3.6.1.5.5.7.1.24',
  nsCertType: '2.16.840.1.113730.1.1',
  anyPolicy: '2.5.29.32.0',

  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',

  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',

  extensionRequest: '1.2.840.113549.1.9.14',
  challengePassword: '1.2.840.113549.1.9.7',

  rsaEncryption: '1.2.840.113549.1.1.1',
  rsassaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ecPublicKey: '1.2.840.10045.2.1',
  ecDh: '1.3.132.1.12',
  ed25519: '1.3.101.112',
  primeField: '1.2.840.10045.1.1',
  hardwareModuleName: '1.3.6.1.5.5.7.8.4',
} as const;

const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(Oid).map(([name, oid]) => [oid, name])),
  '2.5.29.18': 'issuerAltName',
  '2.5.29.24': 'invalidityDate',
  '2.5.29.27': 'deltaCRLIndicator',
  '2.5.29.28': 'issuingDistributionPoint',
  '2.5.29.29': 'certificateIssuer',
  '1.3.6.1.4.1.11129.2.4.2': 'signedCertificateTimestampList',
  '1.3.6.1.4.1.11129.2.4.3': 'precertificatePoison',
  '2.16.840.1.113730.1.13': 'nsComment',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
};

/** A name for readers, or the dotted form. */
export function oidName(oid: string): string {
  return NAMES[oid] ?? oid;
}
