/**
 * What a person turns before a run, beside the scenario's own text: applied to the data of scenario.yaml before it is
 * checked, so that a setting is refused as the same words in the file would be.
 */
import type { ScenarioInput } from '../../../src/scenario/schema.ts';

/** As scenario.yaml writes it: `{ latency: '20ms', loss: '5%', bandwidth: '1Mbit/s' }`. */
export type LinkSettings = NonNullable<NonNullable<ScenarioInput['network']>['internet']>;

export interface Settings {
  /** Instead of the scenario's. */
  readonly seed?: number;
  /** A board profile by name, instead of the scenario's. */
  readonly board?: string;
  /** The world as it is with nothing wrong. */
  readonly withoutDefect?: boolean;
  readonly wifi?: LinkSettings;
  readonly internet?: LinkSettings;
  /** Names of the scenario's attackers that stay at home. */
  readonly absent?: readonly string[];
  /** Attackers by name, in the shape of scenario.yaml, beside or in place of its own. */
  readonly attackers?: NonNullable<ScenarioInput['attackers']>;
  /** Takes the place of each `verify_mode` that a program sets by name. */
  readonly verifyMode?: VerifyMode;
  /** Merged into the data of the scenario, after all else, as `withoutDefect` is: RFC 7396, and indices change lists. */
  readonly patch?: Readonly<Record<string, unknown>>;
}

export const VERIFY_MODES = ['CERT_NONE', 'CERT_OPTIONAL', 'CERT_REQUIRED'] as const;
export type VerifyMode = (typeof VERIFY_MODES)[number];

type Data = Readonly<Record<string, unknown>>;

/** The data of scenario.yaml as the settings change it. */
export function applySettings(data: unknown, settings: Settings): unknown {
  if (!isData(data)) return data;
  const { wifi, internet, absent = [], attackers = {}, patch } = settings;
  let changed: unknown = data;
  if (wifi !== undefined || internet !== undefined) {
    changed = merged(changed, { network: { ...(wifi && { wifi }), ...(internet && { internet }) } });
  }
  if (absent.length > 0 || Object.keys(attackers).length > 0) {
    const own = isData(data.attackers) ? data.attackers : {};
    const present = Object.entries({ ...own, ...attackers }).filter(([name]) => !absent.includes(name));
    changed = { ...withoutWordsOf(absent, changed as Data), attackers: Object.fromEntries(present) };
  }
  return patch === undefined ? changed : merged(changed, patch);
}

/** Of somebody who is not there nothing can be expected, and nothing be mended. */
function withoutWordsOf(absent: readonly string[], data: Data): Data {
  if (absent.length === 0) return data;
  const isThere = (name: unknown) => typeof name !== 'string' || !absent.includes(name);
  const { expect, withoutDefect, ...rest } = data;
  const present = (entries: Data) =>
    Object.fromEntries(Object.entries(entries).filter(([name]) => isThere(name)));
  const isAbout = (each: unknown) => !isData(each) || (isThere(each.from) && isThere(each.to));
  const expected = isData(expect) && {
    ...expect,
    ...(isData(expect.attackers) && { attackers: present(expect.attackers) }),
    ...(Array.isArray(expect.handshakes) && { handshakes: expect.handshakes.filter(isAbout) }),
  };
  const mended = isData(withoutDefect)
    ? Object.entries(withoutDefect)
        .map(([key, value]) => [key, key === 'attackers' && isData(value) ? present(value) : value] as const)
        .filter(([, value]) => !isData(value) || Object.keys(value).length > 0)
    : [];
  return {
    ...rest,
    ...(expected && { expect: expected }),
    ...(mended.length > 0 && { withoutDefect: Object.fromEntries(mended) }),
  };
}

/** A file of the scenario as the settings change it. */
export function applyToFile(name: string, text: string, { verifyMode }: Settings): string {
  if (verifyMode === undefined || !name.endsWith('.py')) return text;
  return text.replace(/(verify_mode\s*=\s*(?:ssl|tls)\.)CERT_[A-Z]+/g, `$1${verifyMode}`);
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7396, section 2; a mapping changes those entries of a list whose indices are its keys. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isData(patch)) return patch;
  if (Array.isArray(target)) return target.map((item, i) => (i in patch ? merged(item, patch[i]) : item));
  const result: Record<string, unknown> = isData(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
