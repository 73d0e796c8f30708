/**
 * Issuing a certificate. Scenarios of a catalogue have most of theirs in common (one seed, the same names, the same
 * day), so a thread that runs many remembers them: encoding and signing one takes 1.4 ms, a third of a megabyte of
 * library code that is warm only then.
 */
import type { CryptoProvider, PublicKey } from '../../../emulator/crypto/provider.ts';
import { RecentlyUsed } from '../../../emulator/crypto/recently-used.ts';
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import { buildCertificate, type Signer } from '../../../emulator/x509/build.ts';
import { describe, flipped } from './certificate-spec.ts';
import type { Entry } from './entries.ts';

export interface Order {
  readonly entry: Entry;
  readonly now: UnixSeconds;
  readonly publicKey: PublicKey;
  readonly signer: Signer;
  readonly crypto: CryptoProvider;
}

/** More than any scenario has: the largest bundle of roots is 140. */
const REMEMBERED = 500;

const issued = new RecentlyUsed<Order, Uint8Array>(REMEMBERED, nameOf, issue);

/** DER; the same order gives the same bytes, which must not be changed. */
export function issueCertificate(order: Order): Uint8Array {
  return issued.get(order);
}

function issue({ entry, now, publicKey, signer, crypto }: Order): Uint8Array {
  const der = buildCertificate({ ...describe(entry, now), publicKey, signer }, crypto);
  const { tamper } = entry.spec.damage;
  return tamper === undefined ? der : flipped(der, tamper.offset, tamper.mask);
}

/** All that the bytes depend on. Keys and certificates that are the same objects have the same contents. */
function nameOf({ entry, now, publicKey, signer, crypto }: Order): string {
  const { name, rank, position, spec } = entry;
  const objects = [publicKey, signer.key, signer.certificate].map((each) => each && numberOf(each));
  const serialNumber = String(spec.serialNumber);
  return JSON.stringify([crypto.name, name, rank, position, { ...spec, serialNumber }, now, objects]);
}

const numbers = new WeakMap<object, number>();
let last = 0;

function numberOf(object: object): number {
  const known = numbers.get(object) ?? ++last;
  numbers.set(object, known);
  return known;
}
