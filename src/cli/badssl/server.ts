/** All cases, each on a port of its own, and the index on one more. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { Case } from '../../badssl/case.ts';
import type { Seen } from '../../badssl/judge.ts';
import { type Address, authoritiesPem, type Listed, listingData } from '../../badssl/listing.ts';
import { renderIndex } from '../../badssl/page.ts';
import { UsageError } from '../exit-codes.ts';
import { listen } from '../listening.ts';
import { CaseConnection } from './connection.ts';

const MOST_PORT = 65_535;

export interface ListenOptions {
  /** Of the index; the cases have those after it. 0: any that are free. */
  readonly port: number;
  /** Address of this computer. */
  readonly address: string;
  /** What clients call it. */
  readonly host: string;
  /** Called when a connection is over. */
  readonly onConnection?: (served: Case, seen: Seen) => void;
}

export class BadServer {
  readonly listed: readonly Listed[];
  readonly address: Address;
  private readonly servers: readonly Server[];
  private readonly open: ReadonlyMap<Case, Set<CaseConnection>>;

  private constructor(
    listed: readonly Listed[],
    address: Address,
    servers: readonly Server[],
    open: ReadonlyMap<Case, Set<CaseConnection>>,
  ) {
    this.listed = listed;
    this.address = address;
    this.servers = servers;
    this.open = open;
  }

  /** Throws UsageError when a port cannot be had. */
  static async listen(cases: readonly Case[], options: ListenOptions): Promise<BadServer> {
    const last = options.port + cases.length;
    if (options.port !== 0 && last > MOST_PORT) {
      throw new UsageError(
        `--listen ${options.port}: its ${cases.length} cases want the ports after it, and there are none after ${MOST_PORT}`,
      );
    }
    const servers: Server[] = [];
    const open = new Map<Case, Set<CaseConnection>>();
    const listed: Listed[] = [];
    try {
      const index = createHttpServer((request, response) => answer(request, response, listed, address));
      servers.push(index);
      const port = await listen(index, options.port, options.address);
      const address: Address = { host: options.host, port };
      for (const [i, each] of cases.entries()) {
        const connections = new Set<CaseConnection>();
        open.set(each, connections);
        const server = serverOf(each, connections, options);
        servers.push(server);
        listed.push({
          case: each,
          port: await listen(server, options.port === 0 ? 0 : port + 1 + i, options.address),
        });
      }
      return new BadServer(listed, address, servers, open);
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
  }

  /** Takes what was seen of the connections to a case, which are then forgotten and closed. */
  takeSeen(served: Case): Seen[] {
    const connections = this.open.get(served)!;
    const seen = [...connections].map((each) => each.seen);
    for (const each of connections) each.destroy();
    connections.clear();
    return seen;
  }

  async close(): Promise<void> {
    const closed = this.servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const connections of this.open.values()) for (const each of connections) each.destroy();
    for (const server of this.servers)
      if ('closeAllConnections' in server) (server as HttpServer).closeAllConnections();
    await Promise.all(closed);
  }
}

type HttpServer = ReturnType<typeof createHttpServer>;

function serverOf(served: Case, connections: Set<CaseConnection>, { onConnection }: ListenOptions): Server {
  return createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
    const connection = new CaseConnection(served, socket);
    connections.add(connection);
    if (onConnection !== undefined) {
      socket.once('close', () => {
        connections.delete(connection);
        onConnection(served, connection.seen);
      });
    }
    connection.start();
  });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  listed: readonly Listed[],
  address: Address,
): void {
  const path = (request.url ?? '/').split('?')[0]!;
  const document =
    request.method === 'GET' || request.method === 'HEAD' ? documentAt(path, listed, address) : undefined;
  if (document === undefined) {
    response
      .writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' })
      .end(`there is no ${path} here\n`);
    return;
  }
  response.writeHead(200, { 'Content-Type': document.type }).end(document.body);
}

interface Document {
  readonly type: string;
  readonly body: string | Uint8Array;
}

function documentAt(path: string, listed: readonly Listed[], address: Address): Document | undefined {
  if (path === '/') return { type: 'text/html; charset=utf-8', body: renderIndex(listed, address) };
  if (path === '/cases.json') {
    return { type: 'application/json', body: `${JSON.stringify(listingData(listed, address), null, 2)}\n` };
  }
  const match = /^\/ca(?:\/([\w.-]+))?\.(pem|der)$/.exec(path);
  if (match === null) return undefined;
  const [, id, format] = match;
  const found = id === undefined ? listed[0] : listed.find((each) => each.case.id === id);
  if (found === undefined) return undefined;
  return format === 'pem'
    ? { type: 'application/x-pem-file', body: authoritiesPem(found.case) }
    : { type: 'application/pkix-cert', body: found.case.anchors[0]! };
}
