/** Sessions taken up again: by ticket and by ID in TLS 1.2, by ticket in TLS 1.3, after a retry too. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { GROUP_IDS } from '../../emulator/tls/groups.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../emulator/tls/session.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { NO_OPENSSL } from '../tls/openssl.ts';
import type { End } from '../tls/support.ts';
import { AT_A_TIME, Bench, cell, PEERS } from './matrix.ts';
import type { Peer } from './peers/peer.ts';

const SECTION = 'Resumption';
/** One whose PRF and transcript are of SHA-256, and one of SHA-384. */
const TLS13_SUITES = { TLS_AES_128_GCM_SHA256: 0x1301, TLS_AES_256_GCM_SHA384: 0x1302 };

describe('resumption', { skip: NO_OPENSSL, ...AT_A_TIME }, () => {
  const bench = new Bench({ ec256: 'P-256', rsa2048: 'rsa:2048' });

  const ticketKey = new Uint8Array(32).fill(4);
  const sessionsOfOurs = (): ServerSessions => new ServerSessions({ ticketKey });

  /** Our client comes again, each time with the newest session it has. */
  async function comeAgain(
    times: number,
    connect: (more: { session?: ClientSession; onSession: (session: ClientSession) => void }) => Promise<End>,
  ): Promise<ClientSession[]> {
    const kept: ClientSession[] = [];
    const onSession = (session: ClientSession): number => kept.push(session);
    const first = await connect({ onSession });
    assert.equal(first.tls.session!.resumed, false);
    for (let time = 0; time < times; time++) {
      const again = await connect({ session: kept.at(-1)!, onSession });
      assert.equal(again.tls.session!.resumed, true);
    }
    return kept;
  }

  function assertTakenUp(ends: readonly End[]): void {
    assert.deepEqual(
      ends.map(({ tls }) => tls.session!.resumed),
      [false, true],
    );
  }

  for (const peer of PEERS) {
    for (const profile of ['mbedtls', 'modern'] as const) {
      for (const tickets of [true, false]) tls12Cells(peer, profile, tickets);
    }
    for (const [name, id] of Object.entries(TLS13_SUITES)) tls13Cells(peer, name, id);
    retryCells(peer);
  }

  function tls12Cells(peer: Peer, profile: 'mbedtls' | 'modern', tickets: boolean): void {
    const place = {
      section: SECTION,
      row: `TLSv1.2, ${tickets ? 'ticket' : 'session ID'}`,
      variant: profile,
    };
    const version = { version: 'TLSv1.2', tickets } as const;
    const ours = { profile, versions: [TLS12] };

    cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
      const setup = { ...version, shows: ['ec256'] };
      const kept = await comeAgain(2, (more) => bench.connect(peer, setup, { ...ours, ...more }));
      assert.equal(kept[0]!.ticket !== undefined, tickets);
    });

    cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
      const credentials = [bench.certificates.credentials('ec256')];
      const config = { ...ours, credentials, clientAuth: 'none', sessions: sessionsOfOurs() } as const;
      const ends = await bench.serve(peer, { ...version, resumes: true }, config);
      assertTakenUp(ends);
      assert.equal(ends[0]!.messages('sent').includes('NewSessionTicket'), tickets);
    });
  }

  function tls13Cells(peer: Peer, name: string, suite: number): void {
    const place = { section: SECTION, row: 'TLSv1.3, ticket', variant: name };
    const version = { version: 'TLSv1.3' } as const;
    const ours = { profile: 'modern', versions: [TLS13], suites: [suite] } as const;

    cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
      const setup = { ...version, shows: ['rsa2048'] };
      await comeAgain(2, (more) => bench.connect(peer, setup, { ...ours, ...more }));
    });

    cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
      const credentials = [bench.certificates.credentials('rsa2048')];
      const config = { ...ours, credentials, clientAuth: 'none', sessions: sessionsOfOurs() } as const;
      assertTakenUp(await bench.serve(peer, { ...version, resumes: true }, config));
    });
  }

  function retryCells(peer: Peer): void {
    const place = { section: SECTION, row: 'TLSv1.3, ticket and HelloRetryRequest' };
    const ours = { profile: 'modern', versions: [TLS13] } as const;

    cell({ ...place, column: peer.columns.server }, peer.absent, async () => {
      const setup = { version: 'TLSv1.3', shows: ['ec256'], groups: ['secp384r1'] } as const;
      await comeAgain(1, async (more) => {
        const client = await bench.connect(peer, setup, { ...ours, ...more });
        assert.equal(client.messages('received')[0], 'HelloRetryRequest');
        return client;
      });
    });

    cell({ ...place, column: peer.columns.client }, peer.absent, async () => {
      const credentials = [bench.certificates.credentials('ec256')];
      const groups = [GROUP_IDS.secp521r1];
      const config = {
        ...ours,
        groups,
        credentials,
        clientAuth: 'none',
        sessions: sessionsOfOurs(),
      } as const;
      const setup = { version: 'TLSv1.3', groups: ['x25519', 'secp521r1'], resumes: true } as const;
      const ends = await bench.serve(peer, setup, config);
      assertTakenUp(ends);
      for (const end of ends) assert.equal(end.messages('sent')[0], 'HelloRetryRequest');
    });
  }
});
