/** One HTTP/1.1 connection from the server's side: requests in, responses out, and when it ends. */
import type { ByteStream } from './byte-stream.ts';
import {
  encodeResponse,
  HttpError,
  type HttpRequest,
  type HttpResponse,
  keepsAlive,
  RequestParser,
} from './http1.ts';

/** What a server of HTTP is told, and answers. */
export interface HttpService {
  /** For the Date field. */
  now(): Date;
  answer(request: HttpRequest): HttpResponse;
  /** Called with each response before it is sent; `length`: octets on the stream. */
  onResponse?(response: HttpResponse, length: number): void;
}

/** Speaks HTTP on a stream until the client closes or asks for it; the same code over TCP and over TLS. */
export function speakHttp(stream: ByteStream, service: HttpService): void {
  const parser = new RequestParser();
  let closing = false;
  const respond = (response: HttpResponse, close: boolean, headOnly = false) => {
    const bytes = encodeResponse(response, { date: service.now(), close, headOnly });
    service.onResponse?.(response, bytes.length);
    stream.write(bytes);
    if (!close) return;
    closing = true;
    stream.end();
  };
  const answerAll = () => {
    // RFC 9112 section 9.6: what comes after the request that closes is not answered.
    while (!closing) {
      const request = parser.next();
      if (request === undefined) return;
      respond(service.answer(request), !keepsAlive(request), request.method === 'HEAD');
    }
  };
  stream.onData = (bytes) => {
    if (closing) return;
    parser.push(bytes);
    try {
      answerAll();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      respond({ status: error.status, body: `${error.message}\n` }, true);
    }
  };
  stream.onEnd = () => stream.end();
}
