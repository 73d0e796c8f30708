/**
 * What one part of a scenario says of another: a name must be of something that is there. Works on the data
 * as written, so that a misspelt key elsewhere does not hide a misspelt name here.
 */
import { LAN, ROUTER, ROUTER_ADDRESS, WORLD } from './addressing.ts';
import { didYouMean } from './did-you-mean.ts';
import { type Problem, pathText } from './problem.ts';
import { DEFAULT_MAIN } from './schema/device.ts';
import { isLocal } from './schema/terms.ts';

type Path = readonly PropertyKey[];

interface Found {
  readonly at: Path;
  readonly value: unknown;
}

const CERTIFICATE_MAPS = ['pki.roots', 'pki.intermediates', 'pki.leaves', 'pki.imported'] as const;

interface Reference {
  /** Where the name stands: keys with dots between, `*` for any key or index. */
  readonly from: string;
  readonly what: string;
  /** Maps whose keys are the names that may stand there. */
  readonly among: readonly string[];
  /** Words that mean something else than a name. */
  readonly except?: readonly string[];
}

const REFERENCES: readonly Reference[] = [
  {
    from: 'pki.intermediates.*.issuer',
    what: 'certificate authority',
    among: ['pki.roots', 'pki.intermediates'],
  },
  {
    from: 'pki.leaves.*.issuer',
    what: 'certificate authority',
    among: ['pki.roots', 'pki.intermediates'],
    except: ['self'],
  },
  { from: 'hosts.*.services.*.certificate', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'hosts.*.services.*.chain.*', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'hosts.*.services.*.clientCa.*', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'hosts.*.services.*.tls.faults.*.chain.*', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'devices.*.files.*.certificate', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'devices.*.files.*.chain.*', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'devices.*.files.*.key', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'devices.*.secureElement', what: 'certificate', among: CERTIFICATE_MAPS },
  { from: 'expect.handshakes.*.from', what: 'device', among: ['devices'] },
  { from: 'expect.handshakes.*.to', what: 'host', among: ['hosts'] },
  { from: 'expect.handshakes.*.alert.by', what: 'device or host', among: ['devices', 'hosts'] },
];

/** Maps whose keys name one kind of thing together, so that a name may occur in one of them only. */
const NAMESPACES: readonly (readonly string[])[] = [CERTIFICATE_MAPS, ['devices', 'hosts']];

const FLASH_SOURCES = ['certificate', 'chain', 'key', 'file', 'text'] as const;

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
    ...checkReserved(data),
    ...checkExpectedDevices(data),
    ...checkFlashFiles(data),
    ...checkImportedKeys(data),
    ...checkIssuerCircles(data),
    ...checkSignatureHashes(data),
  ];
}

function checkReference(data: unknown, { from, what, among, except }: Reference): Problem[] {
  const names = among.flatMap((map) => keysAt(data, map)).map(({ value }) => String(value));
  return select(data, from)
    .filter((found): found is Found & { value: string } => typeof found.value === 'string')
    .filter(({ value }) => !names.includes(value) && !except?.includes(value))
    .map(({ at, value }) => ({
      at,
      message: `${pathText(at)}: no ${what} is called '${value}'${didYouMean(value, names)}`,
    }));
}

function checkExpectedDevices(data: unknown): Problem[] {
  const names = keysAt(data, 'devices').map(({ value }) => String(value));
  return keysAt(data, 'expect.devices')
    .filter(({ value }) => !names.includes(String(value)))
    .map(({ at, value }) => ({
      at,
      onKey: true,
      message: `expect.devices: no device is called '${String(value)}'${didYouMean(String(value), names)}`,
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

/** The router is there in every world, with a name and addresses of its own. */
function checkReserved(data: unknown): Problem[] {
  const names = ['devices', 'hosts']
    .flatMap((map) => keysAt(data, map))
    .filter(({ value }) => value === ROUTER || value === WORLD)
    .map(({ at }) => ({
      at,
      onKey: true,
      message: `${pathText(at)}: the router of every world is called so`,
    }));
  const addresses = select(data, 'hosts.*.address')
    .filter(({ value }) => value === ROUTER_ADDRESS || String(value).startsWith(LAN.prefix))
    .map(({ at, value }) => ({
      at,
      message: `${pathText(at)}: ${String(value)} belongs to the router (${ROUTER_ADDRESS} and ${LAN.prefix}0/24)`,
    }));
  return [...names, ...addresses];
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

/** Who must prove to hold a certificate needs its key, which an imported certificate may lack. */
function checkImportedKeys(data: unknown): Problem[] {
  const keyless = select(data, 'pki.imported.*')
    .filter(({ value }) => typeof value === 'object' && !('key' in (value ?? {})))
    .map(({ at }) => at.at(-1));
  return ['hosts.*.services.*.certificate', 'devices.*.files.*.key', 'devices.*.secureElement']
    .flatMap((pattern) => select(data, pattern))
    .filter(({ value }) => keyless.includes(String(value)))
    .map(({ at, value }) => ({
      at,
      message: `${pathText(at)}: '${String(value)}' was imported without its key`,
    }));
}

/** An intermediate that certifies, over whatever detour, itself. */
function checkIssuerCircles(data: unknown): Problem[] {
  const issuers = new Map(
    select(data, 'pki.intermediates.*.issuer').map(({ at, value }) => [String(at[2]), { at, issuer: value }]),
  );
  return [...issuers].flatMap(([name, { at }]) => {
    let issuer = issuers.get(name)?.issuer;
    for (let steps = 0; steps < issuers.size; steps++) {
      if (issuer === name) return [{ at, message: `${pathText(at)}: '${name}' would certify itself` }];
      issuer = issuers.get(String(issuer))?.issuer;
    }
    return [];
  });
}

/** There is no ECDSA with MD5 (RFC 3279, RFC 5758). A root or "self" signs with its own key. */
function checkSignatureHashes(data: unknown): Problem[] {
  const entries = new Map(
    CERTIFICATE_MAPS.flatMap((map) => select(data, `${map}.*`)).map(({ at, value }) => [
      String(at[2]),
      { at, value },
    ]),
  );
  const field = (entry: Found | undefined, key: string) =>
    (entry?.value as Record<string, unknown> | null)?.[key];
  return [...entries].flatMap(([name, entry]) => {
    if (field(entry, 'hash') !== 'md5') return [];
    const issuer = field(entry, 'issuer') ?? 'self';
    const signingKey = field(entries.get(issuer === 'self' ? name : String(issuer)), 'key');
    if (String(signingKey).startsWith('rsa')) return [];
    return [
      {
        at: [...entry.at, 'hash'],
        message: `${pathText(entry.at)}.hash: only an RSA key can sign an MD5 hash`,
      },
    ];
  });
}

/** Every value whose path matches. */
function select(data: unknown, pattern: string): Found[] {
  let found: Found[] = [{ at: [], value: data }];
  for (const part of pattern.split('.')) {
    found = found.flatMap((parent) =>
      children(parent).filter(({ at }) => part === '*' || at.at(-1) === part),
    );
  }
  return found;
}

function keysAt(data: unknown, pattern: string): Found[] {
  return select(data, pattern)
    .flatMap(children)
    .map(({ at }) => ({ at, value: at.at(-1) }));
}

function children({ at, value }: Found): Found[] {
  if (Array.isArray(value)) return value.map((item, i) => ({ at: [...at, i], value: item }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, item]) => ({ at: [...at, key], value: item }));
}

/** Every file beside scenario.yaml that the scenario names, with the place of the name. */
export function namedFiles(data: unknown): { at: Path; path: string }[] {
  const patterns = [
    'devices.*.main',
    'devices.*.files.*.file',
    'pki.imported.*.certificate',
    'pki.imported.*.key',
  ];
  const defaultMains = select(data, 'devices.*')
    .filter(({ value }) => typeof value === 'object' && !('main' in (value ?? {})))
    .map(({ at }) => ({ at: [...at, 'main'], value: DEFAULT_MAIN }));
  return [...patterns.flatMap((pattern) => select(data, pattern)), ...defaultMains]
    .filter((found): found is Found & { value: string } => typeof found.value === 'string')
    .filter(({ value }) => isLocal(value))
    .map(({ at, value }) => ({ at, path: value }));
}
