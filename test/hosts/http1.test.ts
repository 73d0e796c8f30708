import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeResponse, HttpError, keepsAlive, RequestParser } from '../../emulator/hosts/http1.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

const GET = 'GET /v1/time?tz=utc HTTP/1.1\r\nHost: api.example.com\r\nX-A: 1\r\nx-a: 2\r\n\r\n';

function parse(input: string) {
  const parser = new RequestParser();
  parser.push(bytes(input));
  return parser.next();
}

describe('HTTP requests (RFC 9112)', () => {
  it('reads request line and fields; repeated fields are joined (RFC 9110 5.3)', () => {
    const request = parse(GET)!;
    assert.equal(request.method, 'GET');
    assert.equal(request.path, '/v1/time?tz=utc');
    assert.equal(request.headers.get('host'), 'api.example.com');
    assert.equal(request.headers.get('x-a'), '1, 2');
  });

  it('reads the same whatever the pieces it came in', () => {
    const parser = new RequestParser();
    const whole = bytes(`POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello${GET}`);
    const seen = [];
    for (const byte of whole) {
      parser.push(Uint8Array.of(byte));
      const request = parser.next();
      if (request) seen.push(`${request.method} ${text(request.body)}`);
    }
    assert.deepEqual(seen, ['POST hello', 'GET ']);
  });

  it('takes a bare LF for the end of a line (RFC 9112 2.2)', () => {
    const request = parse('POST / HTTP/1.0\nContent-Length: 2\nX-A: 1\n\nhi')!;
    assert.equal(request.version, 'HTTP/1.0');
    assert.equal(request.headers.get('x-a'), '1');
    assert.equal(text(request.body), 'hi');
  });

  it('answers what it cannot read with the status that says so', () => {
    const cases: [string, number][] = [
      ['\x16\x03\x01\r\n\r\n', 400],
      ['\x16\x03\x03', 400],
      ['GET / HTTP/1.1\r\nno colon\r\n\r\n', 400],
      ['POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n', 400],
      ['POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n', 413],
      ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', 411],
      [`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`, 431],
    ];
    for (const [input, status] of cases) {
      assert.throws(
        () => parse(input),
        (error) => error instanceof HttpError && error.status === status,
        JSON.stringify(input.slice(0, 40)),
      );
    }
  });

  it('keeps the connection as the version and the field say (RFC 9112 9.3)', () => {
    assert.equal(keepsAlive(parse('GET / HTTP/1.1\r\n\r\n')!), true);
    assert.equal(keepsAlive(parse('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')!), false);
    assert.equal(keepsAlive(parse('GET / HTTP/1.0\r\n\r\n')!), false);
    assert.equal(keepsAlive(parse('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')!), true);
  });
});

describe('HTTP responses', () => {
  const date = new Date(Date.UTC(2026, 2, 1, 12));

  it('carry date, length and connection', () => {
    const response = text(encodeResponse({ status: 200, body: 'hello' }, { date, close: true }));
    assert.equal(
      response,
      'HTTP/1.1 200 OK\r\nDate: Sun, 01 Mar 2026 12:00:00 GMT\r\nContent-Type: text/plain\r\n' +
        'Content-Length: 5\r\nConnection: close\r\n\r\nhello',
    );
  });

  it('go out in chunks to who knows them, else with their length (RFC 9112 6.1, 7.1)', () => {
    const response = { status: 200, body: 'hello world', chunkSize: 8 };
    const chunked = text(encodeResponse(response, { date, close: true, takesChunks: true }));
    assert.match(chunked, /\r\nTransfer-Encoding: chunked\r\n/);
    assert.doesNotMatch(chunked, /Content-Length/);
    assert.ok(chunked.endsWith('\r\n\r\n8\r\nhello wo\r\n3\r\nrld\r\n0\r\n\r\n'));
    const whole = text(encodeResponse(response, { date, close: true }));
    assert.match(whole, /\r\nContent-Length: 11\r\nConnection: close\r\n\r\nhello world$/);
  });

  it('to HEAD tell the length and leave the body out', () => {
    const response = text(
      encodeResponse({ status: 200, body: 'hello' }, { date, close: false, headOnly: true }),
    );
    assert.match(response, /Content-Length: 5\r\nConnection: keep-alive\r\n\r\n$/);
  });
});
