import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { whyText } from '../../src/why/why.ts';
import { sharedFolder, skipUnless } from '../support/project.ts';

const first = (text: string) => whyText(text).suspicions[0]?.cause.id;
const all = (text: string) => whyText(text).suspicions.map(({ cause }) => cause.id);
const decoded = (text: string) => whyText(text).decoded.map(({ is }) => is);

describe('numbers', () => {
  it('takes an mbedTLS number apart, decimal and hex, alone and in its tuple', () => {
    assert.deepEqual(decoded('-0x7280'), ['-0x7280 = SSL_CONN_EOF']);
    assert.deepEqual(decoded('-30592'), ['-0x7780 = SSL_FATAL_ALERT_MESSAGE']);
    assert.deepEqual(decoded('mbedtls_ssl_handshake returned -0x4290'), [
      '-0x4290 = RSA_PUBLIC_FAILED (-0x4280) + MPI_ALLOC_FAILED (-0x0010)',
    ]);
    assert.deepEqual(decoded("OSError: (-9984, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED')"), [
      '-0x2700 = X509_CERT_VERIFY_FAILED',
    ]);
    assert.deepEqual(decoded('MBEDTLS_ERR_X509_INVALID_FORMAT+MBEDTLS_ERR_ASN1_UNEXPECTED_TAG'), [
      '-0x21e2 = -8674',
    ]);
  });

  it('knows the errno of the esp32 port, which are not those of Linux', () => {
    assert.deepEqual(decoded('OSError: [Errno 113] ECONNABORTED'), ['ECONNABORTED (113)']);
    assert.deepEqual(decoded('OSError(118,)'), ['EHOSTUNREACH (118)']);
    assert.deepEqual(decoded('OSError: -202'), ['EAI_FAIL (-202)']);
    assert.deepEqual(decoded('OSError: 128'), ['ENOTCONN (128)']);
    assert.equal(first('OSError: [Errno 116] ETIMEDOUT'), 'silence');
    assert.equal(first('[Errno 104] ECONNRESET'), 'reset');
  });

  it('knows the alerts by number and by name, as servers log them', () => {
    const nginx =
      'SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48)';
    assert.deepEqual(decoded(nginx), ['the alert unknown_ca (48)']);
    assert.equal(first(nginx), 'unknown-authority');
    assert.deepEqual(decoded('sslv3 alert certificate expired'), ['the alert certificate_expired (45)']);
    assert.equal(first('is a fatal alert message (msg 40)'), 'no-shared-suite');
  });

  it('looks at a number alone as all that it can be', () => {
    assert.deepEqual(decoded('113'), [
      'ECONNABORTED (113)',
      'the alert bad_certificate_status_response (113)',
    ]);
    assert.deepEqual(decoded('40'), ['the alert handshake_failure (40)']);
  });

  it('takes no other number for one', () => {
    assert.deepEqual(decoded('rssi -67 dBm, 2026-03-01 12:00, mem_free 118000, offset -12345'), []);
  });
});

describe('conditions', () => {
  const future = 'ValueError: \nThe certificate validity starts in the future\n';

  it('a year of 2000 in the log makes it the clock, a year of today the certificate', () => {
    assert.equal(first(future), 'clock-not-set');
    assert.equal(first(`time (2000, 1, 1, 0, 0, 12, 5, 1)\n${future}`), 'clock-not-set');
    assert.equal(first(`2026-03-01 12:00:05 connecting\n${future}`), 'not-yet-valid');
    assert.equal(first(`no time: ETIMEDOUT\n${future}`), 'ntp-unreachable');
  });

  it('the line with the evidence is told with its number', () => {
    const [suspicion] = whyText(`boot\n\ntime 2000-01-01 00:00\n${future}`).suspicions;
    assert.deepEqual(suspicion!.evidence, [
      { where: 'line 5', text: 'The certificate validity starts in the future', says: [] },
      {
        where: 'line 3',
        text: 'time 2000-01-01 00:00',
        says: ['the year 2000: nobody has set the clock since power-on'],
      },
    ]);
  });

  it('heap figures tell which memory is short', () => {
    const enomem = 'OSError: [Errno 12] ENOMEM';
    assert.equal(first(`largest free block: 11,264\n${enomem}`), 'fragmented');
    assert.equal(first(`the second connection to mqtt and https\n${enomem}`), 'two-connections');
    assert.equal(first(`loads bundle.pem with load_verify_locations\n${enomem}`), 'bundle-too-large');
    const untrusted = 'The certificate is not correctly signed by the trusted CA';
    const [hungry] = whyText(
      `largest block 9000\nidf free 21000\nmem_free 84000\nrsa-4096\n${untrusted}`,
    ).suspicions;
    assert.equal(hungry!.cause.id, 'no-memory-for-the-chain');
    assert.equal(hungry!.evidence.length, 5);
  });

  it('the arguments of wrap_socket count', () => {
    const name = 'ValueError: \nThe certificate Common Name (CN) does not match with the expected CN\n';
    const call = (hostname: string) =>
      `tls = context.wrap_socket(sock, server_hostname=${hostname})\n${name}`;
    assert.equal(first(call("'203.0.113.10'")), 'connect-by-address');
    assert.equal(first(call("'api.example.com.'")), 'trailing-dot');
    assert.equal(first(call("'api.example.com'")), 'wrong-name');
  });

  it('an exception that was caught before comes behind the one that ended the program', () => {
    const log = "attempt 1 OSError(113,)\nOSError: (-29184, 'MBEDTLS_ERR_SSL_INVALID_RECORD')";
    assert.deepEqual(all(log).slice(0, 1), ['not-tls']);
    assert.ok(all(log).includes('wifi-gone'));
  });

  it('what is printed after a traceback does not hide it', () => {
    const log = `Traceback (most recent call last):
  File "main.py", line 9, in <module>
ValueError: 
The certificate validity has expired

The certificate Common Name (CN) does not match with the expected CN

wlan.status() 201: no such network
`;
    assert.equal(first(log), 'expired');
    assert.equal(all(log).at(-1), 'wifi-password');
    assert.ok(all(log).indexOf('wrong-name') < all(log).indexOf('wifi-password'));
  });

  it('several reasons in one exception are all told', () => {
    const both = `ValueError: \nThe certificate Common Name (CN) does not match with the expected CN\n
The certificate is not correctly signed by the trusted CA\n`;
    assert.ok(all(both).includes('captive-portal'));
    assert.ok(all(both).includes('unknown-authority'));
    assert.ok(all(both).includes('wrong-name'));
  });
});

describe('the words of others', () => {
  it('those of OpenSSL and of Python on it are understood, too', () => {
    const python =
      'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ';
    assert.ok(
      all(`${python}unable to get local issuer certificate (_ssl.c:1006)`).includes('incomplete-chain'),
    );
    assert.equal(first(`${python}self-signed certificate`), 'self-signed');
    assert.equal(first(`${python}certificate has expired`), 'expired');
    assert.equal(
      first(`${python}Hostname mismatch, certificate is not valid for 'localhost'.`),
      'wrong-name',
    );
    assert.equal(first('error:0A0000C1:SSL routines::no shared cipher'), 'no-shared-suite');
    assert.equal(first('error:0A00010B:SSL routines::wrong version number'), 'not-tls');
  });

  it('MemoryError is the other heap', () => {
    assert.equal(first('MemoryError: memory allocation failed, allocating 16384 bytes'), 'python-heap-grown');
  });
});

describe('what it does not know', () => {
  it('says so', () => {
    for (const text of [
      'hello',
      'KeyError: temperature',
      'OSError: [Errno 95]',
      '-12345',
      '…',
      '\u0000\u0001',
    ]) {
      assert.deepEqual(all(text), [], text);
    }
  });

  it('stays quick with a log of a million characters', () => {
    const log = `${'alert '.repeat(100)}${'(2000, '.repeat(100)}\n`.repeat(800);
    const start = performance.now();
    whyText(log);
    assert.ok(performance.now() - start < 20_000);
  });
});

describe('the exceptions of the recorded device', () => {
  const facts = join(sharedFolder, 'facts');
  const EXCEPTIONS = [
    /OSError\(-?\d+(?:,\)|, '[A-Z0-9_+]+'\)|\))/g,
    /ValueError\('[^']+',\)/g,
    /`(-\d{5}(?: [A-Z0-9_+]+)?)`/g,
    /`(-\d{4,5} [A-Z0-9_+]+)`/g,
    /`(The certificate [^`]+)`/g,
    /\b(ENFILE|ENOMEM|ENOBUFS)\b/g,
  ];

  it('are all known', { skip: skipUnless(facts) }, () => {
    const texts = readdirSync(facts)
      .map((name) => readFileSync(join(facts, name), 'utf8'))
      .join('\n');
    const found = new Set(
      EXCEPTIONS.flatMap((each) => [...texts.matchAll(each)].map((match) => match[1] ?? match[0])),
    );
    assert.ok(found.size > 35, String(found.size));
    assert.deepEqual(
      [...found].filter((text) => all(text).length === 0),
      [],
    );
  });

  it('are known for every case of the recording', {
    skip: skipUnless(join(sharedFolder, 'fidelity')),
  }, () => {
    const lines = readFileSync(join(sharedFolder, 'fidelity/expected-esp32.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const recorded = lines.map((line) => String(JSON.parse(line).exception));
    // What peers on the computer raised, and what the test's own callback did, is Python's.
    const exceptions = new Set(
      recorded.filter((text) => /^(OSError\(-?\d|ValueError\('(\\n|invalid|CERT))/.test(text)),
    );
    assert.ok(exceptions.size > 20);
    assert.deepEqual(
      [...exceptions].filter((text) => all(String(text)).length === 0),
      [],
    );
  });
});
