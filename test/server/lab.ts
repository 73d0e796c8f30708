/** The page's server on a free port, with a folder of its own to serve, and plain clients. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Admission } from '../../src/server/admission.ts';
import { Gateway } from '../../src/server/gateway.ts';
import { type MirrorMeans, Mirrors } from '../../src/server/mirrors.ts';
import { createPageServer } from '../../src/server/page-server.ts';
import type { PageService } from '../../src/server/web-sockets.ts';

export const TOKEN = 'the-token-of-this-start';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who asks for a WebSocket; by default the page itself. */
export interface Caller {
  readonly token?: string;
  readonly origin?: string;
  readonly host?: string;
}

export class ServerLab {
  readonly port: number;
  private readonly server: Server;
  private readonly services: readonly PageService[];
  private readonly outer: string;

  private constructor(server: Server, services: readonly PageService[], outer: string) {
    this.server = server;
    this.services = services;
    this.outer = outer;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(allowed: readonly string[] = [], means?: MirrorMeans): Promise<ServerLab> {
    const outer = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
    const folder = join(outer, 'page');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(outer, 'secret.txt'), 'a secret');
    writeFileSync(join(folder, 'index.html'), '<p>the page</p>');
    writeFileSync(join(folder, 'assets/page-12345678.js'), 'export {}');
    const address = '127.0.0.1';
    const admission = new Admission({ token: TOKEN, address });
    const onDefect = (error: Error) => {
      throw error;
    };
    const services = [new Gateway({ allowed, admission }), new Mirrors({ admission, means, onDefect })];
    const server = createPageServer({ folder, address, admission, services });
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return new ServerLab(server, services, outer);
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map((service) => service.close()));
    this.server.close();
    (this.server as unknown as { closeAllConnections(): void }).closeAllConnections();
    rmSync(this.outer, { recursive: true });
  }

  /** The path goes out as it is written. */
  ask({ path, method = 'GET', headers = {} }: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: this.port, path, method, headers }, (response) => {
        let body = '';
        response.on('data', (data) => {
          body += data;
        });
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  /** As the page's own script asks. */
  askAsPage(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask({ path, headers: { authorization: `Bearer ${TOKEN}`, ...headers } });
  }

  /** As the page's own script opens one. */
  tunnel(target: string, options: Caller = {}): Tunnelled {
    const [address, port] = target.split(':');
    const path = `/gateway/tcp?address=${address}&port=${port}`;
    return this.socket(path, 'tls-sandbox-tunnel', options);
  }

  /** As the page's own script begins one. */
  mirror(options: Caller = {}): Tunnelled {
    return this.socket('/mirror/session', 'tls-sandbox-mirror', options);
  }

  private socket(path: string, protocol: string, caller: Caller): Tunnelled {
    const { token = TOKEN, origin = `http://${this.host}`, host = this.host } = caller;
    const url = `ws://${this.host}${path}`;
    return new Tunnelled(new WebSocket(url, [protocol, token], { origin, headers: { host } }));
  }
}

/** The page's end of a tunnel. */
export class Tunnelled {
  readonly websocket: WebSocket;
  readonly texts: string[] = [];
  received = '';
  /** The status of a refusal, or the close code and its reason. */
  readonly over: Promise<{ status: number; text: string }>;

  constructor(websocket: WebSocket) {
    this.websocket = websocket;
    websocket.on('message', (data, isBinary) => {
      if (isBinary) this.received += data;
      else this.texts.push(String(data));
    });
    this.over = new Promise((resolve) => {
      websocket.on('unexpected-response', (_, response) => {
        let text = '';
        response.on('data', (data) => {
          text += data;
        });
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      });
      websocket.on('close', (code, reason) => resolve({ status: code, text: String(reason) }));
      websocket.on('error', () => {});
    });
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A real host that says everything back; its sockets, so that a test can be rude with them. */
export async function echoHost(): Promise<{ port: number; sockets: Socket[]; close: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, sockets, close };
}
