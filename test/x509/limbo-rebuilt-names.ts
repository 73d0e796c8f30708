/** Name constraints, alternative names and common names: rebuilt after x509-limbo's definitions. */
import {
  altNames,
  constraints,
  ders,
  directory,
  dns,
  intermediate,
  ip,
  leaf,
  mail,
  newKey,
  otherName,
  type RebuiltCase,
  root,
  UNKNOWN_CRITICAL,
} from './limbo-build.ts';
import type { Issued } from './pki.ts';

const R = root();
const anchors = ders(R);
type Limbo = RebuiltCase['limbo'];

function holder(signer: Issued, names: Uint8Array[], subject = 'CN=example.com'): Issued {
  return leaf(signer, { subject, subjectAltNames: undefined, extraExtensions: [altNames(...names)] });
}

/** Constraints in the root: mbedTLS cannot even read it. */
function inRoot(
  id: string,
  limbo: Limbo,
  lists: [Uint8Array[]?, Uint8Array[]?],
  names: Uint8Array[],
  host = 'example.com',
  subject?: string,
): RebuiltCase {
  const made = root({ extraExtensions: [constraints(...lists)] });
  const chain = ders(holder(made, names, subject));
  return { id, limbo, mbedtls: UNKNOWN_CRITICAL, anchors: ders(made), chain, host };
}

/** Constraints in an intermediate without names of its own. */
function inIntermediate(
  id: string,
  limbo: Limbo,
  lists: [Uint8Array[]?, Uint8Array[]?],
  names: Uint8Array[],
  host: string | null = 'example.com',
): RebuiltCase {
  const made = intermediate(R, { subjectAltNames: undefined, extraExtensions: [constraints(...lists)] });
  const chain = ders(holder(made, names), made);
  return { id, limbo, mbedtls: UNKNOWN_CRITICAL, anchors, chain, host };
}

function nameConstraints(): RebuiltCase[] {
  const example = dns('example.com');
  const foo = dns('foo.example.com');
  const bar = dns('bar.example.com');
  const subnet = ip(192, 0, 2, 0, 255, 255, 255, 0);
  const loopback = [...Array<number>(15).fill(0), 1];
  const nc = (id: string) => `rfc5280::nc::${id}`;
  const many = Array.from({ length: 513 }, (_, i) => dns(`t${i}.test`));
  const forbidden = Array.from({ length: 513 }, (_, i) => dns(`x${i}.test`));
  return [
    inIntermediate(nc('excluded-dns-match'), 'FAILURE', [undefined, [example]], [example]),
    inRoot(
      nc('permitted-dns-match-more'),
      'SUCCESS',
      [[example]],
      [dns('foo.bar.example.com')],
      'foo.bar.example.com',
    ),
    inRoot(nc('permitted-ip-mismatch'), 'FAILURE', [[subnet]], [ip(192, 0, 3, 1)], '192.0.3.1'),
    inRoot(
      nc('excluded-ipv6-match'),
      'FAILURE',
      [undefined, [ip(...loopback, ...Array<number>(16).fill(255))]],
      [ip(...loopback)],
      '::1',
    ),
    inRoot(
      nc('excluded-dn-match-sub-mismatch'),
      'FAILURE',
      [undefined, [directory('foo')]],
      [directory('not-foo')],
      'example.com',
      'CN=foo',
    ),
    inRoot(nc('excluded-match-permitted-and-excluded'), 'FAILURE', [[example], [example]], [example]),
    inRoot(nc('excluded-different-constraint-type'), 'SUCCESS', [undefined, [subnet]], [example]),
    inRoot(nc('invalid-dnsname-wildcard'), 'FAILURE', [[dns('*.example.com')]], [foo], 'foo.example.com'),
    inIntermediate(
      nc('nc-permits-invalid-dns-san'),
      'FAILURE',
      [[example]],
      [dns('.example.com'), foo],
      'foo.example.com',
    ),
    inIntermediate(nc('nc-forbids-othername-noop'), 'SUCCESS', [[example], [otherName]], [example]),
    inIntermediate(
      nc('nc-forbids-dnsname-wildcard-san'),
      'FAILURE',
      [undefined, [foo]],
      [dns('*.example.com')],
      'bar.example.com',
    ),
    inIntermediate(nc('permitted-empty-sequence-excluded-nonempty'), 'FAILURE', [[], [foo]], [example]),
    inIntermediate(
      'webpki::nc::intermediate-permitted-excluded-subtrees-both-null',
      'FAILURE',
      [undefined, undefined],
      [example],
    ),
    inIntermediate(
      'webpki::nc::intermediate-permitted-excluded-subtrees-both-empty-sequences',
      'FAILURE',
      [[], []],
      [example],
    ),
    inIntermediate(
      'cve::cve-2025-61727',
      'FAILURE',
      [[example], [bar]],
      [dns('*.example.com')],
      'bar.example.com',
    ),
    inIntermediate(
      'cve::cve-2025-61727-nc-permits-variant',
      'FAILURE',
      [[foo]],
      [dns('*.example.com')],
      'foo.example.com',
    ),
    inRoot('pathological::nc-dos-1', 'FAILURE', [[...many, dns('.test')], forbidden], many, 't0.test'),
    ...mailboxes(),
    ...nested(),
    alternatives(),
  ];
}

function mailboxes(): RebuiltCase[] {
  const box = (id: string, limbo: Limbo, constraint: string, name: string): RebuiltCase => {
    const made = intermediate(R, {
      subjectAltNames: undefined,
      extraExtensions: [constraints([mail(constraint)])],
    });
    const holding = leaf(made, {
      extendedKeyUsage: ['clientAuth'],
      subjectAltNames: undefined,
      extraExtensions: [altNames(mail(name))],
    });
    const chain = ders(holding, made);
    return {
      id: `rfc5280::nc::nc-permits-email-${id}`,
      limbo,
      mbedtls: UNKNOWN_CRITICAL,
      anchors,
      chain,
      host: null,
      purpose: 'client',
    };
  };
  return [
    box('exact', 'SUCCESS', 'foo@example.com', 'foo@example.com'),
    box('literal-asterisk-rejects-user', 'FAILURE', '*@example.com', 'foo@example.com'),
    box('literal-double-asterisk-rejects-single', 'FAILURE', '**@example.com', '*@example.com'),
  ];
}

function nested(): RebuiltCase[] {
  const permitted = dns('permitted.example.com');
  const bar = dns('bar.example.com');
  const foo = dns('foo.example.com');
  const limiting = intermediate(R, {
    extraExtensions: [constraints([permitted], [dns('forbidden.example.com')])],
  });
  const named = intermediate(limiting, { subjectAltNames: [{ dns: 'forbidden.example.com' }] });
  const narrow = intermediate(R, { extraExtensions: [constraints([bar])] });
  const wide = intermediate(narrow, { extraExtensions: [constraints([foo, bar])] });
  const base = { limbo: 'FAILURE', mbedtls: UNKNOWN_CRITICAL, anchors } as const;
  return [
    {
      ...base,
      id: 'rfc5280::nc::intermediate-with-san-rejected-by-intermediate-nc',
      chain: ders(holder(named, [permitted]), limiting, named),
      host: 'permitted.example.com',
    },
    {
      ...base,
      id: 'rfc5280::nc::restrictive-permits-in-intermediates-widens',
      chain: ders(holder(wide, [foo]), narrow, wide),
      host: 'foo.example.com',
    },
  ];
}

/** Two ways up from one CA; only one is clear of constraints. */
function alternatives(): RebuiltCase {
  const bare = { subjectAltNames: undefined };
  const rootA = root(bare);
  const rootB = root(bare);
  const limiting = intermediate(rootA, {
    ...bare,
    extraExtensions: [constraints(undefined, [dns('forbidden.example.com')])],
  });
  const both = { key: newKey(), subject: 'CN=an-intermediate' };
  const forbidden = intermediate(limiting, { ...both, subjectAltNames: [{ dns: 'forbidden.example.com' }] });
  const clear = intermediate(rootB, { ...both, subjectAltNames: [{ dns: 'unconstrained-ica.example.com' }] });
  const names = [dns('unconstrained.example.com')];
  const holding = holder(forbidden, names, 'CN=unconstrained.example.com');
  return {
    id: 'rfc5280::nc::nc-forbids-same-chain-ica',
    limbo: 'SUCCESS',
    mbedtls: UNKNOWN_CRITICAL,
    anchors: ders(rootA, rootB),
    chain: ders(holding, limiting, forbidden, clear),
    host: 'unconstrained.example.com',
  };
}

const MISMATCH = 'BADCERT_CN_MISMATCH';

function alternativeNames(): RebuiltCase[] {
  const san = (
    id: string,
    limbo: Limbo,
    mbedtls: string,
    name: Uint8Array,
    host: string,
    subject?: string,
  ): RebuiltCase => ({
    id: `webpki::${id}`,
    limbo,
    mbedtls,
    anchors,
    chain: ders(holder(R, [name], subject)),
    host,
  });
  const critical = leaf(R, { subject: 'CN=something-else', critical: { subjectAltName: true } });
  const address = [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 1];
  return [
    san('san::exact-localhost-ip-san', 'SUCCESS', '', ip(127, 0, 0, 1), '127.0.0.1'),
    san('san::exact-localhost-dns-san', 'SUCCESS', '', dns('localhost'), 'localhost'),
    san('san::mismatch-subdomain-apex-san', 'FAILURE', MISMATCH, dns('example.com'), 'abc.example.com'),
    san('san::mismatch-apex-subdomain-san', 'FAILURE', MISMATCH, dns('abc.example.com'), 'example.com'),
    san('san::leftmost-wildcard-san', 'SUCCESS', '', dns('*.example.com'), 'foo.example.com'),
    san(
      'san::wildcard-embedded-leftmost-san',
      'FAILURE',
      MISMATCH,
      dns('ba*.example.com'),
      'baz.example.com',
    ),
    san('san::public-suffix-multi-label-wildcard-san', 'FAILURE', '', dns('*.co.uk'), 'example.co.uk'),
    san('san::public-suffix, the subject the same', 'FAILURE', '', dns('*.co.uk'), 'a.co.uk', 'CN=*.co.uk'),
    {
      id: 'webpki::san::san-critical-with-nonempty-subject',
      limbo: 'FAILURE',
      mbedtls: '',
      anchors,
      chain: ders(critical),
    },
    san(
      'cn::ipv4-leading-zeros-mismatch',
      'FAILURE',
      '',
      ip(192, 168, 1, 1),
      '192.168.1.1',
      'CN=192.168.001.001',
    ),
    san(
      'cn::ipv6-uncompressed-mismatch',
      'FAILURE',
      '',
      ip(...address),
      '2001:db8::1',
      'CN=2001:0db8:0000:0000:0000:0000:0000:0001',
    ),
    san(
      'cn, an address written as RFC 5952 asks',
      'SUCCESS',
      '',
      ip(...address),
      '2001:db8::1',
      'CN=2001:db8::1',
    ),
    san(
      'cn, a domain above is not below',
      'FAILURE',
      '',
      dns('example.com'),
      'example.com',
      'CN=a.example.com',
    ),
  ];
}

export const NAME_CASES: readonly RebuiltCase[] = [...nameConstraints(), ...alternativeNames()];
