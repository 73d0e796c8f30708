/** Every suite and group of TLS 1.3 with each kind of key, in both roles, with each peer. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { GROUP_IDS } from '../../emulator/tls/groups.ts';
import { TLS13_SUITES } from '../../emulator/tls/tls13/suites.ts';
import { TLS13 } from '../../emulator/tls/versions.ts';
import { NO_OPENSSL } from '../tls/openssl.ts';
import { AT_A_TIME, Bench, cell, LINE, MANY_LINES, PEERS } from './matrix.ts';

const OURS = { profile: 'modern', versions: [TLS13] } as const;
const VERSION = { version: 'TLSv1.3' } as const;
const GROUPS = ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'] as const;
const KEYS = { ec256: 'P-256', rsa2048: 'rsa:2048', ed25519: 'ed25519' };

describe('TLS 1.3', { skip: NO_OPENSSL, ...AT_A_TIME }, () => {
  const bench = new Bench(KEYS);

  for (const peer of PEERS) {
    for (const suite of TLS13_SUITES) {
      for (const group of GROUPS) {
        const place = { section: 'TLS 1.3, suites and groups', row: `${suite.name}, ${group}` };
        const lines = group === GROUPS[0] ? MANY_LINES : LINE;

        for (const key of Object.keys(KEYS)) {
          const lacking = (role: 'server' | 'client'): string | false | undefined =>
            peer.absent || peer.lacksSuite(suite.id, role);

          cell({ ...place, column: peer.columns.server, variant: key }, lacking('server'), async () => {
            const config = { ...OURS, suites: [suite.id], groups: [GROUP_IDS[group]] };
            const client = await bench.connect(peer, { ...VERSION, shows: [key] }, config, { lines });
            assert.equal(client.tls.session!.suite, suite.name);
            assert.equal(client.tls.session!.group, group);
          });

          cell({ ...place, column: peer.columns.client, variant: key }, lacking('client'), async () => {
            const credentials = [bench.certificates.credentials(key)];
            const config = { ...OURS, suites: [suite.id], groups: [GROUP_IDS[group]], credentials };
            const [server] = await bench.serve(peer, VERSION, { ...config, clientAuth: 'none' }, { lines });
            assert.equal(server!.tls.session!.suite, suite.name);
            assert.equal(server!.tls.session!.group, group);
          });
        }
      }
    }
  }
});
