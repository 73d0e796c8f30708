/** What the key exchanges of TLS 1.2 say and do not say, and what their secrets are made of. */
import assert from 'node:assert/strict';
import { createECDH, createHash, createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import type { TlsClientConfig, TlsServerConfig } from '../../emulator/tls/config.ts';
import { GROUP_IDS } from '../../emulator/tls/groups.ts';
import { certificateRequest } from '../../emulator/tls/messages/certificate-request.ts';
import { CERTIFICATES } from './certificates.ts';
import { editing, handshake } from './scripted.ts';
import { assertFailed } from './scripted-ends.ts';
import {
  ascii,
  clientEnd,
  converse,
  type End,
  hex,
  PSK,
  serverEnd,
  serverPsk,
  type Tamper,
} from './support.ts';

interface Meeting {
  readonly suite: number;
  readonly client?: Partial<TlsClientConfig>;
  readonly server?: Partial<TlsServerConfig>;
  readonly tamper?: Tamper;
}

function meet({ suite, client: ours, server: theirs, tamper }: Meeting): { client: End; server: End } {
  const client = clientEnd({ profile: 'modern', suites: [suite], ...ours });
  const server = serverEnd({
    profile: 'modern',
    suites: [suite],
    credentials: [CERTIFICATES.p256, CERTIFICATES.rsa],
    clientAuth: 'none',
    ...theirs,
  });
  converse(client, server, tamper);
  return { client, server };
}

const withPsk = { client: { psk: PSK }, server: { preSharedKey: serverPsk } } as const;

describe('the messages of a key exchange', () => {
  const HELLO_DONE = ['ServerHello', 'ServerHelloDone', 'ChangeCipherSpec', 'Finished'];
  const withAfterHello = (...names: string[]): string[] => ['ServerHello', ...names, ...HELLO_DONE.slice(1)];
  const cases: readonly [string, number, string[]][] = [
    ['PSK', 0x00a8, HELLO_DONE],
    ['ECDHE_PSK', 0xc037, withAfterHello('ServerKeyExchange')],
    ['RSA_PSK', 0x00ac, withAfterHello('Certificate')],
    ['static RSA', 0x009c, withAfterHello('Certificate')],
    ['static ECDH', 0xc02d, withAfterHello('Certificate')],
    ['anonymous ECDH', 0xc018, withAfterHello('ServerKeyExchange')],
  ];
  for (const [what, suite, fromServer] of cases) {
    it(`are those of ${what}`, () => {
      const { client, server } = meet({ suite, ...withPsk });
      assert.equal(client.error, undefined);
      assert.deepEqual(server.messages('sent'), fromServer);
      const fromClient = ['ClientHello', 'ClientKeyExchange', 'ChangeCipherSpec', 'Finished'];
      assert.deepEqual(client.messages('sent'), fromClient);
    });
  }
});

function summary(end: End, message: string): readonly string[] {
  return end.all('tls.message').find((event) => event.message === message)!.summary;
}

/** P_hash of RFC 5246 section 5, on node:crypto alone. */
function prf(hash: string, secret: Uint8Array, label: string, seed: Uint8Array): string {
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  let a: Uint8Array = labelled;
  let out = Buffer.alloc(0);
  while (out.length < 48) {
    a = createHmac(hash, secret).update(a).digest();
    out = Buffer.concat([out, createHmac(hash, secret).update(a).update(labelled).digest()]);
  }
  return out.subarray(0, 48).toString('hex');
}

/** All handshake messages up to and with ClientKeyExchange. */
function sessionHash(hash: string, end: End): Uint8Array {
  const messages = end.all('tls.message');
  const last = messages.findIndex(({ message }) => message === 'ClientKeyExchange');
  const digest = createHash(hash);
  for (const { bytes } of messages.slice(0, last + 1)) digest.update(bytes);
  return digest.digest();
}

describe('a pre-shared key (RFC 4279, RFC 5489)', () => {
  it('proves both ends to each other', () => {
    const { client, server } = meet({ suite: 0xc037, ...withPsk });
    for (const end of [client, server]) {
      assert.equal(end.tls.session!.peerAuthenticated, true);
      assert.equal(end.all('tls.established')[0]!.peer, 'a holder of the key "dev"');
    }
    assert.deepEqual(summary(client, 'ClientKeyExchange'), ['identity "dev"', 'public key of 32 bytes']);
  });

  it('stands, alone, beside as many zeros (RFC 4279 section 2)', () => {
    const { client } = meet({ suite: 0x00a8, ...withPsk });
    const { key } = PSK;
    const premaster = Uint8Array.of(0, key.length, ...key.map(() => 0), 0, key.length, ...key);
    const master = prf('sha256', premaster, 'extended master secret', sessionHash('sha256', client));
    assert.equal(hex(client.all('tls.secret')[0]!.secret), master);
  });

  for (const [name, suite] of [
    ['PSK', 0x00a8],
    ['ECDHE_PSK', 0xc037],
    ['RSA_PSK', 0x00ac],
  ] as const) {
    it(`may come with a hint which to choose, ${name}`, () => {
      const server = { preSharedKey: serverPsk, pskIdentityHint: ascii('workshop') };
      const { client } = meet({ suite, client: { psk: PSK }, server });
      assert.equal(client.tls.state, 'established');
      assert.ok(summary(client, 'ServerKeyExchange').includes('identity hint "workshop"'));
    });

    it(`that is not the server's fails at the first protected record, ${name}`, () => {
      const psk = { ...PSK, key: ascii('another key') };
      const { server } = meet({ suite, client: { psk }, server: { preSharedKey: serverPsk } });
      assertFailed(server, 'bad_record_mac', 'bad-record-mac');
    });

    for (const profile of ['mbedtls', 'modern'] as const) {
      it(`of an unknown identity: unknown_psk_identity, ${name}, ${profile} server`, () => {
        const psk = { ...PSK, identity: ascii('stranger') };
        const { server } = meet({ suite, client: { psk }, server: { profile, preSharedKey: serverPsk } });
        assertFailed(server, 'unknown_psk_identity', 'unknown-psk-identity');
      });
    }
  }

  it('is no key when it is empty', () => {
    const preSharedKey = (): Uint8Array => new Uint8Array(0);
    const { server } = meet({ suite: 0x00a8, client: { psk: PSK }, server: { preSharedKey } });
    assertFailed(server, 'unknown_psk_identity', 'unknown-psk-identity');
  });

  it('is needed for its suites: handshake_failure from a server that has none', () => {
    const { server } = meet({ suite: 0x00a8, client: { psk: PSK } });
    assertFailed(server, 'handshake_failure', 'no-shared-parameters');
  });

  it('leaves no place for a CertificateRequest', () => {
    for (const suite of [0x00a8, 0x00ac, 0xc037]) {
      const server = { preSharedKey: serverPsk, clientAuth: 'require' } as const;
      const ends = meet({ suite, client: { psk: PSK }, server });
      assert.equal(ends.server.tls.state, 'established');
      assert.ok(!ends.server.messages('sent').includes('CertificateRequest'));
    }
  });

  it('is one way for the device to be served without certificates', () => {
    const client = clientEnd({ profile: 'mbedtls', psk: PSK });
    const server = serverEnd({
      profile: 'mbedtls',
      credentials: [],
      clientAuth: 'none',
      preSharedKey: serverPsk,
    });
    converse(client, server);
    assert.equal(client.tls.session!.suite, 'TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384');
  });
});

describe('anonymous ECDH', () => {
  it('proves nobody to anybody', () => {
    const { client, server } = meet({ suite: 0xc018, server: { credentials: [] } });
    for (const end of [client, server]) {
      assert.equal(end.tls.session!.peerAuthenticated, false);
      assert.deepEqual(end.tls.session!.peerCertificates, []);
    }
    assert.deepEqual(summary(client, 'ServerKeyExchange'), ['x25519', 'signed by nobody']);
    assert.deepEqual(summary(client, 'ServerHello').slice(0, 2), [
      'TLS 1.2',
      'TLS_ECDH_anon_WITH_AES_128_CBC_SHA (no stock ESP32 speaks it)',
    ]);
  });

  it('is not agreed to by a server that must know its client', () => {
    const { server } = meet({ suite: 0xc018, server: { clientAuth: 'require' } });
    assertFailed(server, 'handshake_failure', 'no-shared-parameters');
  });

  it('with a CertificateRequest: handshake_failure (RFC 5246 section 7.4.4)', () => {
    const request = { certificateTypes: [64], schemes: [0x0403], authorities: [] };
    // Just before the ServerHelloDone.
    const asking: Tamper = (bytes, to) => {
      const at = Buffer.from(bytes).indexOf(Buffer.from('16030300040e000000', 'hex'));
      if (to !== 'client' || at < 0) return bytes;
      return Buffer.concat([bytes.slice(0, at), handshake(certificateRequest, request), bytes.slice(at)]);
    };
    const { client } = meet({ suite: 0xc018, tamper: asking });
    assertFailed(client, 'handshake_failure', 'unexpected-message');
  });

  it('is accepted by no profile unless it is asked for', () => {
    for (const profile of ['mbedtls', 'modern'] as const) {
      const { server } = meet({ suite: 0xc018, server: { profile, suites: undefined } });
      assertFailed(server, 'handshake_failure', 'no-shared-parameters');
    }
  });
});

describe('static ECDH (RFC 4492 section 2)', () => {
  it('with a key on a curve that the client did not name is mbedTLS’s, and nobody else’s', () => {
    const client = { groups: [GROUP_IDS.secp384r1] };
    const named = (profile: 'mbedtls' | 'modern') =>
      meet({ suite: 0xc02d, client, server: { profile } }).server;
    assert.deepEqual(named('mbedtls').messages('sent').slice(0, 2), ['ServerHello', 'Certificate']);
    assert.deepEqual(named('modern').messages('sent'), []);
  });

  const CURVES = { p256: 'prime256v1', p384: 'secp384r1', p521: 'secp521r1' } as const;

  for (const [name, curve] of Object.entries(CURVES)) {
    for (const [suite, hash] of [
      [0xc02d, 'sha256'],
      [0xc032, 'sha384'],
    ] as const) {
      it(`agrees with the certificate's key, ${curve}, ${hash}`, () => {
        const credentials = CERTIFICATES[name as keyof typeof CURVES];
        const { client } = meet({ suite, server: { credentials: [credentials] } });
        const exchange = client.all('tls.message').find(({ message }) => message === 'ClientKeyExchange')!;
        const ecdh = createECDH(curve);
        assert.equal(credentials.key.kind, 'ec');
        ecdh.setPrivateKey((credentials.key as { d: Uint8Array }).d);
        const premaster = ecdh.computeSecret(exchange.bytes.slice(4 + 1));
        const master = prf(hash, premaster, 'extended master secret', sessionHash(hash, client));
        assert.equal(hex(client.all('tls.secret')[0]!.secret), master);
      });
    }
  }

  it('needs a certificate that may agree', () => {
    const usable = meet({ suite: 0xc02d, server: { credentials: [CERTIFICATES.keyAgreementOnly] } });
    assert.equal(usable.client.tls.state, 'established');
    const signing = meet({ suite: 0xc02b, server: { credentials: [CERTIFICATES.keyAgreementOnly] } });
    assertFailed(signing.server, 'handshake_failure', 'no-shared-parameters');
    const agreeing = meet({ suite: 0xc02d, server: { credentials: [CERTIFICATES.certSignOnly] } });
    assertFailed(agreeing.server, 'handshake_failure', 'no-shared-parameters');
  });

  it('asks the host about a key that agrees', () => {
    const uses: string[] = [];
    const client = clientEnd(
      { profile: 'mbedtls', suites: [0xc02d] },
      {
        verdict: ({ keyUse }) => {
          uses.push(keyUse);
          return { accepted: true, authenticated: true, checks: [] };
        },
      },
    );
    const server = serverEnd({ profile: 'mbedtls', credentials: [CERTIFICATES.p256], clientAuth: 'none' });
    converse(client, server);
    assert.deepEqual(uses, ['agreement']);
  });

  it('with a curve that was not offered: illegal_parameter', () => {
    const client = { groups: [24] };
    const tamper = editing('server', 1, (body) => {
      const at = Buffer.from(body).indexOf(Buffer.from('000a000400020018', 'hex'));
      return Uint8Array.of(...body.slice(0, at + 7), 23, ...body.slice(at + 8));
    });
    const { client: failed } = meet({ suite: 0xc02d, client, tamper });
    assertFailed(failed, 'illegal_parameter', 'illegal-parameter');
  });
});

describe('an Ed25519 certificate (RFC 8422 section 5.10)', () => {
  it('serves the suites of ECDSA', () => {
    const { client } = meet({ suite: 0xc02b, server: { credentials: [CERTIFICATES.ed25519] } });
    assert.equal(client.tls.state, 'established');
    assert.ok(summary(client, 'ServerKeyExchange').includes('signed Ed25519'));
  });

  it('proves a client', () => {
    const client = { credentials: CERTIFICATES.ed25519 };
    const { server } = meet({ suite: 0xc02b, client, server: { clientAuth: 'require' } });
    assert.equal(server.tls.session!.peerAuthenticated, true);
    assert.deepEqual(summary(server, 'CertificateVerify'), ['signed Ed25519']);
  });

  it('is of no use with the device, which knows no Ed25519', () => {
    const { server } = meet({
      suite: 0xc02b,
      client: { profile: 'mbedtls' },
      server: { credentials: [CERTIFICATES.ed25519] },
    });
    assertFailed(server, 'handshake_failure', 'no-shared-parameters');
  });
});

describe('the groups of a configuration', () => {
  it('are offered in their order, and the server chooses by its own', () => {
    const client = { groups: [25, 24, 23] };
    const { client: served } = meet({ suite: 0xc02b, client, server: { groups: [29, 24, 23] } });
    assert.deepEqual(summary(served, 'ClientHello').at(-1), 'secp521r1, secp384r1, secp256r1');
    assert.equal(served.tls.session!.group, 'secp384r1');
  });

  it('say on what the server agrees, not what certificate it may show: that is for the client to know', () => {
    const { client } = meet({ suite: 0xc02b, client: { groups: [29, 23] }, server: { groups: [29] } });
    assert.equal(client.tls.session?.group, 'x25519');
    const { server } = meet({ suite: 0xc02b, client: { groups: [29] }, server: { groups: [29] } });
    assertFailed(server, 'handshake_failure', 'no-shared-parameters');
  });

  it('that have none in common: handshake_failure', () => {
    const { server } = meet({ suite: 0xc02f, client: { groups: [29] }, server: { groups: [23] } });
    assertFailed(server, 'handshake_failure', 'no-shared-parameters');
  });
});
