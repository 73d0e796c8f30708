/**
 * The page's way to real hosts: what the operator allowed, for who has the token of this start, from the page's own
 * origin. Without `--allow` there is none.
 */
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import type { Express, Request, Response } from 'express';
import type { WebSocket } from 'ws';
import { Reach } from '../gateway/reach.ts';
import {
  type GatewayStatus,
  TUNNEL_CLOSE,
  TUNNEL_MESSAGE,
  TUNNEL_PROTOCOL,
} from '../gateway/tunnel-protocol.ts';
import { type Admission, refuse } from './admission.ts';
import { TokenBucket } from './token-bucket.ts';
import { Tunnel } from './tunnel.ts';
import type { PageService, WebSocketEndpoint } from './web-sockets.ts';

export interface GatewayOptions {
  /** HOST:PORT each. */
  readonly allowed: readonly string[];
  readonly admission: Admission;
}

/** Connections at a time; a board has 16 sockets. */
const MOST_TUNNELS = 32;

/** Connections and questions: so many at once, and so many a second. */
const OPENINGS = { burst: 40, perSecond: 10 } as const;

/** Messages of all tunnels together. */
const MESSAGES = { burst: 4_000, perSecond: 2_000 } as const;

export class Gateway implements PageService {
  readonly endpoint: WebSocketEndpoint;
  private readonly options: GatewayOptions;
  private readonly reach: Reach;
  private readonly openings = new TokenBucket(OPENINGS.burst, OPENINGS.perSecond);
  private readonly messages = new TokenBucket(MESSAGES.burst, MESSAGES.perSecond);
  private readonly tunnels = new Set<WebSocket>();

  /** Throws RangeError when an entry of `allowed` is not HOST:PORT. */
  constructor(options: GatewayOptions) {
    this.options = options;
    this.reach = new Reach(options.allowed, false);
    this.endpoint = {
      path: '/gateway/tcp',
      protocol: TUNNEL_PROTOCOL,
      largestMessage: TUNNEL_MESSAGE,
      most: MOST_TUNNELS,
      openings: this.openings,
      open: (websocket, request) => this.open(websocket, request),
    };
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

  async close(): Promise<void> {
    for (const tunnel of this.tunnels) tunnel.terminate();
  }

  private open(websocket: WebSocket, request: IncomingMessage): void {
    const { searchParams } = new URL(request.url!, 'http://gateway');
    const address = searchParams.get('address') ?? '';
    const port = Number(searchParams.get('port'));
    if (!this.reach.permits(address, port)) {
      websocket.close(TUNNEL_CLOSE.notAllowed, `${address}:${port} is not allowed (--allow)`.slice(0, 123));
      return;
    }
    this.tunnels.add(websocket);
    websocket.once('close', () => this.tunnels.delete(websocket));
    new Tunnel({ websocket, address, port, messages: this.messages });
  }

  private admits(request: Request, response: Response): boolean {
    if (!this.options.admission.admits(request, response)) return false;
    return this.openings.take() || refuse(response, { status: 429, text: 'Too many questions at once.' });
  }

  private async resolve(name: string, response: Response): Promise<void> {
    if (!this.reach.permitsName(name)) {
      refuse(response, { status: 403, text: `${name} is not allowed (--allow ${name}:PORT)` });
      return;
    }
    try {
      const addresses = (await lookup(name, { family: 4, all: true })).map(({ address }) => address);
      this.reach.withAddresses(name, addresses);
      response.json({ addresses });
    } catch {
      refuse(response, { status: 404, text: `${name} has no address` });
    }
  }
}
