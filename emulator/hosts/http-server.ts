import type { TcpListener } from '../net/api.ts';
import { type ByteStream, TcpStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import { speakHttp } from './http-connection.ts';
import type { HttpRequest, HttpResponse } from './http1.ts';

/** Answers by path, the same or made for each request: exact match, else 404. Keys are request targets without query: "/v1/time". */
export type Routes = ReadonlyMap<string, HttpResponse | ((request: HttpRequest) => HttpResponse)>;

/** What answers requests that no table of paths could. */
export type Answer = (request: HttpRequest) => HttpResponse;

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

/** Serves the routes on a stream; requests and responses go into the trace. */
export function serveHttp(
  host: HostContext,
  stream: ByteStream,
  routes: Routes | Answer,
  connection: string,
): void {
  const { trace } = host.world;
  const answer = typeof routes === 'function' ? routes : (request: HttpRequest) => route(routes, request);
  speakHttp(stream, {
    now: () => new Date(host.world.unixTime * 1000),
    answer(request) {
      trace.append(host.name, {
        type: 'http.request',
        connection,
        method: request.method,
        path: request.path,
        host: request.headers.get('host') ?? '',
      });
      return answer(request);
    },
    after(delay, action) {
      host.world.after(delay, action);
    },
    onResponse({ status }, length) {
      trace.append(host.name, { type: 'http.response', connection, status, length });
    },
  });
}

function route(routes: Routes, request: HttpRequest): HttpResponse {
  const path = request.path.split('?')[0]!;
  const answer = routes.get(path) ?? { status: 404, body: `no such path here: ${path}\n` };
  return typeof answer === 'function' ? answer(request) : answer;
}
