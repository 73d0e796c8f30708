import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { lintProgram } from '../../src/lint/lint.ts';
import { PythonSyntaxError } from '../../src/lint/python/program.ts';

const BUNDLE = new TextEncoder().encode(encodePem('CERTIFICATE', new Uint8Array(1000)).repeat(20));

const FILES = new Map<string, Uint8Array>([
  ['/big.key', encodePrivateKey(rsaPoolKey(4096, 0), 'pkcs8')],
  ['/good.key', encodePrivateKey(rsaPoolKey(2048, 0), 'pkcs8')],
  ['/broken.pem', new TextEncoder().encode(new TextDecoder().decode(BUNDLE).replaceAll('AAAA', '!!!!'))],
  ['/bundle.pem', BUNDLE],
  ['bundle.pem', BUNDLE],
]);

/** Each finding as "line rule". */
function found(source: string, clockIsSet = false): string[] {
  const readFile = (path: string) => FILES.get(path);
  return lintProgram('main.py', source, { readFile, clockIsSet }).map(({ line, rule }) => `${line} ${rule}`);
}

const CONTEXT = `import ssl, socket, ntptime
ntptime.settime()
c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
c.verify_mode = ssl.CERT_REQUIRED
c.load_verify_locations(cafile="/root.der")
s = socket.socket()
s.settimeout(10)
t = c.wrap_socket(s, server_hostname="a")
`;

describe('advice on a program', () => {
  it('finds nothing in one that does all of it', () => {
    assert.deepEqual(found(CONTEXT), []);
  });

  const without = (line: string) => CONTEXT.replace(line, 'pass');
  const CASES: Readonly<Record<string, readonly [source: string, ...findings: string[]]>> = {
    'ssl.SSLContext, which verifies nothing unless told': [
      without('c.verify_mode = ssl.CERT_REQUIRED'),
      '3 verification-off',
    ],
    'verification switched off': [CONTEXT.replace('CERT_REQUIRED', 'CERT_NONE'), '4 verification-off'],
    'verification made optional': [CONTEXT.replace('CERT_REQUIRED', 'CERT_OPTIONAL'), '4 verification-off'],
    'no authority': [without('c.load_verify_locations(cafile="/root.der")'), '3 no-ca'],
    'a clock that is never set': [without('ntptime.settime()'), '3 clock-not-set'],
    'a socket without a time-out': [without('s.settimeout(10)'), '8 no-timeout'],
    'a key of 4096 bits': [
      `${CONTEXT}c.load_cert_chain("/device.der", "/big.key")`,
      '9 rsa-4096',
      '9 key-in-flash',
    ],
    'a key in flash': [
      `${CONTEXT}c.load_cert_chain(certfile="/device.der", keyfile="/good.key")`,
      '9 key-in-flash',
    ],
    'a bundle of authorities': [CONTEXT.replace('/root.der', '/bundle.pem'), '5 large-bundle'],
    'a bundle that cannot be read': [CONTEXT.replace('/root.der', '/broken.pem'), '5 large-bundle'],
    'a bundle whose name begins with a b, as bytes do': [
      CONTEXT.replace('/root.der', 'bundle.pem'),
      '5 large-bundle',
    ],
    'a bundle that is opened': [
      CONTEXT.replace('cafile="/root.der"', 'cadata=open("/bundle.pem", "rb").read()'),
      '5 large-bundle',
    ],
    'a bundle in a variable': [
      CONTEXT.replace('cafile="/root.der"', 'cafile=ROOT').replace('c =', 'ROOT = "/bundle.pem"; c ='),
      '5 large-bundle',
    ],
    'tls.SSLContext, which verifies by itself': [
      'import tls, ntptime\nntptime.settime()\nc = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)',
      '3 no-ca',
    ],
    'names of its own for modules': [
      'from tls import SSLContext as C, PROTOCOL_TLS_CLIENT, CERT_NONE as NO\nc = C(PROTOCOL_TLS_CLIENT)\nc.verify_mode = NO',
      '3 verification-off',
    ],
    'a context in an attribute, and two of them by one name': [
      'import ssl\nclass A:\n  def f(self):\n    self.c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n    self.c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n    self.c.verify_mode = ssl.CERT_NONE',
      '4 verification-off',
      '6 verification-off',
    ],
    'ssl.wrap_socket': ['import ussl\nussl.wrap_socket(s)', '2 verification-off', '2 no-timeout'],
    'requests, by its older name': [
      'import urequests\nr = urequests.get("https://" + HOST)',
      '2 verification-off',
      '2 no-timeout',
    ],
    'requests with an f-string': [
      'import requests\nr = requests.get(f"https://{h}/", timeout=5)',
      '2 verification-off',
    ],
    'asyncio streams': [
      'import asyncio\nasync def f():\n    r, w = await asyncio.open_connection(h, 443, ssl=True)',
      '3 verification-off',
      '3 no-timeout',
    ],
    umqtt: [
      'from umqtt.robust import MQTTClient\nm = MQTTClient("id", h, ssl=True)\nm.connect()',
      '2 verification-off',
      '2 no-timeout',
    ],
  };
  for (const [name, [source, ...findings]] of Object.entries(CASES)) {
    it(`sees ${name}`, () => assert.deepEqual(found(source), findings));
  }

  it('leaves alone what is no TLS, what is bounded, and servers', () => {
    assert.deepEqual(found('import requests\nrequests.get("http://a/")'), []);
    assert.deepEqual(found('import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)'), []);
    assert.deepEqual(found('# ssl.SSLContext()\nx = "ssl.wrap_socket(s)"'), []);
    assert.deepEqual(
      found(`${CONTEXT}async def f():\n  await asyncio.wait_for(asyncio.open_connection(h, 1, ssl=c), 5)`),
      [],
    );
    assert.deepEqual(found(without('ntptime.settime()'), true), []);
    assert.deepEqual(found(CONTEXT.replace('ntptime.settime()', 'machine.RTC().datetime(t)')), []);
  });

  it('says how to bound a socket that has no name yet', () => {
    const source = without('s.settimeout(10)').replace('wrap_socket(s,', 'wrap_socket(socket.socket(),');
    const [finding] = lintProgram('main.py', source, { readFile: () => undefined, clockIsSet: false });
    assert.equal(
      finding?.remedy,
      'sock = socket.socket(), sock.settimeout(10) before connect(), and wrap sock',
    );
  });

  it('names the line at which a text stops being Python', () => {
    assert.throws(() => found('x = 1\ndef (:\n'), PythonSyntaxError);
    assert.throws(() => found('x = 1\ndef (:\n'), /^PythonSyntaxError: main\.py:2: this is not Python$/);
  });
});
