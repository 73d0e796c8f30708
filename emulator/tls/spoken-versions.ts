/** Which versions an end speaks: those it is told to, as far as it has suites for them. */
import type { TlsClientConfig, TlsServerConfig } from './config.ts';
import type { Profile } from './profiles.ts';
import { suiteById } from './suites.ts';
import { DEFAULT_TLS13_SUITES, type Tls13Suite, tls13SuiteById } from './tls13/suites.ts';
import { TLS13 } from './versions.ts';

type VersionConfig = Pick<TlsClientConfig | TlsServerConfig, 'versions' | 'suites'>;

/** In order of preference. */
export function spokenVersions(config: VersionConfig, profile: Profile): readonly number[] {
  const suites = suitesOf(config, profile);
  const hasSuites = {
    tls13: suites.some((id) => tls13SuiteById(id) !== undefined),
    older: suites.some((id) => suiteById(id) !== undefined),
  };
  return (config.versions ?? profile.versions).filter((version) =>
    version === TLS13 ? hasSuites.tls13 : hasSuites.older,
  );
}

/** In order of preference; empty when TLS 1.3 is not spoken. */
export function tls13Suites(config: VersionConfig, profile: Profile): readonly Tls13Suite[] {
  if (!spokenVersions(config, profile).includes(TLS13)) return [];
  return suitesOf(config, profile)
    .map(tls13SuiteById)
    .filter((suite): suite is Tls13Suite => suite !== undefined);
}

function suitesOf(config: VersionConfig, profile: Profile): readonly number[] {
  return config.suites ?? [...DEFAULT_TLS13_SUITES, ...profile.suites];
}
