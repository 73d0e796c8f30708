/** Keys: what kind, and the hashes they are known by. Never a private number. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { nodeProvider } from '../../../../emulator/crypto/node.node.ts';
import { toHex } from '../../../../emulator/world/bytes.ts';
import type { AnnotatedField } from '../../../../emulator/world/trace-events.ts';
import { DerError, DerReader, readExplained, Tag } from '../../../../emulator/x509/der.ts';
import { derOid, derSequence, derValue } from '../../../../emulator/x509/der-write.ts';
import { encodePublicKey, parsePrivateKey } from '../../../../emulator/x509/keys.ts';
import { Oid } from '../../../../emulator/x509/oids.ts';
import { readSubjectPublicKey, type SubjectPublicKey } from '../../../../emulator/x509/public-key.ts';
import { decryptCommand } from '../files.ts';
import { keyOnDevice, keyRefused, NO_ED25519 } from './device-view.ts';
import type { DeviceView, Inspected, KeyFacts } from './inspected.ts';
import { keyRemarks } from './remarks.ts';

type Described = Pick<Inspected, 'publicKey' | 'privateKey' | 'device' | 'remarks'> & {
  readonly fields: readonly AnnotatedField[];
};

export function keyFacts({ kind, bits, curve, raw, bitString }: SubjectPublicKey): KeyFacts {
  return {
    kind,
    bits,
    ...(curve !== undefined && { curve }),
    pin: Buffer.from(nodeProvider.hash('sha256', raw)).toString('base64'),
    keyIdentifier: toHex(nodeProvider.hash('sha1', bitString)),
  };
}

/** SubjectPublicKeyInfo, or PKCS#1's RSAPublicKey, which is what it holds for RSA. Throws DerError. */
export function describeKey(der: Uint8Array): Described {
  const bare = new DerReader(der);
  bare.tag(Tag.SEQUENCE);
  if (bare.isTag(Tag.INTEGER)) {
    return { ...describeKey(wrapped(der)), fields: [] };
  }
  const { fields, ...key } = readExplained(der, 'PK_KEY_INVALID_FORMAT', (reader) => {
    const found = reader.field('SubjectPublicKeyInfo', () => readSubjectPublicKey(reader, false));
    reader.expectEnd();
    return found;
  });
  return { publicKey: keyFacts(key), remarks: keyRemarks(key), fields };
}

function wrapped(rsaPublicKey: Uint8Array): Uint8Array {
  const algorithm = derSequence(derOid(Oid.rsaEncryption), derValue(Tag.NULL));
  return derSequence(algorithm, derValue(Tag.BIT_STRING, Uint8Array.of(0), rsaPublicKey));
}

/** `der` undefined: it is encrypted. Throws DerError. */
export function describePrivateKey(der: Uint8Array | undefined, { file }: { file: string }): Described {
  if (der === undefined) {
    return {
      privateKey: { format: 'encrypted' },
      device: keyRefused('it cannot ask for the password'),
      remarks: [`to decrypt it: ${decryptCommand(file)}`],
      fields: [],
    };
  }
  const { publicKey, device } = readPrivateKey(der);
  return { ...describeKey(publicKey), privateKey: { format: formatOf(der) }, device, fields: [] };
}

/** The device's reader knows fewer kinds of keys than there are; Node says what such a one is. */
function readPrivateKey(der: Uint8Array): { publicKey: Uint8Array; device: DeviceView } {
  try {
    const key = parsePrivateKey(der);
    return { publicKey: encodePublicKey(key.publicKey), device: keyOnDevice(key) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const publicKey = publicHalf(der);
    if (publicKey === undefined) throw error;
    const ed25519 = describeKey(publicKey).publicKey?.kind === 'ed25519';
    return { publicKey, device: keyRefused(ed25519 ? NO_ED25519 : error.message) };
  }
}

function publicHalf(der: Uint8Array): Uint8Array | undefined {
  for (const type of ['pkcs8', 'sec1'] as const) {
    try {
      const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type });
      return new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
    } catch {
      // Not a key in this format.
    }
  }
  return undefined;
}

/** The formats differ right after the version. */
function formatOf(der: Uint8Array): string {
  const reader = new DerReader(der);
  reader.tag(Tag.SEQUENCE);
  reader.value(Tag.INTEGER);
  if (reader.isTag(Tag.SEQUENCE)) return 'PKCS#8';
  return reader.isTag(Tag.OCTET_STRING) ? 'SEC1' : 'PKCS#1';
}
