/**
 * The page's way to real hosts: what the operator allowed, for who has the token of this start, from the page's own
 * origin. Without `--allow` there is none.
 */
import { timingSafeEqual } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express, Request, Response } from 'express';
import { type WebSocket, WebSocketServer } from 'ws';
import { Reach } from '../gateway/reach.ts';
import {
  type GatewayStatus,
  TUNNEL_CLOSE,
  TUNNEL_MESSAGE,
  TUNNEL_PROTOCOL,
} from '../gateway/tunnel-protocol.ts';
import { isOwnOrigin, permitsHost } from './origin.ts';
import { TokenBucket } from './token-bucket.ts';
import { Tunnel } from './tunnel.ts';

export interface GatewayOptions {
  /** HOST:PORT each. */
  readonly allowed: readonly string[];
  readonly token: string;
  /** The address that the server listens on. */
  readonly address: string;
}

/** Connections at a time; a board has 16 sockets. */
const MOST_TUNNELS = 32;

/** Connections and questions: so many at once, and so many a second. */
const OPENINGS = { burst: 40, perSecond: 10 } as const;

/** Messages of all tunnels together. */
const MESSAGES = { burst: 4_000, perSecond: 2_000 } as const;

export class Gateway {
  private readonly options: GatewayOptions;
  private readonly reach: Reach;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: TUNNEL_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: () => TUNNEL_PROTOCOL,
  });
  private readonly openings = new TokenBucket(OPENINGS.burst, OPENINGS.perSecond);
  private readonly messages = new TokenBucket(MESSAGES.burst, MESSAGES.perSecond);

  /** Throws RangeError when an entry of `allowed` is not HOST:PORT. */
  constructor(options: GatewayOptions) {
    this.options = options;
    this.reach = new Reach(options.allowed, false);
  }

  /** What a page asks before it opens anything: GET gateway/status, GET gateway/resolve?name=…. */
  serve(app: Express): void {
    app.get('/gateway/status', (request, response) => {
      if (!this.admits(request, response)) return;
      response.json({ allowed: this.options.allowed } satisfies GatewayStatus);
    });
    app.get('/gateway/resolve', async (request, response) => {
      if (this.admits(request, response)) await this.resolve(String(request.query.name ?? ''), response);
    });
  }

  /** Takes WebSockets to gateway/tcp. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket: Duplex, head) => {
      socket.on('error', () => {});
      const refusal = this.refusalOfUpgrade(request);
      if (refusal !== undefined) {
        socket.end(
          `HTTP/1.1 ${refusal.status}\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${refusal.text}\n`,
        );
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (websocket) => this.open(websocket, request));
    });
  }

  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
  }

  private refusalOfUpgrade(request: IncomingMessage): { status: string; text: string } | undefined {
    const { host, origin } = request.headers;
    if (!permitsHost(host, this.options.address) || !isOwnOrigin(origin, host)) {
      return { status: '403 Forbidden', text: 'The gateway serves its own page only.' };
    }
    if (pathOf(request) !== '/gateway/tcp')
      return { status: '404 Not Found', text: 'There is no such thing.' };
    if (!this.isToken(offeredToken(request))) return { status: '401 Unauthorized', text: STALE };
    if (!this.openings.take() || this.sockets.clients.size >= MOST_TUNNELS) {
      return { status: '429 Too Many Requests', text: 'Too many connections.' };
    }
    return undefined;
  }

  private open(websocket: WebSocket, request: IncomingMessage): void {
    const { searchParams } = new URL(request.url!, 'http://gateway');
    const address = searchParams.get('address') ?? '';
    const port = Number(searchParams.get('port'));
    if (!this.reach.permits(address, port)) {
      websocket.close(TUNNEL_CLOSE.notAllowed, `${address}:${port} is not allowed (--allow)`.slice(0, 123));
      return;
    }
    new Tunnel({ websocket, address, port, messages: this.messages });
  }

  /** The token comes as a header that only this page's own script can send; browsers say where a request is from. */
  private admits(request: Request, response: Response): boolean {
    const refuse = (status: number, text: string) => {
      response.status(status).type('text/plain').send(`${text}\n`);
      return false;
    };
    const { origin, host, authorization = '' } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (
      (site !== undefined && site !== 'same-origin') ||
      (origin !== undefined && !isOwnOrigin(origin, host))
    )
      return refuse(403, 'The gateway serves its own page only.');
    if (!this.isToken(authorization.replace(/^Bearer /, ''))) return refuse(401, STALE);
    if (!this.openings.take()) return refuse(429, 'Too many questions at once.');
    return true;
  }

  private isToken(text: string): boolean {
    const [given, wanted] = [Buffer.from(text), Buffer.from(this.options.token)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  private async resolve(name: string, response: Response): Promise<void> {
    if (!this.reach.permitsName(name)) {
      response.status(403).type('text/plain').send(`${name} is not allowed (--allow ${name}:PORT)\n`);
      return;
    }
    try {
      const addresses = (await lookup(name, { family: 4, all: true })).map(({ address }) => address);
      this.reach.withAddresses(name, addresses);
      response.json({ addresses });
    } catch {
      response.status(404).type('text/plain').send(`${name} has no address\n`);
    }
  }
}

const STALE =
  'The token is not that of this start of the server. Open the URL that tls-sandbox serve printed last.';

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://gateway').pathname;
}

/** A browser's WebSocket can send no header of its own, but names of protocols: the tunnel's, then the token. */
function offeredToken(request: IncomingMessage): string {
  const [protocol, token = ''] = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  return protocol === TUNNEL_PROTOCOL ? token : '';
}
