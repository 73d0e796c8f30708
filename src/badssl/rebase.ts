/**
 * A scenario's certificates for here and now: valid by the computer's clock, and for names under which the server is
 * reached. What is wrong in the scenario stays wrong, and nothing else becomes so.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { UnixSeconds } from '../../emulator/world/time.ts';
import type { Issued } from '../scenario/schema/pki.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Moment } from '../scenario/units.ts';
import type { Shown } from './select.ts';

/** Under which names clients find the servers. */
export interface Place {
  /** Name or address that clients connect to: "localhost". */
  readonly host: string;
  /** Addresses that `host` stands for. */
  readonly addresses: readonly string[];
  readonly now: UnixSeconds;
}

export interface Rebased {
  readonly scenario: Scenario;
  /** The case's own name, which its certificate holds as well: "expired-certificate.badssl.localhost". */
  readonly name: string;
}

/** What the scenarios call the domain of their servers. */
const DOMAIN = 'example.com';

/** For hosts that are known by an address only (RFC 6761: a domain that nobody has). */
const NO_DOMAIN = 'test';

export function rebase(
  scenario: Scenario,
  caseName: string,
  shown: Pick<Shown, 'asked' | 'host'>,
  place: Place,
): Rebased {
  const domain = `badssl.${isIP(place.host) ? NO_DOMAIN : place.host}`;
  const own = `${caseName}.${domain}`;
  const rename = (name: string) => renamed(name, shown.host, own, domain);
  // A client that connects to `host` shall find that in the certificate where it holds the name that is asked for.
  const alsoHere = shown.asked === shown.host ? [place.host, ...place.addresses] : [];
  const names = (san: readonly string[]) =>
    san.flatMap((name) => (name === shown.host ? [own, ...alsoHere] : rename(name)));
  const move = (entry: Issued, key: string, isRoot: boolean): Issued => ({
    ...entry,
    ...(entry.validity && { validity: fromNow(entry.validity, scenario.time) }),
    ...(entry.serialNumber === undefined && !isRoot && { serialNumber: serialNumber(`${caseName}/${key}`) }),
    ...(entry.subject && { subject: subject(entry, shown.host, { rename, here: place.host }) }),
    san: [...new Set(names(entry.san))],
    ...(entry.nameConstraints && {
      nameConstraints: {
        // What a client connects to shall not be what the constraints are about.
        permitted: entry.nameConstraints.permitted && [
          ...entry.nameConstraints.permitted.map(rename),
          ...(isIP(place.host) ? [] : [place.host]),
        ],
        excluded: entry.nameConstraints.excluded?.map(rename),
      },
    }),
  });
  const all = <T>(entries: Readonly<Record<string, T>>, isRoot = false): Record<string, T> =>
    Object.fromEntries(
      Object.entries(entries).map(([key, entry]) => [
        key,
        move(entry as unknown as Issued, key, isRoot) as unknown as T,
      ]),
    );
  const { pki } = scenario;
  return {
    name: rename(shown.asked),
    scenario: {
      ...scenario,
      time: place.now,
      pki: {
        ...pki,
        roots: all(pki.roots, true),
        intermediates: all(pki.intermediates),
        leaves: all(pki.leaves),
      },
    },
  };
}

/** "api.example.com" is the case's own name, "eu.api.example.com" lies under it, "*.example.com" beside it. */
function renamed(name: string, host: string, own: string, domain: string): string {
  if (name === host) return own;
  if (name.endsWith(`.${host}`)) return `${name.slice(0, -host.length)}${own}`;
  if (name === DOMAIN || name.endsWith(`.${DOMAIN}`)) return `${name.slice(0, -DOMAIN.length)}${domain}`;
  // The domain above: "*.com".
  return name === '*.com' ? `*.${domain.slice(domain.indexOf('.') + 1)}` : name;
}

/**
 * A common name that is to mislead clients which look at it must be the name that they connect to. Elsewhere it says
 * which case it is.
 */
function subject(
  { subject: text, san }: Issued,
  host: string,
  { rename, here }: { rename(name: string): string; here: string },
): string {
  const misleads = san.length > 0 && !san.includes(host);
  return text!.replace(/(?<=CN=)[^,]+/g, (name) => (misleads && name === host ? here : rename(name)));
}

/** A date of the scenario, at the same distance from now as it was from the scenario's time. */
function fromNow({ from, until }: NonNullable<Issued['validity']>, time: UnixSeconds) {
  const moved = (moment: Moment): Moment => ('time' in moment ? { fromNow: moment.time - time } : moment);
  return { from: moved(from), until: moved(until) };
}

/** Two certificates of one issuer must not share a number (RFC 5280, section 4.1.2.2); NSS refuses the second. */
function serialNumber(label: string): bigint {
  return createHash('sha256').update(label).digest().readBigUInt64BE() >> 1n;
}
