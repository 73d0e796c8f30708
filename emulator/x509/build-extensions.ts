/** The extensions of a certificate to be built; used by build.ts alone (it imports the library). */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AccessDescription,
  KeyUsage as AsnKeyUsage,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyIdentifier,
  NameConstraints,
  PolicyConstraints,
  PolicyInformation,
  PolicyMapping,
  PolicyMappings,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { Tag } from './der.ts';
import { derSequence, derSignedInteger, derValue } from './der-write.ts';
import { KEY_USAGES, type KeyUsage } from './extensions.ts';
import { Oid } from './oids.ts';

export type AltNameSpec =
  | { readonly dns: string }
  | { readonly ip: string }
  | { readonly email: string }
  | { readonly uri: string };

export interface ExtensionSpecs {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsage[];
  /** "serverAuth", "clientAuth", "OCSPSigning", "anyExtendedKeyUsage" or dotted OIDs. */
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectAltNames?: readonly AltNameSpec[];
  /** `dns` without a leading dot covers the domain and what is below it; `ip` is "192.0.2.0/24". */
  readonly nameConstraints?: {
    readonly permitted?: readonly AltNameSpec[];
    readonly excluded?: readonly AltNameSpec[];
  };
  /** URIs: where to ask for the status, and where the issuer's certificate is. */
  readonly authorityInfoAccess?: {
    readonly ocsp?: readonly string[];
    readonly caIssuers?: readonly string[];
  };
  /** URIs, one distribution point each. */
  readonly crlDistributionPoints?: readonly string[];
  /** "anyPolicy" or dotted OIDs. */
  readonly certificatePolicies?: readonly string[];
  /** Each pair: a policy of the issuer's domain, and the one of the subject's that counts as equal. */
  readonly policyMappings?: readonly (readonly [issuer: string, subject: string])[];
  readonly policyConstraints?: {
    readonly requireExplicitPolicy?: number;
    readonly inhibitPolicyMapping?: number;
  };
  readonly inhibitAnyPolicy?: number;
  /** Numbers of TLS extensions: `[STATUS_REQUEST]` is "must staple" (RFC 7633). */
  readonly tlsFeature?: readonly number[];
  /** The certificate of an OCSP responder that nobody need ask about itself (RFC 6960 section 4.2.2.2.1). */
  readonly ocspNoCheck?: boolean;
  /** Default: the SHA-1 of the key. `false` leaves it out. */
  readonly subjectKeyIdentifier?: Uint8Array | false;
  /** Default: the issuer's subjectKeyIdentifier, when it has one. `false` leaves it out. */
  readonly authorityKeyIdentifier?: Uint8Array | false;
  /** Which extensions are critical, where that is not as RFC 5280 asks. */
  readonly critical?: Readonly<Partial<Record<ExtensionName, boolean>>>;
  /** Extensions given as bytes: unknown ones, broken ones, repeated ones. */
  readonly extraExtensions?: readonly BuiltExtension[];
}

type ExtensionName =
  | 'basicConstraints'
  | 'keyUsage'
  | 'extKeyUsage'
  | 'subjectAltName'
  | 'nameConstraints'
  | 'authorityInfoAccess'
  | 'cRLDistributionPoints'
  | 'certificatePolicies'
  | 'policyMappings'
  | 'policyConstraints'
  | 'inhibitAnyPolicy'
  | 'tlsfeature'
  | 'ocspNoCheck'
  | 'subjectKeyIdentifier'
  | 'authorityKeyIdentifier';

export interface BuiltExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** What extnValue wraps. */
  readonly value: Uint8Array;
}

const CRITICAL: readonly ExtensionName[] = [
  'keyUsage',
  'nameConstraints',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
];

/** What RFC 5280 section 4.2.1 asks of conforming CAs, MUST or SHOULD; basicConstraints: of a CA's. */
function criticalByDefault(name: ExtensionName, spec: ExtensionSpecs): boolean {
  if (name === 'basicConstraints') return spec.basicConstraints?.ca === true;
  return CRITICAL.includes(name);
}

/** In a fixed order. `own` and `issuer`: key identifiers to use where the spec does not say otherwise. */
export function buildExtensions(
  spec: ExtensionSpecs,
  own: Uint8Array | undefined,
  issuer: Uint8Array | undefined,
): BuiltExtension[] {
  const built: BuiltExtension[] = [];
  const addDer = (name: ExtensionName, value: Uint8Array | undefined) => {
    if (value === undefined) return;
    const critical = spec.critical?.[name] ?? criticalByDefault(name, spec);
    built.push({ oid: Oid[name], critical, value });
  };
  const add = (name: ExtensionName, value: object | undefined) =>
    addDer(name, value && new Uint8Array(AsnConvert.serialize(value)));
  add('basicConstraints', basicConstraints(spec));
  add('keyUsage', keyUsage(spec));
  add('extKeyUsage', extendedKeyUsage(spec));
  add(
    'subjectAltName',
    spec.subjectAltNames && new SubjectAlternativeName(spec.subjectAltNames.map(altName)),
  );
  add('nameConstraints', nameConstraints(spec));
  add('authorityInfoAccess', authorityInfoAccess(spec));
  add('cRLDistributionPoints', distributionPoints(spec));
  add('certificatePolicies', certificatePolicies(spec));
  add('policyMappings', policyMappings(spec));
  add('policyConstraints', policyConstraints(spec));
  addDer(
    'inhibitAnyPolicy',
    spec.inhibitAnyPolicy === undefined ? undefined : integer(spec.inhibitAnyPolicy),
  );
  addDer('tlsfeature', spec.tlsFeature && derSequence(...spec.tlsFeature.map(integer)));
  addDer('ocspNoCheck', spec.ocspNoCheck ? derValue(Tag.NULL) : undefined);
  const subjectKey = spec.subjectKeyIdentifier ?? own;
  add('subjectKeyIdentifier', subjectKey ? new SubjectKeyIdentifier(buffer(subjectKey)) : undefined);
  const authorityKey = spec.authorityKeyIdentifier ?? issuer;
  add('authorityKeyIdentifier', authorityKey ? authority(authorityKey) : undefined);
  return [...built, ...(spec.extraExtensions ?? [])];
}

function basicConstraints({ basicConstraints: wanted }: ExtensionSpecs): BasicConstraints | undefined {
  if (wanted === undefined) return undefined;
  const { ca, pathLength } = wanted;
  return new BasicConstraints({
    cA: ca,
    ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
  });
}

/** The flags of the library are the bits in the order of KEY_USAGES. */
function keyUsage({ keyUsage: usages }: ExtensionSpecs): AsnKeyUsage | undefined {
  if (usages === undefined) return undefined;
  return new AsnKeyUsage(usages.reduce((flags, usage) => flags | (1 << KEY_USAGES.indexOf(usage)), 0));
}

function extendedKeyUsage({ extendedKeyUsage: purposes }: ExtensionSpecs): ExtendedKeyUsage | undefined {
  const named: Readonly<Record<string, string>> = Oid;
  return purposes && new ExtendedKeyUsage(purposes.map((purpose) => named[purpose] ?? purpose));
}

function altName(name: AltNameSpec): GeneralName {
  if ('dns' in name) return new GeneralName({ dNSName: name.dns });
  if ('ip' in name) return new GeneralName({ iPAddress: name.ip });
  if ('email' in name) return new GeneralName({ rfc822Name: name.email });
  return new GeneralName({ uniformResourceIdentifier: name.uri });
}

function nameConstraints({ nameConstraints: wanted }: ExtensionSpecs): NameConstraints | undefined {
  if (wanted === undefined) return undefined;
  const { permitted, excluded } = wanted;
  return new NameConstraints({
    ...(permitted && { permittedSubtrees: subtrees(permitted) }),
    ...(excluded && { excludedSubtrees: subtrees(excluded) }),
  });
}

function subtrees(names: readonly AltNameSpec[]): GeneralSubtrees {
  return new GeneralSubtrees(names.map((name) => new GeneralSubtree({ base: altName(name) })));
}

function authorityInfoAccess({ authorityInfoAccess: wanted }: ExtensionSpecs) {
  if (wanted === undefined) return undefined;
  const describe = (method: string, uris: readonly string[] = []) =>
    uris.map(
      (uri) =>
        new AccessDescription({
          accessMethod: method,
          accessLocation: new GeneralName({ uniformResourceIdentifier: uri }),
        }),
    );
  return new AuthorityInfoAccessSyntax([
    ...describe(Oid.ocsp, wanted.ocsp),
    ...describe(Oid.caIssuers, wanted.caIssuers),
  ]);
}

function distributionPoints({ crlDistributionPoints: uris }: ExtensionSpecs) {
  if (uris === undefined) return undefined;
  const points = uris.map((uri) => {
    const fullName = [new GeneralName({ uniformResourceIdentifier: uri })];
    return new DistributionPoint({ distributionPoint: new DistributionPointName({ fullName }) });
  });
  return new CRLDistributionPoints(points);
}

function certificatePolicies({ certificatePolicies: policies }: ExtensionSpecs) {
  if (policies === undefined) return undefined;
  return new CertificatePolicies(
    policies.map((policy) => new PolicyInformation({ policyIdentifier: policyOid(policy) })),
  );
}

function policyMappings({ policyMappings: mappings }: ExtensionSpecs) {
  if (mappings === undefined) return undefined;
  return new PolicyMappings(
    mappings.map(([issuer, subject]) => {
      const pair = { issuerDomainPolicy: policyOid(issuer), subjectDomainPolicy: policyOid(subject) };
      return new PolicyMapping(pair);
    }),
  );
}

function policyOid(policy: string): string {
  return policy === 'anyPolicy' ? Oid.anyPolicy : policy;
}

function policyConstraints({ policyConstraints: wanted }: ExtensionSpecs) {
  if (wanted === undefined) return undefined;
  const { requireExplicitPolicy: require, inhibitPolicyMapping: inhibit } = wanted;
  return new PolicyConstraints({
    ...(require === undefined ? {} : { requireExplicitPolicy: skipContents(require) }),
    ...(inhibit === undefined ? {} : { inhibitPolicyMapping: skipContents(inhibit) }),
  });
}

/** The library takes the contents of these integers as they are. */
function skipContents(count: number): ArrayBuffer {
  return buffer(integer(count).subarray(2));
}

function integer(value: number): Uint8Array {
  return derSignedInteger(BigInt(value));
}

function authority(identifier: Uint8Array): AuthorityKeyIdentifier {
  return new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(new OctetString(buffer(identifier))),
  });
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
