/** The server's WebSockets: each endpoint has a path and a protocol of its own, and who may come in is asked once for all. */
import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Admission, Refusal } from './admission.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface WebSocketEndpoint {
  readonly path: string;
  readonly protocol: string;
  /** Bytes; a longer message ends the connection. */
  readonly largestMessage: number;
  /** Connections at a time. */
  readonly most: number;
  /** How fast they may come. */
  readonly openings: TokenBucket;
  /** Told of who has been let in. */
  readonly open: (websocket: WebSocket, request: IncomingMessage) => void;
}

/** What the page's server does beside handing out files. */
export interface PageService {
  readonly endpoint: WebSocketEndpoint;
  /** Adds what is asked by GET. */
  serve(app: Express): void;
  /** Fulfilled when all that it has begun is over. */
  close(): Promise<void>;
}

const NOT_FOUND: Refusal = { status: 404, text: 'There is no such thing.' };
const TOO_MANY: Refusal = { status: 429, text: 'Too many connections.' };

export class WebSockets {
  private readonly admission: Admission;
  private readonly endpoints: readonly { endpoint: WebSocketEndpoint; sockets: WebSocketServer }[];

  constructor(admission: Admission, endpoints: readonly WebSocketEndpoint[]) {
    this.admission = admission;
    this.endpoints = endpoints.map((endpoint) => ({
      endpoint,
      sockets: new WebSocketServer({
        noServer: true,
        maxPayload: endpoint.largestMessage,
        perMessageDeflate: false,
        handleProtocols: () => endpoint.protocol,
      }),
    }));
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket: Duplex, head) => {
      socket.on('error', () => {});
      const found = this.endpoints.find(({ endpoint }) => endpoint.path === pathOf(request));
      const refusal = this.admission.refusalOfOrigin(request) ?? this.refusalAt(found, request);
      if (refusal !== undefined || found === undefined) {
        end(socket, refusal ?? NOT_FOUND);
        return;
      }
      found.sockets.handleUpgrade(request, socket, head, (websocket) =>
        found.endpoint.open(websocket, request),
      );
    });
  }

  private refusalAt(
    found: (typeof this.endpoints)[number] | undefined,
    request: IncomingMessage,
  ): Refusal | undefined {
    if (found === undefined) return NOT_FOUND;
    const { endpoint, sockets } = found;
    const stale = this.admission.refusalOfToken(request, endpoint.protocol);
    if (stale !== undefined) return stale;
    return endpoint.openings.take() && sockets.clients.size < endpoint.most ? undefined : TOO_MANY;
  }
}

function end(socket: Duplex, { status, text }: Refusal): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain`;
  socket.end(`${head}\r\n\r\n${text}\n`);
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://server').pathname;
}
