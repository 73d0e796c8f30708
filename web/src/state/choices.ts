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

export interface Choices {
  /** By the name of the host and the place of its service, as in `serverId`. */
  readonly servers: Readonly<Record<string, ServerChoice>>;
}

export const NO_CHOICES: Choices = { servers: {} };
export const choices = signal<Choices>(NO_CHOICES);

/** No scenario has a root of that name. */
const STRANGER = 'lab-stranger';

export function serverId({ host, service }: TlsServer): string {
  return `${host}/${service}`;
}

/** Nothing chosen, nothing turned. */
export function clearChoices(): void {
  choices.value = NO_CHOICES;
  settings.value = {};
}

type Patch = Settings['patch'];

/** The settings with what is chosen instead of what was chosen `before`; what other panes have set stays. */
export function settingsWith(
  base: Settings,
  chosen: Choices,
  servers: readonly TlsServer[],
  before: Choices = NO_CHOICES,
): Settings {
  const { patch: set, ...rest } = base;
  const patch = withPatch(withoutPatch(set, patchOf(before, servers)), patchOf(chosen, servers));
  return { ...rest, ...(patch && { patch }) };
}

function patchOf({ servers: chosen }: Choices, servers: readonly TlsServer[]): Patch {
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
  const pki = { ...(size(roots) && { roots }), ...(size(leaves) && { leaves }) };
  return { ...(size(pki) && { pki }), ...(size(hosts) && { hosts }) };
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
