/** The extensions of a certificate to be built; used by build.ts alone (it imports the library). */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  KeyUsage as AsnKeyUsage,
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyIdentifier,
  NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';
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
  /** "serverAuth", "clientAuth", "anyExtendedKeyUsage" or dotted OIDs. */
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectAltNames?: readonly AltNameSpec[];
  /** `dns` without a leading dot covers the domain and what is below it; `ip` is "192.0.2.0/24". */
  readonly nameConstraints?: {
    readonly permitted?: readonly AltNameSpec[];
    readonly excluded?: readonly AltNameSpec[];
  };
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
  | 'subjectKeyIdentifier'
  | 'authorityKeyIdentifier';

export interface BuiltExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** What extnValue wraps. */
  readonly value: Uint8Array;
}

/** RFC 5280 section 4.2.1: basicConstraints of a CA, keyUsage and nameConstraints are critical. */
function criticalByDefault(name: ExtensionName, spec: ExtensionSpecs): boolean {
  if (name === 'basicConstraints') return spec.basicConstraints?.ca === true;
  return name === 'keyUsage' || name === 'nameConstraints';
}

/** In a fixed order. `own` and `issuer`: key identifiers to use where the spec does not say otherwise. */
export function buildExtensions(
  spec: ExtensionSpecs,
  own: Uint8Array | undefined,
  issuer: Uint8Array | undefined,
): BuiltExtension[] {
  const built: BuiltExtension[] = [];
  const add = (name: ExtensionName, value: object | undefined) => {
    if (value === undefined) return;
    const critical = spec.critical?.[name] ?? criticalByDefault(name, spec);
    built.push({ oid: Oid[name], critical, value: new Uint8Array(AsnConvert.serialize(value)) });
  };
  add('basicConstraints', basicConstraints(spec));
  add('keyUsage', keyUsage(spec));
  add('extKeyUsage', extendedKeyUsage(spec));
  add(
    'subjectAltName',
    spec.subjectAltNames && new SubjectAlternativeName(spec.subjectAltNames.map(altName)),
  );
  add('nameConstraints', nameConstraints(spec));
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

function authority(identifier: Uint8Array): AuthorityKeyIdentifier {
  return new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(new OctetString(buffer(identifier))),
  });
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
