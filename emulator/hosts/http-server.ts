import type { TcpListener } from '../net/api.ts';
import { type ByteStream, TcpStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import {
  encodeResponse,
  HttpError,
  type HttpRequest,
  type HttpResponse,
  keepsAlive,
  RequestParser,
} from './http1.ts';

/** Answers by path: exact match, else 404. Keys are request targets without query: "/v1/time". */
export type Routes = ReadonlyMap<string, HttpResponse>;

export interface HttpServerOptions {
  readonly port: number;
  readonly routes: Routes;
  readonly backlog?: number;
}

/** A plain HTTP/1.1 server. */
export class HttpServer {
  constructor(host: HostContext, options: HttpServerOptions) {
    const listener = host.stack.listenTcp(options.port, options.backlog ?? 16);
    serveAccepted(listener, (socket) => {
      const stream = new TcpStream(socket);
      serveHttp(host, stream, options.routes, socket.connection);
      stream.start();
    });
  }
}

/** Calls `serve` for each connection the listener accepts, now and later. */
export function serveAccepted(
  listener: TcpListener,
  serve: (socket: NonNullable<ReturnType<TcpListener['accept']>>) => void,
): void {
  listener.onConnection = () => {
    for (let socket = listener.accept(); socket !== undefined; socket = listener.accept()) serve(socket);
  };
}

/** Speaks HTTP on a stream until the client closes or asks for it; the same code over TCP and over TLS. */
export function serveHttp(host: HostContext, stream: ByteStream, routes: Routes, connection: string): void {
  const parser = new RequestParser();
  const respond = (response: HttpResponse, close: boolean, headOnly = false) => {
    const date = new Date(host.world.unixTime * 1000);
    const bytes = encodeResponse(response, { date, close, headOnly });
    host.world.trace.append(host.name, {
      type: 'http.response',
      connection,
      status: response.status,
      length: bytes.length,
    });
    stream.write(bytes);
    if (close) stream.end();
  };
  const answer = (request: HttpRequest) => {
    host.world.trace.append(host.name, {
      type: 'http.request',
      connection,
      method: request.method,
      path: request.path,
      host: request.headers.get('host') ?? '',
    });
    respond(route(routes, request), !keepsAlive(request), request.method === 'HEAD');
  };
  stream.onData = (bytes) => {
    parser.push(bytes);
    try {
      for (let request = parser.next(); request !== undefined; request = parser.next()) answer(request);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      respond({ status: error.status, body: `${error.message}\n` }, true);
    }
  };
  stream.onEnd = () => stream.end();
}

function route(routes: Routes, request: HttpRequest): HttpResponse {
  const path = request.path.split('?')[0]!;
  return (
    routes.get(path) ?? {
      status: 404,
      body: `no such path here: ${path}
`,
    }
  );
}
