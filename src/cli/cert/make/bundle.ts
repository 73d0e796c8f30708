/** All that one call makes: certificates, keys, and the files they are written to. */
import type { PrivateKey } from '../../../../emulator/crypto/provider.ts';
import { parseCertificate } from '../../../../emulator/x509/certificate.ts';
import { encodePrivateKey, KEY_LABELS } from '../../../../emulator/x509/keys.ts';
import { encodePem } from '../../../../emulator/x509/pem.ts';
import { UsageError } from '../../exit-codes.ts';
import type { Authority } from './authority.ts';
import type { OutputFile } from './folder.ts';
import { type KeyKind, newKey } from './keys.ts';
import { issueLeaf, type LeafPlan, type Validity } from './leaves.ts';

export interface BundleFile extends OutputFile {
  readonly what: string;
  /** Who needs it. */
  readonly use: string;
}

export interface Leaf {
  readonly plan: LeafPlan;
  readonly der: Uint8Array;
  /** Absent when it stayed with whoever sent the request. */
  readonly key: PrivateKey | undefined;
}

export interface Bundle {
  readonly authority: Authority | undefined;
  readonly leaves: readonly Leaf[];
  readonly files: readonly BundleFile[];
}

/** Without an authority the certificates sign themselves. */
export function makeBundle(
  plans: readonly LeafPlan[],
  authority: Authority | undefined,
  keyKind: KeyKind,
  validity: Validity,
): Bundle {
  const leaves = plans.map((plan) => makeLeaf(plan, authority, keyKind, validity));
  const files = [
    ...(authority === undefined ? [] : authorityFiles(authority, leaves)),
    ...leaves.flatMap((leaf) => leafFiles(leaf, authority)),
  ];
  refuseSameNames(files);
  return { authority, leaves, files };
}

function makeLeaf(
  plan: LeafPlan,
  authority: Authority | undefined,
  keyKind: KeyKind,
  validity: Validity,
): Leaf {
  if (authority !== undefined && plan.publicKey !== undefined) {
    const der = issueLeaf(plan, plan.publicKey, { issuer: authority.issuer }, validity);
    return { plan, der, key: undefined };
  }
  const key = newKey(keyKind);
  const signer = authority === undefined ? { selfSigned: key } : { issuer: authority.issuer };
  return { plan, der: issueLeaf(plan, key.publicKey, signer, validity), key };
}

function authorityFiles({ anchor, intermediates, made }: Authority, leaves: readonly Leaf[]): BundleFile[] {
  const clients = leaves.some(({ plan }) => plan.roles.includes('client'));
  const files = certificateFiles('ca', [anchor], {
    pem: clients ? 'server' : 'other clients',
    der: 'device',
  });
  if (intermediates.length > 0) {
    const use = 'in the chain files';
    files.push(...certificateFiles('intermediate', intermediates, { pem: use, der: use }));
  }
  for (const [name, { key }] of made) files.push(keyFile(name, key, 'stays here'));
  return files;
}

function leafFiles({ plan, der, key }: Leaf, authority: Authority | undefined): BundleFile[] {
  const { name, roles } = plan;
  const intermediates = authority?.intermediates ?? [];
  const server = roles.includes('server');
  const owner = key === undefined ? 'who sent the request' : server ? 'server' : 'device';
  const onDevice = key !== undefined && server ? 'a device that serves' : owner;
  const selfSigned = authority === undefined;
  const files = certificateFiles(name, [der], { pem: owner, der: selfSigned ? 'device' : onDevice });
  if (key !== undefined) {
    const bytes = encodePrivateKey(key, 'pkcs8');
    const pem = keyFile(name, key, owner);
    files.push(pem, { ...pem, name: `${name}.key.der`, bytes, use: onDevice });
  }
  if (name !== 'server' && intermediates.length === 0) return files;
  const chain = [der, ...intermediates];
  const what = chain.length === 1 ? 'all the server sends' : `certificate and ${chain.length - 1} above it`;
  const bytes = utf8(chain.map((each) => encodePem('CERTIFICATE', each)).join(''));
  return [...files, { name: chainName(plan), bytes, secret: false, what, use: owner }];
}

/** What the peer of this certificate's owner has to be sent. */
export function chainName({ name }: LeafPlan): string {
  return name === 'server' ? 'chain.pem' : `${name}-chain.pem`;
}

/** PEM holds all of them, DER the first. */
function certificateFiles(
  name: string,
  ders: readonly Uint8Array[],
  use: { pem: string; der: string },
): BundleFile[] {
  const what = parseCertificate(ders[0]!).subject.text || 'certificate without a subject';
  const bytes = utf8(ders.map((der) => encodePem('CERTIFICATE', der)).join(''));
  return [
    { name: `${name}.pem`, bytes, secret: false, what, use: use.pem },
    { name: `${name}.der`, bytes: ders[0]!, secret: false, what: 'the same in DER', use: use.der },
  ];
}

function keyFile(name: string, key: PrivateKey, use: string): BundleFile {
  const pem = encodePem(KEY_LABELS.pkcs8, encodePrivateKey(key, 'pkcs8'));
  return { name: `${name}.key`, bytes: utf8(pem), secret: true, what: 'private key', use };
}

function refuseSameNames(files: readonly OutputFile[]): void {
  const names = files.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`two certificates would be written to ${twice}`);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
