/** What is negotiated beside suites and keys: versions, retries, stapling, record sizes, new keys, and who closes first. */
import assert from 'node:assert/strict';
import { before, describe } from 'node:test';
import type { PeerQuestion } from '../../emulator/tls/engine.ts';
import { GROUP_IDS } from '../../emulator/tls/groups.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { NO_OPENSSL } from '../tls/openssl.ts';
import { ACCEPT, type End } from '../tls/support.ts';
import { AT_A_TIME, Bench, cell, MANY_LINES, PEERS } from './matrix.ts';
import type { Ability, Peer, Role } from './peers/peer.ts';

const TLS12_ALONE = { profile: 'modern', versions: [TLS12] } as const;
const TLS13_ALONE = { profile: 'modern', versions: [TLS13] } as const;
const SHOWS = { shows: ['ec256'] };

describe('extensions', { skip: NO_OPENSSL, ...AT_A_TIME }, () => {
  const bench = new Bench({ ec256: 'P-256' });
  let ocspResponse: Uint8Array;
  before(() => {
    ocspResponse = bench.certificates.ocspResponse('ec256');
  });

  const served = () =>
    ({ credentials: [bench.certificates.credentials('ec256')], clientAuth: 'none' }) as const;

  for (const peer of PEERS) {
    versionCells(peer);
    retryCells(peer);
    staplingCells(peer);
    for (const length of [512, 1024, 2048, 4096] as const) recordCells(peer, length);
    keyUpdateCells(peer);
    closeCells(peer);
  }

  function lacking(peer: Peer, ability: Ability, role: Role): string | false | undefined {
    return peer.absent || peer.lacks(ability, role);
  }

  function versionCells(peer: Peer): void {
    const row = (name: string) => ({ section: 'Versions', row: name });
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const ours = { profile: 'modern', versions: [TLS13, TLS12] } as const;
      const place = row(`both here, ${version} alone there`);

      cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
        const client = await bench.connect(peer, { version, ...SHOWS }, ours);
        assert.equal(client.tls.session!.version, version);
      });

      cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
        const [server] = await bench.serve(peer, { version }, { ...ours, ...served() });
        assert.equal(server!.tls.session!.version, version);
      });
    }

    for (const ours of [TLS12_ALONE, TLS13_ALONE]) {
      const expected = ours === TLS12_ALONE ? 'TLSv1.2' : 'TLSv1.3';
      const place = row(`${expected} alone here, both there`);

      cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
        const client = await bench.connect(peer, { version: 'both', ...SHOWS }, ours);
        assert.equal(client.tls.session!.version, expected);
      });

      cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
        const [server] = await bench.serve(peer, { version: 'both' }, { ...ours, ...served() });
        assert.equal(server!.tls.session!.version, expected);
      });
    }

    const place = row('TLSv1.2 alone here, TLSv1.3 alone there: refused');
    cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
      const { client } = await bench.tryToConnect(peer, { version: 'TLSv1.3', ...SHOWS }, TLS12_ALONE);
      // RFC 8446 appendix D.1 has protocol_version; GnuTLS says that it found no suite.
      assert.match(client.error?.peerAlert ?? '', /^(protocol_version|handshake_failure)$/);
    });
    cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
      const config = { ...TLS12_ALONE, ...served() };
      const { ends } = await bench.tryToServe(peer, { version: 'TLSv1.3' }, config);
      assert.equal(ends[0]!.error?.alert, 'protocol_version');
    });
  }

  /** Our client's first share is of X25519, as that of all peers. */
  function retryCells(peer: Peer): void {
    for (const group of ['secp256r1', 'secp384r1', 'secp521r1'] as const) {
      const place = { section: 'HelloRetryRequest', row: group };

      cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
        const setup = { version: 'TLSv1.3', ...SHOWS, groups: [group] } as const;
        const client = await bench.connect(peer, setup, TLS13_ALONE);
        assert.equal(client.messages('received')[0], 'HelloRetryRequest');
        assert.equal(client.tls.session!.group, group);
      });

      cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
        const setup = { version: 'TLSv1.3', groups: ['x25519', group] } as const;
        const config = { ...TLS13_ALONE, ...served(), groups: [GROUP_IDS[group]] };
        const [server] = await bench.serve(peer, setup, config);
        assert.equal(server!.messages('sent')[0], 'HelloRetryRequest');
        assert.equal(server!.tls.session!.group, group);
      });
    }
  }

  function staplingCells(peer: Peer): void {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const place = { section: 'Extensions', row: `${version}, stapled OCSP response` };
      const ours = version === 'TLSv1.2' ? TLS12_ALONE : TLS13_ALONE;

      cell({ ...place, column: peer.columns.server }, lacking(peer, 'stapling', 'server'), async () => {
        const questions: PeerQuestion[] = [];
        const verdict = (question: PeerQuestion): typeof ACCEPT => {
          questions.push(question);
          return ACCEPT;
        };
        const config = { ...ours, ocspStapling: 'require' } as const;
        await bench.connect(peer, { version, ...SHOWS, stapling: true }, config, { verdict });
        assert.deepEqual(Buffer.from(questions[0]!.stapledOcsp!), Buffer.from(ocspResponse));
      });

      cell({ ...place, column: peer.columns.client }, lacking(peer, 'stapling', 'client'), async () => {
        const credentials = [{ ...bench.certificates.credentials('ec256'), ocspResponse }];
        const config = { ...ours, ...served(), credentials };
        const { printed } = await bench.hear(peer, { version, stapling: true }, config);
        assert.match(printed, peer.saysStapled);
      });
    }
  }

  function recordCells(peer: Peer, length: 512 | 1024 | 2048 | 4096): void {
    const place = { section: 'Extensions', row: `TLSv1.2, records of ${length} octets` };
    const suites = [0xc02b];
    const longest = (end: End): number => Math.max(...end.all('tls.record').map((record) => record.length));

    const server = lacking(peer, 'maxFragmentLength', 'server');
    cell({ ...place, column: peer.columns.server }, server, async () => {
      const config = { ...TLS12_ALONE, suites, maxFragmentLength: length };
      const client = await bench.connect(peer, { version: 'TLSv1.2', ...SHOWS }, config, {
        lines: MANY_LINES,
      });
      assert.equal(longest(client), length + 8 + 16);
    });

    const client = lacking(peer, 'maxFragmentLength', 'client');
    cell({ ...place, column: peer.columns.client }, client, async () => {
      const config = { profile: 'mbedtls', suites, ...served() } as const;
      const setup = { version: 'TLSv1.2', maxFragmentLength: length } as const;
      const [end] = await bench.serve(peer, setup, config, { lines: MANY_LINES });
      assert.equal(longest(end!), length + 8 + 16);
    });
  }

  function keyUpdateCells(peer: Peer): void {
    const updates = (end: End, direction: 'sent' | 'received'): number =>
      end.messages(direction).filter((name) => name === 'KeyUpdate').length;

    const ours = { section: 'KeyUpdate', row: 'ours, which the peer answers' };
    cell({ ...ours, column: peer.columns.server }, peer.absent, async () => {
      const client = await bench.connect(peer, { version: 'TLSv1.3', ...SHOWS }, TLS13_ALONE, {
        updatesKeys: true,
      });
      assert.equal(updates(client, 'received'), 1);
    });
    cell({ ...ours, column: peer.columns.client }, peer.absent, async () => {
      const config = { ...TLS13_ALONE, ...served() };
      const [server] = await bench.serve(peer, { version: 'TLSv1.3' }, config, { updatesKeys: true });
      // Its own KeyUpdate is due before it says more (RFC 8446 section 4.6.3), and it has said all.
      assert.equal(updates(server!, 'sent'), 1);
    });

    const theirs = { section: 'KeyUpdate', row: "the peer's, and one that we answer" };
    const noCommands = 'a server has nobody who tells it to change keys';
    cell({ ...theirs, column: peer.columns.server }, noCommands, async () => {});
    cell({ ...theirs, column: peer.columns.client }, lacking(peer, 'updatesKeys', 'client'), async () => {
      const config = { ...TLS13_ALONE, ...served() };
      const [server] = await bench.serve(peer, { version: 'TLSv1.3', updatesKeys: true }, config);
      assert.equal(updates(server!, 'received'), 2);
      assert.equal(updates(server!, 'sent'), 1);
    });
  }

  /** In all other cases the peer's client closes when our server has; gnutls-cli cannot. */
  function closeCells(peer: Peer): void {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const place = { section: 'close_notify', column: peer.columns.client };
      const ours = version === 'TLSv1.2' ? TLS12_ALONE : TLS13_ALONE;
      cell({ ...place, row: `${version}, the client's first` }, peer.absent, async () => {
        await bench.serve(peer, { version, closesFirst: true }, { ...ours, ...served() });
      });
      const lacks = lacking(peer, 'waitsForClose', 'client');
      cell({ ...place, row: `${version}, the server's first` }, lacks, async () => {
        await bench.serve(peer, { version }, { ...ours, ...served() });
      });
    }
  }
});
