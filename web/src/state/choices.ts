/** What is chosen in the lab for the next run, and the settings that come of it. */
import { signal } from '@preact/signals';
import type { Settings } from '../world/settings.ts';
import type { TlsServer } from '../world/survey.ts';
import { withoutPatch, withPatch } from './patch.ts';
import { settings } from './settings.ts';

/** What can be wrong with a server's certificate. */
export const DEFECTS = {
  expired: 'expired a month ago',
  'not-yet': 'not valid before next month',
  'wrong-name': 'made out to another name',
  'self-signed': 'self-signed',
  stranger: 'from an authority that nobody knows',
  'bad-signature': 'its signature is broken',
} as const;
export type Defect = keyof typeof DEFECTS;

export interface ServerChoice {
  readonly key?: string;
  readonly defect?: Defect;
  readonly versions?: readonly string[];
}

/** Attackers that can be added to any scenario. */
export interface Visitors {
  readonly eve?: boolean;
  /** Stands before this server with a certificate of her own making. */
  readonly mallory?: boolean;
}

export interface Choices {
  /** By the name of the host and the place of its service, as in `serverId`. */
  readonly servers: Readonly<Record<string, ServerChoice>>;
  readonly visitors: Visitors;
}

export const NO_CHOICES: Choices = { servers: {}, visitors: {} };
export const choices = signal<Choices>(NO_CHOICES);

/** Names that no scenario has. */
const STRANGER = 'lab-stranger';
const FORGED = 'lab-forged';
const EVE = 'lab-eve';
const MALLORY = 'lab-mallory';

export function serverId({ host, service }: TlsServer): string {
  return `${host}/${service}`;
}

/** Nothing chosen, nothing turned. */
export function clearChoices(): void {
  choices.value = NO_CHOICES;
  settings.value = {};
}

type Own = Pick<Settings, 'patch' | 'attackers'>;

/** The settings with what is chosen instead of what was chosen `before`; what other panes have set stays. */
export function settingsWith(
  base: Settings,
  chosen: Choices,
  servers: readonly TlsServer[],
  before: Choices = NO_CHOICES,
): Settings {
  const last = settingsOf(before, servers);
  const own = settingsOf(chosen, servers);
  const { patch: set, attackers: present = {}, ...rest } = base;
  const gone = Object.keys(last.attackers ?? {});
  const others = Object.entries(present).filter(([name]) => !gone.includes(name));
  const attackers = { ...Object.fromEntries(others), ...own.attackers };
  const patch = withPatch(withoutPatch(set, last.patch), own.patch);
  return { ...rest, ...(patch && { patch }), ...(size(attackers) && { attackers }) };
}

function settingsOf({ servers: chosen, visitors }: Choices, servers: readonly TlsServer[]): Own {
  const leaves: Record<string, unknown> = {};
  const hosts: Record<string, unknown> = {};
  const roots: Record<string, unknown> = {};
  for (const server of servers) {
    const { key, defect, versions } = chosen[serverId(server)] ?? {};
    const changes = { ...(key && { key }), ...(defect && defectOf(defect)) };
    if (Object.keys(changes).length > 0) leaves[server.certificate] = changes;
    if (defect === 'stranger') roots[STRANGER] = { subject: 'CN=An Authority Nobody Knows' };
    if (versions) hosts[server.host] = { services: { [server.service]: { tls: { versions } } } };
  }
  const target = servers[0];
  const mallory = visitors.mallory === true && target !== undefined;
  if (mallory) leaves[FORGED] = { issuer: 'self', subject: `CN=${target.host}`, san: [target.host] };
  const pki = { ...(size(roots) && { roots }), ...(size(leaves) && { leaves }) };
  const patch = { ...(size(pki) && { pki }), ...(size(hosts) && { hosts }) };
  const attackers: NonNullable<Settings['attackers']> = {
    ...(visitors.eve && { [EVE]: { type: 'eavesdropper' as const } }),
    ...(mallory && {
      [MALLORY]: { type: 'man-in-the-middle' as const, victim: target.host, certificate: FORGED },
    }),
  };
  return { patch, attackers };
}

function defectOf(defect: Defect): object {
  switch (defect) {
    case 'expired':
      return { validity: { from: '-395d', until: '-30d' } };
    case 'not-yet':
      return { validity: { from: '30d', until: '395d' } };
    case 'wrong-name':
      return { subject: 'CN=www.example.org', san: ['www.example.org'] };
    case 'self-signed':
      return { issuer: 'self' };
    case 'stranger':
      return { issuer: STRANGER };
    case 'bad-signature':
      return { damage: { signature: 'corrupt' } };
  }
}

function size(record: object): boolean {
  return Object.keys(record).length > 0;
}
