/** Certificates with something changed in them, judged under both profiles. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { Random } from '../../emulator/world/random.ts';
import type { AnnotatedField } from '../../emulator/world/trace-events.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { type ChainVerdict, verifyChain } from '../../emulator/x509/verify.ts';
import { mutateBytes, pick, type Spot, spots } from './mutate.ts';
import type { Outcome, Target } from './outcome.ts';

export interface Chain {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly anchors: readonly Uint8Array[];
  readonly host: string;
  readonly time: number;
}

export function certificateTarget(
  weight: number,
  seed: number,
  chains: readonly Chain[],
  crypto: CryptoProvider,
): Target {
  const known = new Map(
    chains.flatMap(({ chain }) => chain).map((der) => [der, spots(parseCertificate(der).fields)]),
  );
  return {
    name: 'certificates',
    weight,
    run(index) {
      const random = new Random(seed, `certificates/${index}`);
      const { chain, ...question } = pick(random, chains);
      const at = random.below(chain.length);
      const changed = chain.map((der, i) => (i === at ? change(der, known.get(der)!, random) : der));
      const purpose = random.unit() < 0.5 ? 'server' : 'client';
      const verdicts = (['mbedtls', 'rfc5280'] as const).map((profile) =>
        verifyChain({ ...question, chain: changed, purpose, profile, crypto }),
      );
      return outcomeOf(changed[at]!, verdicts);
    },
  };
}

/** Mostly one DER value, with the lengths of those around it put right; else the bytes, blindly. */
function change(der: Uint8Array, all: readonly Spot[], random: Random): Uint8Array {
  if (random.unit() < 0.25) return mutateBytes(der, random);
  const { field, around } = pick(random, all);
  const end = field.offset + field.length;
  const fresh = pick(random, VALUES)(der.subarray(field.offset, end), random);
  const out = Buffer.concat([der.subarray(0, field.offset), fresh, der.subarray(end)]);
  return mended(out, around, fresh.length - field.length) ?? out;
}

const VALUES: readonly ((old: Uint8Array, random: Random) => Uint8Array)[] = [
  (old, random) => flipped(old, random, 0),
  // The contents, not the header.
  (old, random) => flipped(old, random, 2),
  (old, random) => flipped(old, random, 2),
  () => new Uint8Array(0),
  (old) => Buffer.concat([old, old]),
  () => Uint8Array.of(0x05, 0x00),
  (_, random) => Uint8Array.of(pick(random, TAGS), 0x01, random.below(256)),
];

/** BOOLEAN, INTEGER, BIT STRING, OCTET STRING, NULL, OID, UTF8String, UTCTime, SEQUENCE, SET, [0], [3]. */
const TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x17, 0x30, 0x31, 0xa0, 0xa3] as const;

function flipped(old: Uint8Array, random: Random, from: number): Uint8Array {
  const out = old.slice();
  if (out.length > from) out[from + random.below(out.length - from)] = random.below(256);
  return out;
}

/**
 * The lengths of the values around a change, put right from the inside out. Undefined when one would need more
 * or fewer octets than it has.
 */
function mended(der: Uint8Array, around: readonly AnnotatedField[], by: number): Uint8Array | undefined {
  const out = der.slice();
  for (const { offset } of around) {
    const first = out[offset + 1]!;
    const size = first < 0x80 ? 1 : first & 0x7f;
    const at = first < 0x80 ? offset + 1 : offset + 2;
    let length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + out[at + i]!;
    length += by;
    if (length < 0 || length >= (first < 0x80 ? 0x80 : 256 ** size)) return undefined;
    for (let i = 0; i < size; i++) out[at + i] = Math.floor(length / 256 ** (size - 1 - i));
  }
  return out;
}

/** The state is named by what the device found wrong, or by what the stricter profile did if it found nothing. */
function outcomeOf(der: Uint8Array, [device, strict]: readonly ChainVerdict[]): Outcome {
  const failed = (verdict: ChainVerdict) => verdict.checks.find(({ outcome }) => outcome === 'fail');
  const found = failed(device!) ?? failed(strict!);
  return { state: `CERTIFICATE ${found?.check ?? 'accepted'}`, deep: der[0] === 0x30 && der.length > 4 };
}
