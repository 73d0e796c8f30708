/** Every kind of key on either side, with and without client certificates, in both versions and roles. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ProfileName } from '../../emulator/tls/profiles.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { NO_OPENSSL } from '../tls/openssl.ts';
import { AT_A_TIME, Bench, cell, PEERS } from './matrix.ts';
import type { Peer, Setup } from './peers/peer.ts';

const KEYS = {
  ec256: 'P-256',
  ec384: 'P-384',
  ec521: 'P-521',
  rsa2048: 'rsa:2048',
  rsa4096: 'rsa:4096',
  ed25519: 'ed25519',
};

type Version = Exclude<Setup['version'], 'both'>;
const OURS = { 'TLSv1.2': { versions: [TLS12] }, 'TLSv1.3': { versions: [TLS13] } };

/** What a client without certificate is told, also as others spell it. GnuTLS says decode_error in TLS 1.2, to all. */
const REFUSALS = { 'TLSv1.2': /handshake.fail|^decode_error$/i, 'TLSv1.3': /certificate.(is )?required/i };

describe('keys', { skip: NO_OPENSSL, ...AT_A_TIME }, () => {
  const bench = new Bench(KEYS);

  for (const peer of PEERS) {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (const key of Object.keys(KEYS)) {
        for (const profile of profilesFor(version, key)) {
          keyCells(peer, version, profile, key, undefined);
          for (const clientKey of clientKeysFor(key)) keyCells(peer, version, profile, key, clientKey);
        }
      }
      refusalCells(peer, version);
    }
  }

  /** The device has neither TLS 1.3 nor Ed25519. */
  function profilesFor(version: Version, key: string): readonly ProfileName[] {
    return version === 'TLSv1.2' && key !== 'ed25519' ? ['mbedtls', 'modern'] : ['modern'];
  }

  /** Its own kind, and the two that are met most. */
  function clientKeysFor(key: string): readonly string[] {
    return [...new Set([key, 'ec256', 'rsa2048'])];
  }

  function keyCells(
    peer: Peer,
    version: Version,
    profile: ProfileName,
    key: string,
    clientKey: string | undefined,
  ): void {
    if (profile === 'mbedtls' && clientKey === 'ed25519') return;
    const section = clientKey === undefined ? 'Server certificates' : 'Client certificates (mutual)';
    const row = `${version}, ${clientKey ?? key}`;
    const variant = `${profile}${clientKey === undefined ? '' : `, ${key}`}`;
    const ours = { ...OURS[version], profile };

    cell({ section, row, column: peer.columns.server, variant }, peer.absent, async () => {
      const setup = { version, shows: [key], asksClient: clientKey !== undefined };
      const shown = clientKey && { credentials: bench.certificates.credentials(`client-${clientKey}`) };
      const client = await bench.connect(peer, setup, { ...ours, ...shown });
      const expected = bench.certificates.credentials(key).chain[0];
      assert.deepEqual(client.tls.session!.peerCertificates[0], expected);
      assert.equal(client.messages('sent').includes('CertificateVerify'), clientKey !== undefined);
    });

    cell({ section, row, column: peer.columns.client, variant }, peer.absent, async () => {
      const credentials = [bench.certificates.credentials(key)];
      const clientAuth = clientKey === undefined ? 'none' : 'require';
      const setup = { version, ...(clientKey === undefined ? {} : { shows: [`client-${clientKey}`] }) };
      const [server] = await bench.serve(peer, setup, { ...ours, credentials, clientAuth });
      const expected = clientKey && bench.certificates.credentials(`client-${clientKey}`).chain[0];
      assert.deepEqual(server!.tls.session!.peerCertificates[0], expected);
    });
  }

  function refusalCells(peer: Peer, version: Version): void {
    const place = { section: 'Client certificates (mutual)', row: `${version}, none where one is demanded` };
    const ours = { ...OURS[version], profile: 'modern' } as const;

    cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
      const setup = { version, shows: ['ec256'], asksClient: true };
      const { client } = await bench.tryToConnect(peer, setup, ours, { silent: true });
      assert.match(client.error?.peerAlert ?? '', REFUSALS[version]);
    });

    cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
      const credentials = [bench.certificates.credentials('ec256')];
      const { ends, printed } = await bench.tryToServe(
        peer,
        { version },
        { ...ours, credentials, clientAuth: 'require' },
      );
      assert.equal(ends[0]!.error?.reason, 'certificate-missing');
      assert.match(ends[0]!.error?.alert ?? '', REFUSALS[version]);
      assert.match(printed, REFUSALS[version]);
    });
  }
});
