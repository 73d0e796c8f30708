/** One HTTP/1.1 connection from the server's side: requests in, responses out, and when it ends. */
import type { Nanoseconds } from '../world/time.ts';
import type { ByteStream } from './byte-stream.ts';
import {
  encodeResponse,
  HttpError,
  type HttpRequest,
  type HttpResponse,
  keepsAlive,
  RequestParser,
  type ResponseForm,
} from './http1.ts';

/** What a server of HTTP is told, and answers. */
export interface HttpService {
  /** For the Date field. */
  now(): Date;
  answer(request: HttpRequest): HttpResponse;
  /** Called with each response before it is sent; `length`: octets on the stream. */
  onResponse?(response: HttpResponse, length: number): void;
  /** Needed where a response has a `delay`. */
  after?(delay: Nanoseconds, action: () => void): void;
}

/** Speaks HTTP on a stream until the client closes or asks for it; the same code over TCP and over TLS. */
export function speakHttp(stream: ByteStream, service: HttpService): void {
  new HttpConnection(stream, service).begin();
}

/** reading ⇄ thinking; both ──▶ closing, or upgraded: the stream is another protocol's then. */
type State = 'reading' | 'thinking' | 'closing' | 'upgraded';

class HttpConnection {
  private readonly stream: ByteStream;
  private readonly service: HttpService;
  private readonly parser = new RequestParser();
  private state: State = 'reading';

  constructor(stream: ByteStream, service: HttpService) {
    this.stream = stream;
    this.service = service;
  }

  begin(): void {
    this.stream.onData = (bytes) => {
      // RFC 9112 section 9.6: what comes after the request that closes is not answered.
      if (this.state === 'closing') return;
      this.parser.push(bytes);
      this.answerAll();
    };
    this.stream.onEnd = () => this.stream.end();
  }

  /** One after the other: what comes while the server thinks waits (RFC 9112 section 9.3.2). */
  private answerAll(): void {
    try {
      while (this.state === 'reading') {
        const request = this.parser.next();
        if (request === undefined) return;
        this.answer(request);
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.respond({ status: error.status, body: `${error.message}\n` }, { close: true });
    }
  }

  private answer(request: HttpRequest): void {
    const response = this.service.answer(request);
    const form = {
      close: !keepsAlive(request),
      headOnly: request.method === 'HEAD',
      takesChunks: request.version === 'HTTP/1.1',
    };
    if (response.delay === undefined) {
      this.respond(response, form);
      return;
    }
    this.state = 'thinking';
    this.service.after?.(response.delay, () => {
      this.state = 'reading';
      this.respond(response, form);
      this.answerAll();
    });
  }

  private respond(response: HttpResponse, form: Omit<ResponseForm, 'date'>): void {
    const bytes = encodeResponse(response, { ...form, date: this.service.now() });
    this.service.onResponse?.(response, bytes.length);
    this.stream.write(bytes);
    if (response.upgrade !== undefined) {
      this.state = 'upgraded';
      response.upgrade(this.stream, this.parser.takeRest());
    } else if (form.close) {
      this.state = 'closing';
      this.stream.end();
    }
  }
}
