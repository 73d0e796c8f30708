/** The OCSP responder on a real port, asked by `openssl ocsp` and by an HTTP client of Node's. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { speakHttp } from '../../emulator/hosts/http-connection.ts';
import { OcspResponder, type OcspResponderOptions } from '../../emulator/hosts/ocsp-responder.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { type CertStatus, parseOcspResponse } from '../../emulator/x509/ocsp.ts';
import { SocketStream } from '../../src/cli/tls-server/socket-stream.ts';
import { DAY, ocspPki } from '../x509/ocsp-pki.ts';
import { encodeOcspRequest } from '../x509/ocsp-request.ts';
import * as judge from '../x509/openssl.ts';
import * as pki from '../x509/pki.ts';

const { skip } = judge;
// `openssl ocsp` goes by the computer's clock.
const now = Math.floor(Date.now() / 1000);
const { root, leaf, delegate, dates, certId, signer } = ocspPki(now);
const revoked = pki.server(root, { serialNumber: 0x77aa02, ...dates }, pki.ecKey(34));
const neverIssued = pki.server(root, { serialNumber: 0x77aa03, ...dates }, pki.ecKey(35));
const stranger = pki.ca('Another Root', pki.ecKey(36), undefined, dates);

const statuses = new Map<string, CertStatus>(
  [
    [leaf, { status: 'good' }] as const,
    [revoked, { status: 'revoked', time: now - 7 * DAY, reason: 'keyCompromise' }] as const,
  ].map(([{ der }, status]) => [toHex(parseCertificate(der).serialNumber), status]),
);

/** What the responder on the port does; each test sets it. */
let options: Partial<OcspResponderOptions> = {};
let answered: string[] = [];

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const responder = new OcspResponder({
    crypto: pki.crypto,
    now: () => Date.now() / 1000,
    path: '/ocsp',
    issuer: root.der,
    responder: signer(root),
    statuses: () => statuses,
    nextUpdate: now + DAY,
    nonce: true,
    onAnswer: (serials, answers) => answered.push(`${serials}: ${answers}`),
    ...options,
  });
  const stream = new SocketStream(socket);
  speakHttp(stream, { now: () => new Date(), answer: (request) => responder.answer(request) });
  stream.start();
});
let url: string;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ocsp`;
});
after(() => server.close());

function serve(changed: Partial<OcspResponderOptions> = {}): void {
  options = changed;
  answered = [];
}

/** `openssl ocsp` asks about certificates of an issuer; it prints what it makes of the answer. */
async function openssl(certificates: readonly pki.Issued[], { issuer = root, extra = [] as string[] } = {}) {
  const certs = certificates.flatMap(({ der }, index) => ['-cert', judge.file(`c${index}.pem`, der)]);
  const issuerFile = judge.file('issuer.pem', issuer.der);
  const child = spawn('openssl', [
    ...['ocsp', '-url', url, '-CAfile', judge.file('root.pem', root.der), '-issuer', issuerFile],
    ...certs,
    ...extra,
  ]);
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  child.stderr.on('data', (data) => {
    text += data;
  });
  const [status] = await once(child, 'close');
  return { status, text };
}

describe('an OCSP responder asked by openssl', { skip }, () => {
  it('calls good what was issued, revoked what was taken back, and unknown what nobody issued', async () => {
    serve();
    const { status, text } = await openssl([leaf, revoked, neverIssued]);
    assert.equal(status, 0, text);
    assert.match(text, /Response verify OK/);
    assert.match(text, /c0\.pem: good/);
    assert.match(text, /c1\.pem: revoked[\s\S]*Reason: keyCompromise/);
    assert.match(text, /c2\.pem: unknown/);
    assert.deepEqual(answered, ['77aa01,77aa02,77aa03: good,revoked,unknown']);
  });

  it('answers for its own issuer alone: of others it is not authorised to speak', async () => {
    serve();
    const foreign = pki.server(stranger, { serialNumber: 0x77aa01, ...dates }, pki.ecKey(37));
    assert.match((await openssl([foreign], { issuer: stranger })).text, /unauthorized/);
  });

  it('may be a delegate, who sends its certificate along', async () => {
    serve({ responder: signer(delegate()) });
    const { text } = await openssl([leaf]);
    assert.match(text, /Response verify OK/);
    assert.match(text, /c0\.pem: good/);
  });

  it('is not believed as a delegate whose certificate does not allow it, or with a broken signature', async () => {
    serve({ responder: signer(pki.server(root, dates, pki.ecKey(38))) });
    assert.match((await openssl([leaf])).text, /Response Verify Failure/);
    serve({ alterSignature: (signature) => signature.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) });
    assert.match((await openssl([leaf])).text, /Response Verify Failure/);
  });

  it('repeats the nonce, or does not', async () => {
    serve();
    assert.doesNotMatch((await openssl([leaf], { extra: ['-nonce'] })).text, /no nonce/i);
    serve({ nonce: false });
    assert.match((await openssl([leaf], { extra: ['-nonce'] })).text, /no nonce in response/);
  });

  it('can give answers that are stale', async () => {
    serve({ thisUpdate: now - 9 * DAY, nextUpdate: now - 2 * DAY });
    assert.match((await openssl([leaf])).text, /Status times invalid[\s\S]*status expired/);
  });

  for (const [refusal, text] of [
    ['tryLater', /trylater/],
    ['internalError', /internalerror/],
    ['sigRequired', /sigrequired/],
  ] as const) {
    it(`can refuse everybody with ${refusal}`, async () => {
      serve({ refusal });
      assert.match((await openssl([leaf])).text, text);
    });
  }
});

describe('an OCSP responder over HTTP', () => {
  const post = async (body: Uint8Array<ArrayBufferLike>) => {
    const headers = { 'Content-Type': 'application/ocsp-request' };
    return fetch(url, { method: 'POST', body: Buffer.from(body), headers });
  };
  const read = async (response: Response) => {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/ocsp-response');
    return parseOcspResponse(new Uint8Array(await response.arrayBuffer()));
  };

  it('takes a request in the URL of a GET, base64 and escaped', async () => {
    serve();
    for (let first = 0; first < 8; first++) {
      // Of eight nonces some make base64 with "/" and "+".
      const nonce = Uint8Array.from({ length: 32 }, (_, i) => (first * 37 + i * 251) & 0xff);
      const encoded = Buffer.from(encodeOcspRequest([certId()], nonce)).toString('base64');
      const { basic } = await read(await fetch(`${url}/${encodeURIComponent(encoded)}`));
      assert.deepEqual(basic?.nonce, nonce);
      assert.equal(basic.responses[0]?.certStatus.status, 'good');
    }
  });

  it('knows an issuer by SHA-1 and by SHA-256', async () => {
    serve();
    for (const hash of ['sha1', 'sha256'] as const) {
      const { basic } = await read(await post(encodeOcspRequest([certId(revoked, hash)])));
      assert.equal(basic?.responses[0]?.certStatus.status, 'revoked');
    }
  });

  for (const [what, body] of [
    ['no DER at all', Uint8Array.of(1, 2, 3)],
    ['a request about nothing', encodeOcspRequest([])],
    ['an empty nonce (RFC 9654)', encodeOcspRequest([certId()], new Uint8Array(0))],
    ['a nonce of 129 octets', encodeOcspRequest([certId()], new Uint8Array(129))],
  ] as const) {
    it(`calls malformed: ${what}`, async () => {
      serve();
      assert.equal((await read(await post(body))).responseStatus, 'malformedRequest');
    });
  }

  it('is at its path, by its methods', async () => {
    serve();
    assert.equal((await fetch(url.replace('/ocsp', '/crl'))).status, 404);
    assert.equal((await fetch(`${url}/AAAA`, { method: 'PUT' })).status, 405);
    assert.equal(
      (await read(await fetch(`${url}/not%base64`.replace('%', '%25')))).responseStatus,
      'malformedRequest',
    );
  });
});
