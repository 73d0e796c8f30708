/** Cells of the table: one test for each peer, role and thing asked. The reporter finds them by their names. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { TlsClientConfig } from '../../emulator/tls/client.ts';
import type { TlsServerConfig } from '../../emulator/tls/server.ts';
import { OpensslCertificates } from '../tls/openssl.ts';
import { clientEnd, type End, type HostOptions, serverEnd } from '../tls/support.ts';
import { type Habits, receive, speak, type Visit } from './ours.ts';
import { GnutlsPeer } from './peers/gnutls.ts';
import { NodePeer } from './peers/node.ts';
import { OpensslPeer } from './peers/openssl.ts';
import { type Peer, type PeerServer, type Role, SERVER_NAME, type Setup } from './peers/peer.ts';

export const PEERS: readonly Peer[] = [new OpensslPeer(), new GnutlsPeer(), new NodePeer()];
export const ROLES: readonly Role[] = ['server', 'client'];

/** How many conversations of one file go on at a time. */
export const AT_A_TIME = { concurrency: 4 };

export const LINE = 'over the wire\n';
const LONG_LINE = `${'many lines over the wire '.repeat(40)}\n`;
/** More than two of the longest records. */
export const MANY_LINES = `${LONG_LINE.repeat(40)}and the last one\n`;

/** Where a result stands in the table. */
export interface Place {
  readonly section: string;
  readonly row: string;
  /** Peer and role. */
  readonly column: string;
  /** Several tests of one cell differ in it. */
  readonly variant?: string;
}

/** One test. `lacking` says why the peer cannot be asked; the table then has a dash. */
export function cell(place: Place, lacking: string | false | undefined, body: () => Promise<void>): void {
  const { section, row, column, variant } = place;
  const name = [section, row, column, ...(variant === undefined ? [] : [variant])].join(' | ');
  it(name, { skip: lacking ?? false }, body);
}

type ClientConfig = Omit<TlsClientConfig, 'connection'>;
type ServerConfig = Omit<TlsServerConfig, 'connection'>;
/** What our end says and does; by default, one line. */
type Talk = HostOptions & Habits & { readonly lines?: string };

/** The certificates and the peers' servers of one file. To be made within a `describe`. */
export class Bench {
  certificates!: OpensslCertificates;
  private readonly servers = new Map<string, Promise<PeerServer>>();

  /** `keys`: by name, the kind of key that OpenSSL is to make for a server's and a client's certificate. */
  constructor(keys: Readonly<Record<string, string>>) {
    before(() => {
      this.certificates = new OpensslCertificates();
      for (const [name, key] of Object.entries(keys)) {
        this.certificates.issue(name, key, 'serverAuth');
        this.certificates.issue(`client-${name}`, key, 'clientAuth');
      }
    });
    after(async () => {
      const started = await Promise.allSettled(this.servers.values());
      for (const server of started) if (server.status === 'fulfilled') await server.value.stop();
      this.certificates.remove();
    });
  }

  /** Our client says the lines to the peer's server and gets its answer. */
  async connect(
    peer: Peer,
    setup: Setup,
    config: ClientConfig,
    { lines = LINE, ...more }: Talk = {},
  ): Promise<End> {
    const { client, received, server } = await this.tryToConnect(peer, setup, config, { lines, ...more });
    assert.equal(client.error, undefined, server.printed.slice(-500));
    assertSame(received, server.answer(lines), server.printed.slice(-500));
    assert.equal(client.tls.peerClosed, true, 'without close_notify');
    return client;
  }

  /** The same, for a conversation that may fail. */
  async tryToConnect(
    peer: Peer,
    setup: Setup,
    config: ClientConfig,
    { lines = LINE, ...more }: Talk = {},
  ): Promise<{ client: End; received: string; server: PeerServer }> {
    const server = await this.server(peer, setup);
    const client = clientEnd({ serverName: SERVER_NAME, ...config }, more);
    return { client, received: await speak(client, server.port, lines, more), server };
  }

  /** The peer's client says the lines to our server and gets them back; one end for each time it came. */
  async serve(peer: Peer, setup: Setup, config: ServerConfig, talk: Talk = {}): Promise<readonly End[]> {
    return (await this.hear(peer, setup, config, talk)).ends;
  }

  /** The same, with what the client said for itself. */
  async hear(
    peer: Peer,
    setup: Setup,
    config: ServerConfig,
    { lines = LINE, ...more }: Talk = {},
  ): Promise<Visit> {
    const visit = await this.tryToServe(peer, setup, config, { lines, ...more });
    const { ends, received, printed } = visit;
    for (const end of ends) assert.equal(end.error, undefined, printed);
    assertSame(received.at(-1), lines, printed);
    assert.ok(
      printed.includes(lines),
      `the client did not hear its own words again: ${printed.slice(0, 2_000)}`,
    );
    for (const end of ends) assert.equal(end.tls.peerClosed, true, 'without close_notify');
    return visit;
  }

  /** The same, for a conversation that may fail. */
  async tryToServe(
    peer: Peer,
    setup: Setup,
    config: ServerConfig,
    { lines = LINE, ...more }: Talk = {},
  ): Promise<Visit> {
    const waits = setup.closesFirst || peer.alwaysClosesFirst;
    return await receive(
      () => serverEnd(config),
      { ...more, closesAfter: waits ? Number.POSITIVE_INFINITY : lines.length },
      (port) => peer.connect(setup, this.certificates, { port, lines }),
    );
  }

  private server(peer: Peer, setup: Setup): Promise<PeerServer> {
    const key = JSON.stringify([peer.name, setup]);
    const running = this.servers.get(key) ?? peer.serve(setup, this.certificates);
    this.servers.set(key, running);
    return running;
  }
}

/** A long text in a message of failure helps nobody. */
function assertSame(actual: string | undefined, expected: string, printed: string): void {
  const start = (actual ?? '').slice(0, 80);
  const what = `${actual?.length} octets arrived of ${expected.length}: ${JSON.stringify(start)}; the peer: `;
  assert.ok(actual === expected, what + printed.slice(0, 2_000));
}
