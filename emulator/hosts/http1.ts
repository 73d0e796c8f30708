/** HTTP/1.1 messages (RFC 9112) as far as a server of APIs needs them: requests in, responses out. */
import { concatAll } from '../world/bytes.ts';
import type { Nanoseconds } from '../world/time.ts';
import type { ByteStream } from './byte-stream.ts';

export interface HttpRequest {
  readonly method: string;
  /** The request target as sent. */
  readonly path: string;
  readonly version: string;
  /** Names in lower case; of a repeated field the values are joined by ", ". */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Octets of a chunk: the body goes out in chunks, its length untold (RFC 9112 section 7.1). */
  readonly chunkSize?: number;
  /** How long the server thinks before it answers. */
  readonly delay?: Nanoseconds;
  /** With status 101: what is spoken on the stream from then on. `early`: octets that came behind the request. */
  readonly upgrade?: (stream: ByteStream, early: Uint8Array) => void;
}

/** A request that cannot be read; `status` is what to answer (RFC 9110 section 15.5). */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Request line and header section together; RFC 9112 leaves the limit to the server. */
const MAX_HEAD = 16_384;
const MAX_BODY = 1_048_576;

const REASONS: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  411: 'Length Required',
  413: 'Content Too Large',
  426: 'Upgrade Required',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

const CR = 13;
const LF = 10;

const text = new TextDecoder('latin1');
const utf8 = new TextEncoder();

/** Cuts a byte stream into requests. Feed with `push`; take with `next` until it gives undefined. */
export class RequestParser {
  private pending: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.pending.length + bytes.length);
    joined.set(this.pending);
    joined.set(bytes, this.pending.length);
    this.pending = joined;
  }

  /** What has come and is no request yet; the parser is of no use after that. */
  takeRest(): Uint8Array {
    const rest = this.pending;
    this.pending = new Uint8Array(0);
    return rest;
  }

  /** The next whole request, or undefined when more bytes are needed. Throws HttpError. */
  next(): HttpRequest | undefined {
    const end = findHeadEnd(this.pending);
    if (end === undefined) {
      refuseOtherProtocols(this.pending);
      if (this.pending.length > MAX_HEAD) throw new HttpError(431, `header section over ${MAX_HEAD} bytes`);
      return undefined;
    }
    const head = parseHead(text.decode(this.pending.subarray(0, end.head)));
    const length = bodyLength(head.headers);
    const bodyStart = end.body;
    if (this.pending.length < bodyStart + length) return undefined;
    const body = this.pending.slice(bodyStart, bodyStart + length);
    this.pending = this.pending.slice(bodyStart + length);
    return { ...head, body };
  }
}

/**
 * Where the header section ends, and where the body begins after the empty line. RFC 9112 section 2.2 lets a
 * recipient take a bare LF for a line's end, which people type and test programs send.
 */
function findHeadEnd(bytes: Uint8Array): { head: number; body: number } | undefined {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return { head: at, body: at + 2 };
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return { head: at, body: at + 3 };
  }
  return undefined;
}

/** Servers do not wait for the end of a line that cannot become a request: a ClientHello gets its answer at once. */
function refuseOtherProtocols(bytes: Uint8Array): void {
  const first = bytes[0] ?? CR;
  if (first > 0x20 && first < 0x7f) return;
  if (first === CR || first === LF) return;
  throw new HttpError(400, `not a request line: it begins with 0x${first.toString(16).padStart(2, '0')}`);
}

function parseHead(head: string): Omit<HttpRequest, 'body'> {
  const [requestLine = '', ...fieldLines] = head.split('\n').map((line) => line.replace(/\r$/, ''));
  const match = /^([!#$%&'*+.^_`|~\w-]+) (\S+) (HTTP\/\d\.\d)$/.exec(requestLine);
  if (match === null)
    throw new HttpError(400, `not a request line: ${JSON.stringify(requestLine.slice(0, 80))}`);
  const headers = new Map<string, string>();
  for (const line of fieldLines) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new HttpError(400, `not a header field: ${JSON.stringify(line.slice(0, 80))}`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { method: match[1]!, path: match[2]!, version: match[3]!, headers };
}

function bodyLength(headers: ReadonlyMap<string, string>): number {
  if (headers.has('transfer-encoding')) {
    throw new HttpError(411, 'a request body needs Content-Length here, not Transfer-Encoding');
  }
  const value = headers.get('content-length') ?? '0';
  if (!/^\d{1,9}$/.test(value)) throw new HttpError(400, `Content-Length is not a number: ${value}`);
  if (Number(value) > MAX_BODY) throw new HttpError(413, `request body over ${MAX_BODY} bytes`);
  return Number(value);
}

/** Whether the connection stays open after this request (RFC 9112 section 9.3). */
export function keepsAlive(request: HttpRequest): boolean {
  const connection = (request.headers.get('connection') ?? '').toLowerCase();
  if (request.version === 'HTTP/1.0') return connection.includes('keep-alive');
  return !connection.includes('close');
}

/** What of the request and the server decides the form of a response. */
export interface ResponseForm {
  /** What the server's clock shows. */
  readonly date: Date;
  readonly close: boolean;
  /** Answers HEAD (RFC 9110 section 9.3.2). */
  readonly headOnly?: boolean;
  /** The client said HTTP/1.1; others do not know chunks (RFC 9112 section 6.1). */
  readonly takesChunks?: boolean;
}

/** The response's bytes. */
export function encodeResponse(response: HttpResponse, form: ResponseForm): Uint8Array {
  const body =
    typeof response.body === 'string' ? utf8.encode(response.body) : (response.body ?? new Uint8Array(0));
  const { chunkSize } = response;
  const chunked = chunkSize !== undefined && form.takesChunks === true;
  const fields = {
    Date: form.date.toUTCString(),
    ...(response.status === 101 ? response.headers : contentFields(response, body, chunked, form.close)),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = utf8.encode(
    `HTTP/1.1 ${response.status} ${REASONS[response.status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`,
  );
  if (form.headOnly) return head;
  return concatAll([head, ...(chunked ? chunksOf(body, chunkSize) : [body])]);
}

function contentFields(
  { headers }: HttpResponse,
  body: Uint8Array,
  chunked: boolean,
  close: boolean,
): Record<string, string> {
  return {
    'Content-Type': 'text/plain',
    ...headers,
    ...(chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(body.length) }),
    Connection: close ? 'close' : 'keep-alive',
  };
}

function chunksOf(body: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    chunks.push(utf8.encode(`${piece.length.toString(16)}\r\n`), piece, CRLF);
  }
  return [...chunks, LAST_CHUNK];
}

const CRLF = utf8.encode('\r\n');
const LAST_CHUNK = utf8.encode('0\r\n\r\n');
