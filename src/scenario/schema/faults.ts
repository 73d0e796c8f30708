/** What goes wrong in the network, and when. */
import * as z from 'zod/mini';
import { doc, duration, linkQuality, name, signal } from './terms.ts';

const ofLink = {
  ...linkQuality,
  down: doc('Nothing gets through.', z.optional(z.boolean())),
  mtu: doc(
    'Longest IPv4 packet that the router takes through, bytes.',
    z.optional(z.int().check(z.minimum(576), z.maximum(1500))),
  ),
  blackHole: doc(
    'With "mtu": nobody tells the sender of a packet that is too long.',
    z.optional(z.boolean()),
  ),
};

const ofRadio = {
  off: doc('The radio is off: stations miss its beacons.', z.optional(z.boolean())),
  rssi: doc('Signal strength at the stations, dBm.', z.optional(signal)),
  deauthenticate: doc(
    'All stations are sent away at that moment, with this reason code of 802.11.',
    z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
  ),
};

/** Each place with the keys that say what happens there. */
const PLACES = {
  link: Object.keys(ofLink),
  accessPoint: Object.keys(ofRadio),
} as const;

export const fault = z
  .strictObject({
    at: doc('When it begins, virtual time.', duration),
    for: doc('How long it lasts; without, to the end of the run.', z.optional(duration)),
    link: doc(
      'What suffers: "wifi" or "internet", another access point’s link, or the line of one host or device, by name.',
      z.optional(name),
    ),
    ...ofLink,
    accessPoint: doc('Whose radio: "wifi" or another access point, by name.', z.optional(name)),
    ...ofRadio,
  })
  .check(z.superRefine(checkPlace));

export type NetworkFault = z.output<typeof fault>;

/** One place, and something that can happen there. */
function checkPlace(given: object, context: { issues: object[] }): void {
  const places = (Object.keys(PLACES) as (keyof typeof PLACES)[]).filter((place) => place in given);
  const place = places[0];
  const problem = (message: string) => context.issues.push({ code: 'custom', input: given, message });
  if (place === undefined || places.length > 1) {
    problem('expected either "link" or "accessPoint", to say where');
    return;
  }
  const what = Object.keys(given).filter((key) => key !== 'at' && key !== 'for' && key !== place);
  const stray = what.find((key) => !PLACES[place].includes(key));
  if (stray !== undefined) problem(`"${stray}" is nothing that happens to ${AN[place]}`);
  else if (what.length === 0) problem(`expected one of ${PLACES[place].join(', ')}, to say what`);
}

const AN = { link: 'a link', accessPoint: 'an access point' } as const;
