import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ConnectionReport, jsonLog, textLog } from '../../src/cli/tls-server/log.ts';

/** A client that would like to write the log itself: what it says of itself comes into it from several places. */
const HOSTILE: ConnectionReport = {
  peer: '127.0.0.1:51234',
  negotiated: {
    version: 'TLSv1.3',
    suite: 'TLS_AES_128_GCM_SHA256',
    group: 'x25519',
    clientCertificate: 'CN=\u001b[2Jsomebody',
    resumed: false,
  },
  serverName: 'api.example.com',
  requests: ['GET /\u001b[31m 404'],
  failure: {
    state: 'WAIT_CLIENT_HELLO',
    reason: 'no-shared-parameters',
    detail: 'the client speaks h2\n127.0.0.1:51235  GET / 200\u202e',
  },
  alertSent: 'no_application_protocol',
  alertReceived: undefined,
  received: 1,
  sent: 2,
  milliseconds: 3,
};

describe('the log of tls-server', () => {
  for (const [name, log] of [
    ['text', textLog],
    ['JSON', jsonLog],
  ] as const) {
    it(`is one line a connection, and drives no terminal: ${name}`, () => {
      const lines: string[] = [];
      log((line) => lines.push(line)).connection(HOSTILE);
      assert.equal(lines.length, 1);
      assert.doesNotMatch(lines[0]!, /\p{Cc}/u);
      assert.match(lines[0]!, /somebody.*the client speaks h2/s);
    });
  }

  it('shows what the client tried', () => {
    const lines: string[] = [];
    textLog((line) => lines.push(line)).connection(HOSTILE);
    assert.match(lines[0]!, /client CN=\\x1b\[2Jsomebody {2}GET \/\\x1b\[31m 404 {2}/);
    assert.match(lines[0]!, /h2 127\.0\.0\.1:51235 GET \/ 200\\u\{202e\}/);
  });
});
