/**
 * What one part of a scenario says of another: a name must be of something that is there. Works on the data
 * as written, so that a misspelt key elsewhere does not hide a misspelt name here.
 */
import {
  ATTACKER_ADDRESS,
  INTERNET_LINK,
  LAN_PREFIX,
  ROUTER,
  ROUTER_ADDRESS,
  WIFI_LINK,
  WORLD,
} from './addressing.ts';
import { type Found, keysAt, type Path, select } from './data-paths.ts';
import { didYouMean } from './did-you-mean.ts';
import { checkLesson } from './lessons/rules.ts';
import { CERTIFICATES, checkPki } from './pki/rules.ts';
import { type Problem, pathText } from './problem.ts';
import { STEP_KINDS } from './schema/steps.ts';

interface Reference {
  /** Where the name stands, as `select` reads it. */
  readonly from: string;
  readonly what: string;
  /** Maps whose keys are the names that may stand there. */
  readonly among: readonly string[];
  /** Words that mean something else than a name. */
  readonly except?: readonly string[];
}

/** Where a certificate of the scenario is named. */
const CERTIFICATE_REFERENCES = [
  'pki.roots.*.keyOf',
  'pki.intermediates.*.keyOf',
  'pki.leaves.*.keyOf',
  'pki.roots.*.revoked.*.certificate',
  'pki.intermediates.*.revoked.*.certificate',
  'pki.crls.*.issuer',
  'pki.crls.*.revoked.*.certificate',
  'pki.ocsp.*.certificate',
  'pki.ocsp.*.issuer',
  'pki.ocsp.*.responder',
  'hosts.*.services.*.certificate',
  'hosts.*.services.*.chain.*',
  'hosts.*.services.*.clientCa.*',
  'hosts.*.services.*.responder',
  'hosts.*.services.*.cloud.ca.*',
  'hosts.*.services.*.cloud.certificate',
  'hosts.*.services.*.cloud.chain.*',
  'hosts.*.services.*.routes.*.certificate',
  'hosts.*.services.*.routes.*.fingerprints.*',
  'hosts.*.services.*.tls.faults.*.chain.*',
  'attackers.*.certificate',
  'attackers.*.chain.*',
  'attackers.*.tamperClient.*.chain.*',
  'attackers.*.tamperServer.*.chain.*',
  'devices.*.files.*.certificate',
  'devices.*.files.*.chain.*',
  'devices.*.files.*.fingerprints.*',
  'devices.*.files.*.key',
  'devices.*.secureElement',
  'steps.*.use-key.key',
  'steps.*.use-key.peer',
];

const AUTHORITIES = ['pki.roots', 'pki.intermediates', 'pki.imported'];

const ACTORS = ['devices', 'hosts', 'attackers'];

/** What can be made better or worse: a whole link, or what one host or device has of it. */
const LINKS = {
  what: 'link, access point, host or device',
  among: ['network.accessPoints', 'hosts', 'devices'],
  except: [WIFI_LINK, INTERNET_LINK],
};

const REFERENCES: readonly Reference[] = [
  ...CERTIFICATE_REFERENCES.map((from) => ({ from, what: 'certificate', among: CERTIFICATES })),
  { from: 'pki.intermediates.*.issuer', what: 'certificate authority', among: AUTHORITIES },
  {
    from: 'pki.leaves.*.issuer',
    what: 'certificate authority',
    among: [...AUTHORITIES, 'pki.leaves'],
    except: ['self'],
  },
  ...['hosts.*.services.*.routes.*.crl', 'devices.*.files.*.crl'].map((from) => ({
    from,
    what: 'revocation list',
    among: ['pki.crls'],
  })),
  ...['hosts.*.services.*.ocsp', 'hosts.*.services.*.routes.*.ocsp', 'devices.*.files.*.ocsp'].map(
    (from) => ({
      from,
      what: 'OCSP response',
      among: ['pki.ocsp'],
    }),
  ),
  { from: 'hosts.*.services.*.issuer', what: 'certificate authority', among: AUTHORITIES },
  { from: 'hosts.*.services.*.cloud.host', what: 'host', among: ['hosts'] },
  { from: 'attackers.*.victim', what: 'host', among: ['hosts'] },
  {
    from: 'network.faults.*.link',
    ...LINKS,
  },
  {
    from: 'steps.*.set-link.link',
    ...LINKS,
  },
  {
    from: 'network.faults.*.accessPoint',
    what: 'access point',
    among: ['network.accessPoints'],
    except: [WIFI_LINK],
  },
  { from: 'steps.*.device', what: 'device', among: ['devices'] },
  { from: 'steps.*.set-rtc.device', what: 'device', among: ['devices'] },
  {
    from: 'steps.*.use-key.by',
    what: 'certificate, device, host or attacker',
    among: [...CERTIFICATES, ...ACTORS],
  },
  { from: 'steps.*.set-host.host', what: 'host', among: ['hosts'] },
  { from: 'expect.handshakes.*.from', what: 'device, host or attacker', among: ACTORS },
  { from: 'expect.handshakes.*.to', what: 'device, host or attacker', among: ACTORS },
  { from: 'expect.handshakes.*.alert.by', what: 'device, host or attacker', among: ACTORS },
  { from: 'expect.handshakes.*.alerts.*.by', what: 'device, host or attacker', among: ACTORS },
];

/** Maps whose keys name one kind of thing together, so that a name may occur in one of them only. */
const NAMESPACES: readonly (readonly string[])[] = [CERTIFICATES, [...ACTORS, 'network.accessPoints']];

/** Of these exactly one says what a file in flash holds, and at most one of the bodies what a route answers. */
const FLASH_SOURCES = ['certificate', 'chain', 'key', 'fingerprints', 'crl', 'ocsp', 'file', 'text'] as const;
const ROUTE_BODIES = ['body', 'file', 'certificate', 'fingerprints', 'crl', 'ocsp', 'websocket'] as const;

export function checkReferences(data: unknown): Problem[] {
  return [
    ...REFERENCES.flatMap((reference) => checkReference(data, reference)),
    ...NAMESPACES.flatMap((maps) =>
      checkUnique(
        maps.flatMap((map) => keysAt(data, map)),
        (found) => `the name '${String(found.value)}'`,
      ),
    ),
    ...checkUnique(select(data, 'hosts.*.address'), (found) => `the address ${String(found.value)}`),
    ...checkAttackersAddresses(data),
    ...checkReserved(data),
    ...checkLinkNames(data),
    ...checkExpected(data, 'devices', 'device'),
    ...checkExpected(data, 'attackers', 'attacker'),
    ...checkFlashFiles(data),
    ...checkRoutes(data),
    ...checkSteps(data),
    ...checkLesson(data),
    ...checkPki(data),
  ];
}

function checkReference(data: unknown, { from, what, among, except }: Reference): Problem[] {
  const references = select(data, from).filter(
    (found): found is Found & { value: string } => typeof found.value === 'string',
  );
  // Most scenarios have none of a kind, and looking for the names takes longest.
  if (references.length === 0) return [];
  const names = among.flatMap((map) => keysAt(data, map)).map(({ value }) => String(value));
  return references
    .filter(({ value }) => !names.includes(value) && !except?.includes(value))
    .map(({ at, value }) => ({
      at,
      message: `${pathText(at)}: no ${what} is called '${value}'${didYouMean(value, names)}`,
    }));
}

function checkExpected(data: unknown, map: 'devices' | 'attackers', what: string): Problem[] {
  const names = keysAt(data, map).map(({ value }) => String(value));
  return keysAt(data, `expect.${map}`)
    .filter(({ value }) => !names.includes(String(value)))
    .map(({ at, value }) => ({
      at,
      onKey: true,
      message: `expect.${map}: no ${what} is called '${String(value)}'${didYouMean(String(value), names)}`,
    }));
}

function checkUnique(all: readonly Found[], what: (found: Found) => string): Problem[] {
  const first = new Map<unknown, Path>();
  return all.flatMap((found) => {
    const earlier = first.get(found.value);
    if (earlier === undefined) {
      first.set(found.value, found.at);
      return [];
    }
    return [
      {
        at: found.at,
        onKey: true,
        message: `${pathText(found.at)}: ${what(found)} is taken by ${pathText(earlier)}`,
      },
    ];
  });
}

/** Whoever stands on the path speaks to the victim under an address of her own. */
function checkAttackersAddresses(data: unknown): Problem[] {
  const hosts = select(data, 'hosts.*.address');
  return select(data, 'attackers.*').flatMap(({ at, value }) => {
    const { victim, address = ATTACKER_ADDRESS } = (value ?? {}) as { victim?: unknown; address?: unknown };
    const owner = hosts.find((host) => host.value === address);
    if (victim === undefined || owner === undefined) return [];
    return [
      {
        at,
        message: `${pathText(at)}.address: ${String(address)}, from which she speaks, is ${pathText(owner.at)}`,
      },
    ];
  });
}

/** The router is there in every world, with a name and addresses of its own. */
function checkReserved(data: unknown): Problem[] {
  const names = ACTORS.flatMap((map) => keysAt(data, map))
    .filter(({ value }) => value === ROUTER || value === WORLD)
    .map(({ at }) => ({
      at,
      onKey: true,
      message: `${pathText(at)}: the router of every world is called so`,
    }));
  const addresses = select(data, 'hosts.*.address')
    .filter(({ value }) => value === ROUTER_ADDRESS || String(value).startsWith(LAN_PREFIX))
    .map(({ at, value }) => ({
      at,
      message: `${pathText(at)}: ${String(value)} belongs to the router (${ROUTER_ADDRESS} and ${LAN_PREFIX}0.0/16)`,
    }));
  return [...names, ...addresses];
}

/** An access point gives its link its name. */
function checkLinkNames(data: unknown): Problem[] {
  return keysAt(data, 'network.accessPoints')
    .filter(({ value }) => value === WIFI_LINK || value === INTERNET_LINK)
    .map(({ at }) => ({
      at,
      onKey: true,
      message: `${pathText(at)}: every world has a link that is called so`,
    }));
}

function checkFlashFiles(data: unknown): Problem[] {
  return select(data, 'devices.*.files.*').flatMap(({ at, value }) => {
    if (typeof value !== 'object' || value === null) return [];
    const given = FLASH_SOURCES.filter((source) => source in value);
    if (given.length !== 1) {
      const has = given.length === 0 ? 'none' : given.join(' and ');
      return [
        { at, message: `${pathText(at)}: expected exactly one of ${FLASH_SOURCES.join(', ')}, not ${has}` },
      ];
    }
    if (given[0] !== 'chain' || (value as { format?: unknown }).format !== 'der') return [];
    return [
      {
        at: [...at, 'format'],
        message: `${pathText(at)}: a chain needs PEM; a DER file holds one certificate`,
      },
    ];
  });
}

function checkRoutes(data: unknown): Problem[] {
  return select(data, 'hosts.*.services.*.routes.*').flatMap(({ at, value }) => {
    if (typeof value !== 'object' || value === null) return [];
    const given = ROUTE_BODIES.filter((body) => body in value);
    if (given.length <= 1) return [];
    return [{ at, message: `${pathText(at)}: ${given.join(' and ')} exclude each other` }];
  });
}

/** A step does one thing, and the device it means must be clear. */
function checkSteps(data: unknown): Problem[] {
  const several = keysAt(data, 'devices').length > 1;
  return select(data, 'steps.*').flatMap(({ at, value }) => {
    if (typeof value !== 'object' || value === null) return [];
    const given = STEP_KINDS.filter((kind) => kind in value);
    if (given.length !== 1) {
      const has = given.length === 0 ? 'none' : given.join(' and ');
      return [
        { at, message: `${pathText(at)}: expected exactly one of ${STEP_KINDS.join(', ')}, not ${has}` },
      ];
    }
    const { device, 'set-rtc': setRtc } = value as { device?: unknown; 'set-rtc'?: { device?: unknown } };
    const needsDevice = given[0] === 'set-rtc' || given[0]!.endsWith('-serial');
    if (!several || !needsDevice || device !== undefined || setRtc?.device !== undefined) return [];
    return [{ at, message: `${pathText(at)}: there are several devices; 'device' must say which` }];
  });
}
