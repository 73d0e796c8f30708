/** Every suite and group of TLS 1.2 that the engine and a peer have, in both roles. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasBlockCipher } from '../../emulator/tls/ciphers.ts';
import { traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { PEER_SUITES } from '../../emulator/tls/peer-suites.ts';
import { type CipherSuite, SUITES } from '../../emulator/tls/suites.ts';
import { NO_OPENSSL } from '../tls/openssl.ts';
import { PSK, serverPsk } from '../tls/support.ts';
import { AT_A_TIME, Bench, cell, MANY_LINES, PEERS } from './matrix.ts';
import type { Peer, Role } from './peers/peer.ts';

const PROFILES = ['mbedtls', 'modern'] as const;
const VERSION = { version: 'TLSv1.2' } as const;

/** The certificate that proves a server of the suite, if one does. */
function certificateOf(suite: CipherSuite): string | undefined {
  const { certificate } = traitsOf(suite);
  if (certificate === undefined) return undefined;
  return certificate.keys.includes('rsa') ? 'rsa2048' : 'ec256';
}

describe('TLS 1.2', { skip: NO_OPENSSL, ...AT_A_TIME }, () => {
  const bench = new Bench({ ec256: 'P-256', rsa2048: 'rsa:2048' });

  it('OpenSSL has all suites but those of static ECDH, of ARIA in CBC mode, and of RFC 8442', () => {
    const [openssl] = PEERS;
    const missing = [...SUITES, ...PEER_SUITES].filter(
      ({ id }) => openssl!.lacksSuite(id, 'server') !== undefined,
    );
    const expected = /_ECDH_(RSA|ECDSA)_|_ARIA_\d+_CBC_|_ECDHE_PSK_WITH_AES_\d+_GCM_/;
    for (const { name } of missing) assert.match(name, expected);
  });

  for (const peer of PEERS) {
    for (const suite of [...SUITES, ...PEER_SUITES]) suiteCells(peer, suite);
    for (const group of ['secp256r1', 'secp384r1', 'secp521r1', 'x25519'] as const) {
      const place = { section: 'TLS 1.2, groups', row: group };

      cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
        const setup = { ...VERSION, shows: ['rsa2048'], groups: [group] };
        const client = await bench.connect(peer, setup, { profile: 'modern' });
        assert.equal(client.tls.session!.group, group);
      });

      cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
        const credentials = [bench.certificates.credentials('rsa2048')];
        const [server] = await bench.serve(
          peer,
          { ...VERSION, groups: [group] },
          { profile: 'modern', credentials, clientAuth: 'none' },
        );
        assert.equal(server!.tls.session!.group, group);
      });
    }
  }

  function suiteCells(peer: Peer, suite: CipherSuite): void {
    const lacking = (role: Role): string | undefined => peer.absent || peer.lacksSuite(suite.id, role);
    const place = { section: 'TLS 1.2, suites', row: suite.name };
    const { psk } = traitsOf(suite);
    const name = certificateOf(suite);

    // Of the two, only the device offers encrypt_then_mac: CBC suites are met with both orders.
    for (const profile of PROFILES) {
      cell({ ...place, column: peer.columns.server, variant: profile }, lacking('server'), async () => {
        const setup = { ...VERSION, shows: ['ec256', 'rsa2048'], psk: true };
        const config = { profile, suites: [suite.id], ...(psk ? { psk: PSK } : {}) };
        const client = await bench.connect(peer, setup, config, { lines: MANY_LINES });
        assert.equal(client.tls.session!.suite, suite.name);
      });
    }

    for (const macThenEncrypt of hasBlockCipher(suite) ? [false, true] : [false]) {
      const variant = macThenEncrypt ? 'MAC then encrypt' : 'as offered';
      cell({ ...place, column: peer.columns.client, variant }, lacking('client'), async () => {
        const [server] = await bench.serve(
          peer,
          { ...VERSION, psk: name === undefined || psk, macThenEncrypt },
          {
            profile: 'mbedtls',
            suites: [suite.id],
            credentials: name === undefined ? [] : [bench.certificates.credentials(name)],
            clientAuth: 'none',
            ...(psk ? { preSharedKey: serverPsk } : {}),
          },
          { lines: MANY_LINES },
        );
        assert.equal(server!.tls.session!.suite, suite.name);
      });
    }
  }
});
