/**
 * Seeded randomness: xoshiro128** (Blackman, Vigna 2018), seeded through splitmix32 from the seed and a
 * label. Everything random in a world comes from here, so that a seed names a run. Each part of the world
 * forks a stream of its own by label: a new draw in one part then leaves the others' draws as they were.
 *
 * Nothing here is secret, and nothing here is fit to make a secret.
 */
export class Random {
  private readonly state: Uint32Array;
  private readonly seed: number;
  private readonly path: string;

  constructor(seed: number, path = '') {
    this.seed = seed;
    this.path = path;
    this.state = expandSeed(seed, path);
  }

  /** An independent stream; the same label gives the same stream, however much was drawn before. */
  fork(label: string): Random {
    return new Random(this.seed, `${this.path}/${label}`);
  }

  uint32(): number {
    const s = this.state;
    const result = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotateLeft(s[3]!, 11);
    return result;
  }

  /** A number in [0, 1) with 32 bits of resolution. */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer in [0, limit); limit at most 2^32. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i += 4) {
      const word = this.uint32();
      for (let j = i; j < Math.min(i + 4, length); j++) out[j] = word >>> (8 * (j - i));
    }
    return out;
  }
}

function expandSeed(seed: number, path: string): Uint32Array {
  // FNV-1a over the seed's eight bytes and the label, then splitmix32 so that near seeds give far states.
  let hash = 0x811c9dc5;
  const mix = (byte: number) => {
    hash = Math.imul(hash ^ (byte & 0xff), 0x01000193) >>> 0;
  };
  const high = Math.floor(seed / 0x1_0000_0000);
  for (let shift = 0; shift < 32; shift += 8) mix(seed >>> shift);
  for (let shift = 0; shift < 32; shift += 8) mix(high >>> shift);
  for (let i = 0; i < path.length; i++) mix(path.charCodeAt(i));
  return Uint32Array.from({ length: 4 }, () => {
    hash = (hash + 0x9e3779b9) >>> 0;
    let z = hash;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  });
}

function rotateLeft(x: number, k: number): number {
  return ((x << k) | (x >>> (32 - k))) >>> 0;
}
