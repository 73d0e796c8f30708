/** How two ends that speak TLS 1.3 notice that somebody talked them down: RFC 8446 section 4.1.3, RFC 7507. */
import { sameBytes } from '../world/bytes.ts';
import type { TlsServerConfig } from './config.ts';
import { TlsError } from './engine.ts';
import type { ClientHello } from './messages/client-hello.ts';
import { findExtension } from './messages/extensions.ts';
import type { Profile } from './profiles.ts';
import { spokenVersions } from './spoken-versions.ts';
import { TLS12, TLS13, versionName } from './versions.ts';

/** "DOWNGRD" and 1: the last octets of the random of a server that agrees on TLS 1.2, though it speaks 1.3. */
const SENTINEL_TLS12 = Uint8Array.from([0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x01]);
/** The same for versions below. */
const SENTINEL_TLS11 = Uint8Array.from([0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x00]);

const SSL30 = 0x0300;

/** RFC 7507: "this is not my best hello, a better one failed", in the shape of a suite. */
const FALLBACK_SCSV = 0x5600;

/** The random of a TLS 1.2 ServerHello, marked if the server speaks better. */
export function markDowngrade(random: Uint8Array, config: TlsServerConfig, profile: Profile): Uint8Array {
  if (!spokenVersions(config, profile).includes(TLS13)) return random;
  const marked = random.slice();
  marked.set(SENTINEL_TLS12, random.length - SENTINEL_TLS12.length);
  return marked;
}

/** What a client makes of a ServerHello that is not of TLS 1.3. Throws TlsError if it had offered 1.3 alone. */
export function checkDowngrade(version: number, random: Uint8Array, offer: ClientHello): void {
  const offered = findExtension(offer.extensions, 'supported_versions')?.versions;
  if (!offered?.includes(TLS13)) return;
  if (!offered.includes(version)) {
    throw new TlsError('unsupported-version', `the server speaks ${versionName(version)}`);
  }
  const end = random.subarray(random.length - SENTINEL_TLS12.length);
  if (sameBytes(end, SENTINEL_TLS12) || sameBytes(end, SENTINEL_TLS11)) {
    throw new TlsError(
      'illegal-parameter',
      `the server speaks TLS 1.3, yet ${versionName(version)} was agreed: somebody changed the ClientHello`,
    );
  }
}

/**
 * RFC 8446 section 4.2.1: the extension, where it is there, alone says which versions are meant; without it TLS 1.2 is
 * the highest, whatever the client calls itself.
 */
export function offeredVersions(hello: ClientHello): readonly number[] {
  const versions = findExtension(hello.extensions, 'supported_versions')?.versions;
  return versions ?? [Math.min(hello.version, TLS12)];
}

/** Why a server does not want to speak the version that this client leaves it; undefined when it does. */
export function refuseVersion(hello: ClientHello, spoken: readonly number[]): TlsError | undefined {
  if (hello.version <= SSL30) {
    // RFC 8446 appendix D.5, whatever the extension says.
    return new TlsError('unsupported-version', `the client calls itself ${versionName(hello.version)}`);
  }
  const offered = offeredVersions(hello);
  const common = offered.filter((version) => spoken.includes(version));
  const best = Math.max(...spoken);
  if (common.includes(best)) return undefined;
  if (hello.suites.includes(FALLBACK_SCSV)) {
    const problem = `the client fell back, but this server speaks ${versionName(best)}`;
    return new TlsError('inappropriate-fallback', problem);
  }
  if (common.length > 0) return undefined;
  const [theirs, ours] = [offered, spoken].map((versions) => versions.map(versionName).join(', '));
  return new TlsError('unsupported-version', `the client speaks ${theirs}, this server ${ours}`);
}
