/** Who is in the world: Eve, Mallory, and whether Trent is at work, as settings of the next run. */
import { patched } from '../state/patch.ts';
import type { Settings } from '../world/settings.ts';
import type { Place, Victim } from './place.ts';

export const EVE = 'eve';
export const MALLORY = 'mallory';

/** Her leaf in `pki`: no scenario has one of that name. */
const PAPERS = 'mallorys-own';

/** What Mallory shows: a certificate that she has made herself, the server's with its stolen key, or nothing. */
export const PAPERS_OF_MALLORY = ['made', 'stolen', 'none'] as const;
export type Papers = (typeof PAPERS_OF_MALLORY)[number];

/** Long enough ago that every device with a clock notices. */
const EXPIRED = { from: '-400d', until: '-1d' };

export function isPresent({ absent = [] }: Settings, own: string): boolean {
  return !absent.includes(own);
}

/** One of the scenario's own attackers stays at home, or comes back. */
export function withOwn(settings: Settings, name: string, present: boolean): Settings {
  const others = (settings.absent ?? []).filter((each) => each !== name);
  return tidy({ ...settings, absent: present ? others : [...others, name] });
}

/** Whether Eve has anything to listen to, and nobody listens yet. */
export function canAddEve({ own, taken, hasDevices }: Place): boolean {
  return hasDevices && !taken.includes(EVE) && !own.some(({ type }) => type === 'eavesdropper');
}

/** Whether there is a server to stand before; in some scenarios Mallory has a board of her own. */
export function canAddMallory({ victims, taken }: Place): boolean {
  return victims.length > 0 && !taken.includes(MALLORY);
}

export function hasEve({ attackers }: Settings): boolean {
  return attackers?.[EVE] !== undefined;
}

export function withEve(settings: Settings, present: boolean): Settings {
  return withAttacker(settings, EVE, present ? { type: 'eavesdropper', link: 'wifi' } : undefined);
}

export function papersOf(settings: Settings): Papers | undefined {
  const mallory = settings.attackers?.[MALLORY];
  if (mallory === undefined || mallory.type !== 'man-in-the-middle') return undefined;
  if (mallory.certificate === undefined) return 'none';
  return mallory.certificate === PAPERS ? 'made' : 'stolen';
}

/** Mallory before a server; undefined papers send her home. */
export function withMallory(
  settings: Settings,
  { leaves }: Place,
  { host, port, certificate, chain }: Victim,
  papers: Papers | undefined,
): Settings {
  const original = certificate === undefined ? {} : (leaves[certificate] ?? {});
  const forged = {
    issuer: 'self',
    subject: original.subject ?? `CN=${host}`,
    ...(original.san !== undefined && { san: original.san }),
  };
  const shown = { made: PAPERS, stolen: certificate, none: undefined }[papers ?? 'none'];
  const changed = withAttacker(
    settings,
    MALLORY,
    papers && {
      type: 'man-in-the-middle',
      victim: host,
      port,
      ...(shown !== undefined && { certificate: shown }),
      // What the server sends after it, everybody may have.
      ...(papers === 'stolen' && { chain: [...chain] }),
    },
  );
  const patch = patched(changed.patch, ['pki', 'leaves', PAPERS], papers === 'made' ? forged : undefined);
  return tidy({ ...changed, patch });
}

export function isHoliday({ patch }: Settings, place: Place): boolean {
  const { leaves } = (patch?.pki ?? {}) as { leaves?: Record<string, { validity?: object }> };
  // A certificate may have been made to expire for other reasons.
  const ended = JSON.stringify(EXPIRED);
  return namesOfServers(place).some((name) => JSON.stringify(leaves?.[name]?.validity) === ended);
}

/** Trent does not renew what the servers show, and does not answer whether it is revoked. */
export function withHoliday(settings: Settings, place: Place, holiday: boolean): Settings {
  let { patch } = settings;
  for (const name of namesOfServers(place)) {
    patch = patched(patch, ['pki', 'leaves', name, 'validity'], holiday ? EXPIRED : undefined);
  }
  const away = place.responders.map((host) => ({ 'set-host': { host, up: false } }));
  const steps = holiday && away.length > 0 ? [...away, ...place.steps] : undefined;
  return tidy({ ...settings, patch: patched(patch, ['steps'], steps) });
}

/** Certificates that servers show and that somebody has issued. */
export function namesOfServers({ victims, leaves }: Place): string[] {
  const names = victims.flatMap(({ certificate }) => certificate ?? []);
  return [...new Set(names)].filter((name) => leaves[name] !== undefined && leaves[name].issuer !== 'self');
}

type Attacker = NonNullable<Settings['attackers']>[string];

function withAttacker(settings: Settings, name: string, attacker: Attacker | undefined): Settings {
  const { [name]: _, ...others } = settings.attackers ?? {};
  return tidy({ ...settings, attackers: attacker === undefined ? others : { ...others, [name]: attacker } });
}

/** A setting that says nothing is none. */
function tidy(settings: { readonly [K in keyof Settings]: Settings[K] | undefined }): Settings {
  const said = Object.entries(settings).filter(
    ([, value]) => value !== undefined && !(typeof value === 'object' && Object.keys(value).length === 0),
  );
  return Object.fromEntries(said);
}
