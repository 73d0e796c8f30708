/**
 * What is known about exceptions of MicroPython's TLS: causes with their signs, what makes each more or less likely,
 * the scenario that shows it, and the one in which it is mended. A test holds it against the whole catalogue.
 */
import type { Cause, Hint } from './cause.ts';

const EXPIRED = /certificate validity has expired/;
const FUTURE = /certificate validity starts in the future/;
const NAME = /does not match with the expected CN/;
const UNTRUSTED = /not correctly signed by the trusted CA/;

/** A clock that nobody has set, as programs print it: time.gmtime(), an ISO date, the RTC's tuple. */
const YEAR_2000 = /\b2000-01-0\d|\(2000, 1, \d|\b2000\/0?1\/0?\d|\b0?\d\.0?1\.2000\b|\byear[ :=]+2000\b/i;
const THIS_DECADE = /(\b20[2-9]\d-[01]\d-[0-3]\d|\(20[2-9]\d, \d+, \d+)/;

const FRAGMENTED: Hint = {
  sees: /largest(?: free)?(?: block)?\D{0,12}([\d,]{3,8})\b/i,
  below: 16_717,
  weight: 4,
  says: 'the largest free block is $1 bytes; TLS needs 16,717 in one piece',
};
const LITTLE_IDF_HEAP: Hint = {
  sees: /(?:idf|free heap|heap free|minimum free|esp_get_free_heap_size)\D{0,30}([\d,]{3,8})\b/i,
  below: 45_000,
  weight: 3,
  says: 'the IDF heap has $1 bytes left; a handshake takes 30,000 and more',
};
const NO_BLOCK: Hint = {
  sees: /IDF heap has no block for (\S+)/,
  weight: 2,
  says: 'there was no block for $1',
};
const PLENTY_OF_PYTHON: Hint = {
  sees: /mem_free\D{0,12}(\d[\d,]{4,8})\b/i,
  above: 30_000,
  weight: 2,
  says: "$1 bytes free on MicroPython's heap: TLS takes from another, the IDF heap",
};
const RSA_4096: Hint = { sees: /rsa[-_ ]?4096|4096[- ]bit/i, weight: 2, says: 'a key of RSA-4096' };

const FATAL_ALERT = 'mbedtls:SSL_FATAL_ALERT_MESSAGE';

export const CAUSES: readonly Cause[] = [
  // ---- the clock
  {
    id: 'clock-not-set',
    title: "The board's clock was never set",
    signs: ['board-alert:certificate_unknown', FUTURE],
    common: 6,
    hints: [
      { sees: 'check:validity', weight: 3, says: 'by the clock of the board' },
      { sees: YEAR_2000, weight: 4, says: 'the year 2000: nobody has set the clock since power-on' },
      { sees: 'state:clock-unset', weight: 3, says: 'the clock of a board that has just got power' },
      { sees: /ntptime|ntp\b.*(fail|timeout|ETIMEDOUT)/i, weight: 1, says: 'the time was asked for' },
      { sees: 'state:clock-set', weight: -4, says: '' },
      { sees: 'state:asked-for-time', weight: -5, says: '' },
      { sees: THIS_DECADE, weight: -2, says: '' },
    ],
    why: 'After power-on the clock says 2000-01-01, and to it every certificate of today starts in the future. Nothing is wrong with the server.',
    scenarios: ['clock-not-set'],
    fix: {
      text: 'Call ntptime.settime() after joining Wi-Fi and before the first TLS connection.',
      scenario: 'mode2-server-auth',
    },
  },
  {
    id: 'ntp-unreachable',
    title: 'The time server did not answer, and the program went on without the time',
    signs: [
      'board-alert:certificate_unknown',
      FUTURE,
      /(no time|ntp|settime).*(ETIMEDOUT|timed? ?out|110|fail)/i,
    ],
    common: 2,
    hints: [
      {
        sees: /(no time|ntp|settime).*(ETIMEDOUT|timed? ?out|110|fail)/i,
        weight: 6,
        says: 'asking for the time failed',
      },
      { sees: YEAR_2000, weight: 1, says: 'the year 2000: the clock is not set' },
      { sees: 'state:clock-set', weight: -4, says: '' },
    ],
    why: 'ntptime.settime() waits a second and raises ETIMEDOUT. A program that catches that and goes on judges certificates by the year 2000.',
    scenarios: ['ntp-unreachable'],
    fix: {
      text: 'Ask in a loop with pauses, and begin with TLS only when the year is plausible.',
      scenario: 'clock-set-late',
    },
  },
  {
    id: 'not-yet-valid',
    title: "The server's certificate is not valid yet",
    signs: ['board-alert:certificate_unknown', /certificate is not yet valid/i, FUTURE],
    common: 3,
    hints: [
      { sees: 'check:validity', weight: 3, says: 'by the clock of the board' },
      { sees: THIS_DECADE, weight: 3, says: 'the clock has a date of today' },
      { sees: 'state:clock-set', weight: 4, says: 'the clock was set' },
      { sees: 'state:asked-for-time', weight: 4, says: 'the clock was set by NTP' },
      { sees: YEAR_2000, weight: -3, says: '' },
    ],
    why: 'The certificate begins later than now, by a new certificate that was installed too early or by a clock that is slow.',
    scenarios: ['refuse-not-yet-valid'],
    fix: {
      text: 'Compare the dates of the certificate with the time on the board.',
      scenario: 'mode2-server-auth',
    },
  },

  // ---- expired
  {
    id: 'expired',
    title: "The server's certificate has expired",
    signs: [/certificate has expired/i, EXPIRED, 'board-alert:certificate_expired'],
    common: 7,
    hints: [
      { sees: 'check:validity@leaf', weight: 5, says: "the server's own certificate" },
      { sees: 'check:validity@authority', weight: -3, says: '' },
      { sees: 'check:validity@anchor', weight: -3, says: '' },
    ],
    why: 'Certificates live for months, devices for years. The board is right to refuse; the operator of the server sees the alert certificate_expired.',
    scenarios: ['expired-certificate', 'revoked-short-lived', 'refuse-several-reasons'],
    fix: {
      text: 'Have the certificate renewed; never turn the check off for it.',
      scenario: 'mode2-server-auth',
    },
  },
  {
    id: 'expired-intermediate',
    title: 'An intermediate certificate has expired, the server has not',
    signs: [EXPIRED, 'board-alert:certificate_expired'],
    common: 4,
    hints: [
      { sees: 'check:validity@authority', weight: 7, says: 'not the certificate of the server itself' },
      { sees: 'check:validity@leaf', weight: -3, says: '' },
    ],
    why: 'The server sends an old intermediate along. Browsers know newer ones and do not notice; a board sees only what is sent.',
    scenarios: ['refuse-expired-intermediate', 'trent-intermediate-expired'],
    fix: {
      text: 'Have the operator send the current intermediate (openssl s_client -showcerts shows what is sent).',
      scenario: 'cert-chain-intermediate',
    },
  },
  {
    id: 'expired-root',
    title: 'The root in flash has expired',
    signs: [EXPIRED, 'board-alert:certificate_expired'],
    common: 3,
    hints: [
      { sees: 'check:validity@anchor', weight: 8, says: 'what the board trusts, not what the server sent' },
      { sees: 'check:validity@leaf', weight: -3, says: '' },
    ],
    why: 'mbedTLS looks at the dates of the authority that it was given as well. The server is fine; the file on the board is old.',
    scenarios: ['refuse-expired-root'],
    fix: {
      text: 'Put the current root into flash while the old one still works.',
      scenario: 'cert-ca-rotated',
    },
  },
  {
    id: 'client-expired',
    title: "The board's own certificate has expired",
    signs: ['peer-alert:certificate_expired', FATAL_ALERT],
    common: 2,
    hints: [
      { sees: 'state:proves-itself', weight: 3, says: 'the board shows a certificate' },
      {
        sees: /certificate_expired sent by|received.*certificate.expired|alert.*\b45\b/i,
        weight: 1,
        says: 'somebody found a certificate expired',
      },
      { sees: 'check:validity', weight: 2, says: 'a date was refused' },
      { sees: EXPIRED, weight: -6, says: '' },
    ],
    why: 'The server asked for a certificate and found an old one. All the board gets to see is that an alert came.',
    scenarios: ['refuse-client-expired'],
    fix: {
      text: "Renew the board's certificate in time, over the connection that still works.",
      scenario: 'mode3-mutual-tls',
    },
  },

  // ---- names
  {
    id: 'wrong-name',
    title: 'The certificate is for another name than the one given as server_hostname',
    signs: ['board-alert:bad_certificate', /hostname mismatch|does not match (target )?host ?name/i, NAME],
    common: 6,
    hints: [
      { sees: 'check:name', weight: 4, says: 'the names in the certificate and the name that was asked for' },
      { sees: /server_hostname=['"]\d+\.\d+\.\d+\.\d+/, weight: -3, says: '' },
    ],
    why: 'The chain and the dates are right and the name is not. Behind a load balancer the server may not have got the name at all; a name that only stands in CN does not count where there are alternative names.',
    scenarios: ['refuse-wrong-host', 'cert-common-name-ignored', 'refuse-several-reasons'],
    fix: {
      text: 'Connect by a name that the certificate holds, or have the name put into it.',
      scenario: 'cert-ca-signed',
    },
  },
  {
    id: 'connect-by-address',
    title: 'The program connects by address, and the certificate holds a name',
    signs: ['board-alert:bad_certificate', /IP address mismatch/i, NAME],
    common: 4,
    hints: [
      { sees: 'check:name', weight: 3, says: 'the name does not match' },
      {
        sees: /server_hostname=['"](\d+\.\d+\.\d+\.\d+)/,
        weight: 6,
        says: 'server_hostname is the address $1',
      },
      {
        sees: /check.*name.*"\d+\.\d+\.\d+\.\d+"|name, "\d+\.\d+\.\d+\.\d+"/,
        weight: 6,
        says: 'it looked for an address',
      },
    ],
    why: 'An address given as server_hostname matches only a certificate that holds this address.',
    scenarios: ['cert-ip-address-not-named'],
    fix: {
      text: 'Give the name, or have the address put into the certificate (an IP SAN).',
      scenario: 'cert-ip-address',
    },
  },
  {
    id: 'trailing-dot',
    title: 'The name was given with a dot at the end',
    signs: ['board-alert:bad_certificate', NAME],
    common: 1,
    hints: [
      { sees: 'check:name', weight: 3, says: 'the name does not match' },
      { sees: /server_hostname=['"][\w.-]+\.['"]/, weight: 8, says: 'the name in the call ends in a dot' },
      { sees: /name, "[\w.-]+\."/, weight: 8, says: 'the name that was looked for ends in a dot' },
    ],
    why: 'To DNS "api.example.com." and "api.example.com" are one, to mbedTLS they are two names.',
    scenarios: ['cert-trailing-dot'],
    fix: { text: 'Leave the dot out of server_hostname.', scenario: 'cert-ca-signed' },
  },
  {
    id: 'wildcard',
    title: 'A wildcard that does not reach so far',
    signs: ['board-alert:bad_certificate', NAME],
    common: 3,
    hints: [
      { sees: 'check:name', weight: 3, says: 'the name does not match' },
      {
        sees: /\*\.[\w.-]+/,
        weight: 6,
        says: 'the certificate holds a wildcard, which stands for one label',
      },
    ],
    why: '*.example.com matches api.example.com, neither example.com nor eu.api.example.com; *.com matches nothing.',
    scenarios: ['cert-wildcard-two-labels', 'cert-wildcard-top-level'],
    fix: {
      text: 'Have the full name, or a wildcard one label deeper, put into the certificate.',
      scenario: 'cert-wildcard',
    },
  },
  {
    id: 'captive-portal',
    title: 'A captive portal answers in place of the server',
    signs: ['board-alert:bad_certificate', NAME],
    common: 2,
    hints: [
      { sees: 'check:name', weight: 3, says: 'the name does not match' },
      { sees: UNTRUSTED, weight: 5, says: 'another name and from nobody known, both at once' },
      { sees: /portal|hotspot|login\./i, weight: 3, says: 'a login page is in the way' },
    ],
    why: 'Until somebody has clicked, every name leads to the login page. To TLS a portal and an attacker are the same.',
    scenarios: ['captive-portal'],
    fix: {
      text: 'Take a network without a portal, and treat a portal as no connection.',
      scenario: 'mode2-server-auth',
    },
  },

  // ---- the chain does not end at a trusted authority
  {
    id: 'unknown-authority',
    title: 'The board does not have the root under which the server is',
    signs: [/unable to get (local )?issuer certificate/i, UNTRUSTED, 'board-alert:unknown_ca'],
    common: 7,
    hints: [
      {
        sees: /issued by|no certificate has that subject/,
        weight: 1,
        says: 'nobody of that name is trusted',
      },
      {
        sees: /root_?ca|ca\.(der|pem)|cafile=/i,
        weight: 1,
        says: 'an authority is loaded: perhaps the wrong one',
      },
      { sees: NAME, weight: -3, says: '' },
    ],
    why: 'The authority that was loaded is not the one that signed. Public servers change their authority without notice.',
    scenarios: [
      'refuse-untrusted-root',
      'public-ca-root-changed',
      'https-requests',
      'cert-ca-rotated',
      'refuse-impostor-root',
    ],
    fix: {
      text: 'Load the root at the end of the chain that the server sends: openssl s_client -showcerts -connect HOST:443 shows it.',
      scenario: 'public-ca-which-root',
    },
  },
  {
    id: 'incomplete-chain',
    title: 'The server does not send its intermediate certificate',
    signs: [
      /unable to (get local issuer certificate|verify the first certificate)/i,
      UNTRUSTED,
      'board-alert:unknown_ca',
    ],
    common: 6,
    hints: [
      {
        sees: /no issuer "[^"]*(Issuing|Intermediate|R\d+|E\d+)[^"]*" found: no certificate has that subject/,
        weight: 5,
        says: 'the issuer, an intermediate, is neither sent nor loaded',
      },
      { sees: /chain|browser|curl works|works in/i, weight: 1, says: 'it works elsewhere' },
    ],
    why: 'Browsers fetch or remember intermediates and do not notice. A board has what the server sends and the root, and between them a piece is missing.',
    scenarios: ['refuse-incomplete-chain', 'cert-reversed-order'],
    fix: {
      text: 'Have the server send the whole chain; until then load the intermediate on the board.',
      scenario: 'cert-missing-intermediate',
    },
  },
  {
    id: 'leaf-as-authority',
    title: "The server's own certificate was loaded as the authority",
    signs: [UNTRUSTED, 'board-alert:unknown_ca'],
    common: 4,
    hints: [
      {
        sees: /cafile=['"][^'"]*(server|leaf|host|site|cert\.(der|pem))/i,
        weight: 3,
        says: 'the file that is loaded looks like a certificate of the server',
      },
      { sees: /server\.(der|pem|crt)/i, weight: 2, says: 'a certificate of the server in a file' },
    ],
    why: 'A certificate that an authority has signed cannot stand for it. Only a self-signed one can be loaded in place of its own authority.',
    scenarios: ['cert-leaf-anchor', 'public-ca-which-root'],
    fix: {
      text: 'Load the root, or the intermediate, that signed it.',
      scenario: 'cert-intermediate-anchor',
    },
  },
  {
    id: 'self-signed',
    title: 'The server shows a self-signed certificate',
    signs: [/self[- ]signed certificate/i, UNTRUSTED, 'board-alert:unknown_ca'],
    common: 4,
    hints: [
      { sees: /self[- ]?signed/i, weight: 4, says: 'the log says so' },
      {
        sees: /(?:refuses|to trust for) ([^:]+):(?: anchor,)? no issuer "\1"/,
        weight: 6,
        says: 'it names itself as its issuer',
      },
    ],
    why: 'It is its own authority, and the board was not told of it.',
    scenarios: ['refuse-self-signed', 'https-requests'],
    fix: {
      text: 'Put that very certificate into flash and load it as the authority.',
      scenario: 'cert-self-signed-pinned',
    },
  },
  {
    id: 'attacker',
    title: 'Somebody stands in between and shows a certificate of their own',
    signs: [UNTRUSTED, 'board-alert:unknown_ca'],
    common: 2,
    hints: [
      { sees: 'state:attacker', weight: 9, says: 'somebody stands in between' },
      {
        sees: /mallory|proxy|firewall|inspect|man.in.the.middle|spoof/i,
        weight: 3,
        says: 'somebody is in between',
      },
      { sees: /yesterday|suddenly|other network/i, weight: 1, says: 'it worked before' },
    ],
    why: 'An attacker, a firewall that opens TLS, or a forged DNS answer. The check has done what it is there for.',
    scenarios: [
      'mallory-in-the-middle-mode2',
      'dns-spoofing-mode2',
      'mallory-forged-an-intermediate',
      'tamper-certificate',
    ],
    fix: {
      text: 'Keep the check on and try from another network; nothing was said to them.',
      scenario: 'mode2-server-auth',
    },
  },
  {
    id: 'not-an-authority',
    title: 'A certificate in the chain may not sign others',
    signs: [UNTRUSTED, 'board-alert:unknown_ca'],
    common: 1,
    hints: [
      { sees: 'check:basic-constraints', weight: 8, says: 'it is not an authority' },
      {
        sees: 'check:key-usage',
        weight: 8,
        says: 'its key may not sign certificates',
        scenario: 'refuse-ca-key-usage',
      },
      {
        sees: 'check:path-length',
        weight: 8,
        says: 'there is one more below it than it may have',
        scenario: 'refuse-path-length',
      },
    ],
    why: 'CA is not set, keyUsage lacks keyCertSign, the path is too long, or it is of version 1. Home-made authorities have this.',
    scenarios: [
      'refuse-not-a-ca',
      'refuse-ca-key-usage',
      'refuse-path-length',
      'refuse-v1-intermediate',
      'mallory-forged-an-intermediate',
    ],
    fix: {
      text: 'Make the authority anew: tls-sandbox cert make writes one that fits.',
      scenario: 'cert-chain-intermediate',
    },
  },
  {
    id: 'bad-certificate-signature',
    title: 'A signature in the chain is wrong',
    signs: [UNTRUSTED, 'board-alert:unknown_ca'],
    common: 1,
    hints: [
      {
        sees: /signature.*(wrong|does not verify|did not verify)/i,
        weight: 5,
        says: 'the signature does not verify',
      },
      { sees: /did not sign it/, weight: 8, says: 'the authority has the name, but it did not sign this' },
    ],
    why: 'A file was damaged, or two authorities share a name and only one of them signed.',
    scenarios: ['refuse-bad-signature', 'refuse-impostor-root', 'tamper-certificate'],
    fix: {
      text: 'Compare fingerprints, not names: tls-sandbox cert inspect shows them.',
      scenario: 'cert-ca-signed',
    },
  },
  {
    id: 'no-memory-for-the-chain',
    title: 'There was no memory to check the chain, which reads as "not correctly signed"',
    signs: [UNTRUSTED],
    common: 1,
    hints: [FRAGMENTED, LITTLE_IDF_HEAP, PLENTY_OF_PYTHON, RSA_4096],
    why: 'When an allocation fails inside the check of a signature, mbedTLS counts the signature as wrong.',
    scenarios: ['heap-pressure-rsa4096'],
    fix: {
      text: 'Take certificates on P-256, and connect while the heap is still whole.',
      scenario: 'heap-pressure-p256',
    },
  },

  {
    id: 'refused-before',
    title: 'The certificate was refused, and the reasons are in an earlier exception',
    signs: ['mbedtls:X509_CERT_VERIFY_FAILED'],
    common: 5,
    hints: [
      {
        sees: /asyncio|do_handshake_on_connect/,
        weight: 1,
        says: 'the handshake runs inside the first read or write',
      },
    ],
    why: 'The first call raises the ValueError with the reasons; when the socket is used again, or when the reasons are too many for the text, the number is all there is.',
    scenarios: ['refuse-several-reasons'],
    fix: {
      text: 'Print the first exception, whole, and close the socket after it.',
      scenario: 'mode2-server-auth',
    },
  },

  // ---- keys and hashes
  {
    id: 'weak-key',
    title: 'An RSA key that is too short, or a curve that the firmware refuses',
    signs: [
      'board-alert:unsupported_certificate',
      /(ee|ca) key too small/i,
      /unacceptable key \(eg bad curve/,
      /unacceptable PK alg/,
    ],
    common: 5,
    hints: [{ sees: 'check:public-key', weight: 5, says: 'the key' }],
    why: 'The firmware wants RSA of 2048 bits or more, or P-256, P-384, P-521.',
    scenarios: ['refuse-rsa-1024'],
    fix: { text: 'Have the server get a certificate on P-256.', scenario: 'cert-ca-signed' },
  },
  {
    id: 'weak-hash',
    title: 'A certificate in the chain is signed over SHA-1 or MD5',
    signs: ['board-alert:certificate_unknown', /(ca|ee) md too weak/i, /signed with an unacceptable hash/],
    common: 5,
    hints: [{ sees: 'check:signature-algorithm', weight: 7, says: 'the hash under its signature' }],
    why: 'Both hashes can be forged. The root alone may be signed so, since its own signature says nothing.',
    scenarios: ['refuse-sha1', 'refuse-md5'],
    fix: { text: 'Have it issued anew over SHA-256.', scenario: 'cert-sha1-root' },
  },
  {
    id: 'wrong-usage',
    title: 'The certificate is not meant for a server',
    signs: [
      'board-alert:unsupported_certificate',
      'mbedtls:SSL_BAD_CERTIFICATE',
      /Usage does not match the (extendedK|k|nsC)/,
    ],
    common: 5,
    hints: [
      {
        sees: 'check:key-usage',
        weight: 4,
        says: 'its key may not sign a handshake',
        scenario: 'refuse-key-usage',
      },
      {
        sees: 'check:extended-key-usage',
        weight: 4,
        says: 'its purposes do not include serverAuth',
        scenario: 'refuse-extended-key-usage',
      },
    ],
    why: 'keyUsage or extendedKeyUsage does not allow it: a certificate for clients, or one that may only sign others.',
    scenarios: ['refuse-extended-key-usage', 'refuse-key-usage'],
    fix: { text: 'Have it issued with serverAuth and digitalSignature.', scenario: 'cert-ca-signed' },
  },
  {
    id: 'critical-extension',
    title: 'A certificate has a critical extension that the firmware does not know',
    signs: ['board-alert:bad_certificate', 'mbedtls:X509_INVALID_EXTENSIONS'],
    common: 6,
    hints: [
      { sees: /parse, .*(critical|extension)/i, weight: 7, says: 'the board cannot read it' },
      { sees: 'check:critical-extensions', weight: 4, says: 'the board cannot read it' },
      {
        sees: /name ?constraints/i,
        weight: 2,
        says: 'name constraints, which mbedTLS cannot read when they are critical',
      },
    ],
    why: 'What is critical must be understood. Critical name constraints are the usual case: company authorities have them.',
    scenarios: ['refuse-name-constraints', 'refuse-critical-extension'],
    fix: {
      text: 'Have the authority issued with the extension not critical. The board then ignores it.',
      scenario: 'cert-name-constraints-unchecked',
    },
  },
  {
    id: 'broken-certificate',
    title: "The server's certificate is not well-formed",
    signs: [
      'board-alert:bad_certificate',
      'mbedtls:X509_INVALID_FORMAT',
      'mbedtls:X509_CERT_UNKNOWN_FORMAT',
      'mbedtls:X509_INVALID_DATE',
      'mbedtls:X509_INVALID_NAME',
      'mbedtls:X509_INVALID_ALG',
      'mbedtls:X509_UNKNOWN_SIG_ALG',
    ],
    common: 5,
    hints: [{ sees: 'check:parse', weight: 5, says: 'the board cannot read it' }],
    why: 'The board does not get to any check: it cannot read what the server sent.',
    scenarios: ['refuse-broken-der'],
    fix: {
      text: 'openssl asn1parse shows where it breaks; have it issued anew.',
      scenario: 'cert-ca-signed',
    },
  },
  {
    id: 'cannot-load',
    title: 'The certificate or key that the program loads cannot be read',
    signs: [
      /invalid cert\b/,
      /invalid key\b/,
      'mbedtls:PK_KEY_INVALID_FORMAT',
      'mbedtls:PEM_PASSWORD_REQUIRED',
    ],
    common: 6,
    hints: [
      { sees: /encrypted private key|password/i, weight: 2, says: 'a key with a password' },
      { sees: /name ?constraints/i, weight: 2, says: 'critical name constraints' },
      LITTLE_IDF_HEAP,
    ],
    why: 'PEM or DER of a certificate is wanted, and an unencrypted key. Critical name constraints in a root, a file cut short by a copy, and a heap that is full read the same.',
    scenarios: ['refuse-name-constraints-root'],
    fix: {
      text: 'tls-sandbox cert inspect FILE says what the board makes of it; tls-sandbox cert make writes files that fit.',
      scenario: 'mode3-mutual-tls',
    },
  },

  // ---- how the program calls
  {
    id: 'no-server-hostname',
    title: 'wrap_socket was not given the name of the server',
    signs: [/CERT_REQUIRED requires server_hostname/],
    common: 8,
    hints: [
      {
        sees: /wrap_socket\((?!.*server_hostname)[^)]*\)/,
        weight: 2,
        says: 'the call has no server_hostname',
      },
    ],
    why: 'Without a name to look for, any certificate of the authority would do; so the firmware refuses to begin.',
    scenarios: ['refuse-no-server-hostname'],
    fix: { text: "wrap_socket(sock, server_hostname='api.example.com')", scenario: 'mode2-server-auth' },
  },
  {
    id: 'no-authority-loaded',
    title: 'The context verifies and was given no authority',
    signs: ['board-alert:unknown_ca', 'mbedtls:SSL_CA_CHAIN_REQUIRED'],
    common: 2,
    hints: [{ sees: 'mbedtls:SSL_CA_CHAIN_REQUIRED', weight: 6, says: 'the firmware says so' }],
    why: 'There is no list of authorities in the firmware: each root that is to count must be loaded.',
    scenarios: ['refuse-no-ca-loaded'],
    fix: { text: "context.load_verify_locations(cafile='/root.der')", scenario: 'mode2-server-auth' },
  },
  {
    id: 'psk-on-ssl-context',
    title: 'A shared key was given to ssl.SSLContext, which ignores it',
    signs: [FATAL_ALERT, 'peer-alert:handshake_failure'],
    common: 1,
    hints: [{ sees: /psk/i, weight: 5, says: 'a shared key is meant' }],
    why: 'psk_identity and psk_key are attributes of tls.SSLContext. ssl.SSLContext takes any attribute and does nothing with it.',
    scenarios: ['mode1-psk-on-ssl-context'],
    fix: { text: 'Make the context with tls.SSLContext.', scenario: 'mode1-psk' },
  },
  {
    id: 'psk-differs',
    title: 'The shared key is not the same on both sides',
    signs: [
      FATAL_ALERT,
      'peer-alert:bad_record_mac',
      'peer-alert:unknown_psk_identity',
      'mbedtls:SSL_UNKNOWN_IDENTITY',
    ],
    common: 1,
    hints: [
      { sees: /psk/i, weight: 4, says: 'a shared key is in use' },
      { sees: 'peer-alert:bad_record_mac', weight: 2, says: 'the first sealed record could not be opened' },
    ],
    why: 'Each side computes other keys, so the first sealed record is rubbish to the other: bad_record_mac.',
    scenarios: ['mode1-psk-wrong-key'],
    fix: {
      text: 'Compare identity and key, byte by byte; the key is bytes, not their hex.',
      scenario: 'mode1-psk',
    },
  },
  {
    id: 'suite-not-in-firmware',
    title: 'The firmware has no suite of that name',
    signs: ['mbedtls:SSL_BAD_CONFIG'],
    common: 6,
    why: 'set_ciphers takes the names that get_ciphers() lists, and no empty list.',
    scenarios: ['mode1-anonymous-ecdh'],
    fix: { text: 'Leave set_ciphers out, or take names from context.get_ciphers().', scenario: 'cbc-suite' },
  },
  {
    id: 'used-after-close',
    title: 'The socket was used after close()',
    signs: ['mbedtls:SSL_BAD_INPUT_DATA', 'errno:EBADF', 'errno:EPIPE'],
    common: 4,
    why: 'After close() a read or write of an SSLSocket raises BAD_INPUT_DATA. In a loop that connects again the old socket is often still in use.',
    scenarios: ['socket-used-after-close'],
    fix: {
      text: 'Make a new socket for each attempt, and close the old one once, in finally.',
      scenario: 'wifi-drop-mid-handshake',
    },
  },
  {
    id: 'verify-callback',
    title: 'The verify_callback refused the certificate',
    signs: ['errno:EPERM', 'mbedtls:ERROR_GENERIC_ERROR', /deny-list/],
    common: 4,
    why: 'A callback that returns -1, or a check of your own, ends the handshake as it was told to.',
    scenarios: ['revoked-deny-list'],
    fix: { text: 'Return 0 for certificates that you accept.', scenario: 'ota-pinned' },
  },

  // ---- the server ends it with an alert
  {
    id: 'tls13-only',
    title: 'The server speaks TLS 1.3 alone',
    signs: [FATAL_ALERT, 'peer-alert:protocol_version'],
    common: 5,
    hints: [
      { sees: 'peer-alert:protocol_version', weight: 5, says: 'the alert protocol_version' },
      { sees: /TLS ?v?1\.3/i, weight: 2, says: 'TLS 1.3 is mentioned' },
    ],
    why: 'Stock firmware speaks TLS 1.2 and nothing else.',
    scenarios: ['tls13-only-server'],
    fix: { text: 'Have TLS 1.2 switched on beside 1.3.', scenario: 'downgrade-sentinel' },
  },
  {
    id: 'no-shared-suite',
    title: 'Server and board have no cipher suite or curve in common',
    signs: [
      /no shared cipher|no suitable/i,
      FATAL_ALERT,
      'peer-alert:handshake_failure',
      'peer-alert:insufficient_security',
    ],
    common: 5,
    hints: [
      { sees: 'peer-alert:handshake_failure', weight: 2, says: 'the alert handshake_failure' },
      {
        sees: /none of the \d+ suites|no shared cipher|no suitable/i,
        weight: 5,
        says: 'the server found nothing that fits',
      },
      { sees: /chacha|x25519|DHE-RSA/i, weight: 2, says: 'something that the firmware does not have' },
    ],
    why: 'The firmware has AES-GCM, AES-CCM and AES-CBC with ECDHE or RSA, and the curves P-256, P-384, P-521: no ChaCha20, no X25519, no DHE.',
    scenarios: ['no-shared-suite', 'no-shared-curve', 'null-suite', 'mode1-anonymous-ecdh'],
    fix: {
      text: 'Have ECDHE with AES-GCM and the group secp256r1 switched on at the server.',
      scenario: 'static-rsa',
    },
  },
  {
    id: 'client-certificate-missing',
    title: 'The server wants a certificate of the client, and the board shows none',
    signs: [
      /peer did not return a certificate/i,
      FATAL_ALERT,
      'peer-alert:handshake_failure',
      'peer-alert:certificate_required',
      'peer-alert:bad_certificate',
    ],
    common: 4,
    hints: [
      { sees: 'state:no-certificate', weight: 7, says: 'the board sends an empty list' },
      { sees: 'state:proves-itself', weight: -8, says: '' },
      { sees: 'peer-alert:certificate_required', weight: 6, says: 'the alert says so' },
      { sees: /CertificateRequest/, weight: 5, says: 'the server asks for a certificate' },
      {
        sees: /no (client )?certificate|peer did not return a certificate/i,
        weight: 5,
        says: 'the server says so',
      },
      { sees: /load_cert_chain/, weight: -2, says: '' },
      { sees: /none of the \d+ suites/, weight: -3, says: '' },
    ],
    why: 'It asked, got an empty list, and ended it. Which alert it was the program does not get to see.',
    scenarios: ['refuse-client-missing', 'door-button', 'mode3-mallory-is-not-believed'],
    fix: { text: 'load_cert_chain(certificate, key) before wrap_socket.', scenario: 'mode3-mutual-tls' },
  },
  {
    id: 'client-untrusted',
    title: "The server does not know the authority of the board's certificate",
    signs: [FATAL_ALERT, 'peer-alert:unknown_ca'],
    common: 2,
    hints: [
      { sees: 'state:proves-itself', weight: 3, says: 'the board shows a certificate' },
      { sees: 'peer-alert:unknown_ca', weight: 3, says: 'the alert unknown_ca' },
      { sees: /load_cert_chain|client.*certificate/i, weight: 2, says: 'the board shows a certificate' },
      { sees: UNTRUSTED, weight: -6, says: '' },
    ],
    why: 'The certificate is from another authority than the one that the server was told of.',
    scenarios: ['refuse-client-wrong-ca'],
    fix: { text: 'Have it issued by the authority that the server trusts.', scenario: 'mode3-mutual-tls' },
  },
  {
    id: 'client-wrong-key',
    title: "The board's key does not belong to its certificate",
    signs: [FATAL_ALERT, 'peer-alert:decrypt_error'],
    common: 2,
    hints: [
      { sees: 'state:proves-itself', weight: 3, says: 'the board shows a certificate' },
      { sees: 'peer-alert:decrypt_error', weight: 4, says: 'the alert decrypt_error' },
      { sees: /load_cert_chain/, weight: 1, says: 'the board shows a certificate' },
      { sees: 'mbedtls:ECP_VERIFY_FAILED', weight: -4, says: '' },
    ],
    why: 'load_cert_chain does not compare the two. The server does, by the signature in CertificateVerify.',
    scenarios: ['refuse-client-wrong-key'],
    fix: {
      text: 'tls-sandbox cert inspect CERT KEY says whether they belong together.',
      scenario: 'mode3-mutual-tls',
    },
  },
  {
    id: 'client-wrong-usage',
    title: "The board's certificate is not meant for a client",
    signs: [FATAL_ALERT, 'peer-alert:unsupported_certificate'],
    common: 1,
    hints: [
      { sees: 'state:proves-itself', weight: 3, says: 'the board shows a certificate' },
      { sees: 'peer-alert:unsupported_certificate', weight: 4, says: 'the alert unsupported_certificate' },
      { sees: /unacceptable key|SSL_BAD_CERTIFICATE/, weight: -4, says: '' },
    ],
    why: 'Its extendedKeyUsage has no clientAuth.',
    scenarios: ['refuse-client-usage'],
    fix: { text: 'Have it issued with clientAuth.', scenario: 'mode3-mutual-tls' },
  },
  {
    id: 'changed-on-the-way-to-the-server',
    title: 'What the board sent was changed on its way',
    signs: [
      FATAL_ALERT,
      'peer-alert:bad_record_mac',
      'peer-alert:decrypt_error',
      'peer-alert:protocol_version',
    ],
    common: 1,
    hints: [
      { sees: 'state:attacker', weight: 12, says: 'somebody stands in between' },
      {
        sees: 'peer-alert:bad_record_mac',
        weight: 3,
        says: 'the alert bad_record_mac: a record did not arrive as it was sealed',
      },
      { sees: /mallory|changes|tamper|strips|downgrade/i, weight: 5, says: 'somebody is in between' },
    ],
    why: 'Somebody in between, or a link that breaks bytes. The Finished of a handshake covers every message before it.',
    scenarios: ['tamper-client-finished', 'mallory-strips-suites', 'mallory-downgrades-the-version'],
    fix: {
      text: 'Try from another network. Nothing was said that they could read.',
      scenario: 'mode2-server-auth',
    },
  },

  // ---- the other side is no TLS 1.2, or breaks it
  {
    id: 'old-tls',
    title: 'The server knows nothing newer than TLS 1.0 or 1.1',
    signs: [/unsupported protocol/i, 'mbedtls:SSL_BAD_PROTOCOL_VERSION', 'board-alert:protocol_version'],
    common: 5,
    hints: [
      {
        sees: 'mbedtls:SSL_BAD_PROTOCOL_VERSION',
        weight: 2,
        says: 'it was the board that refused the version',
      },
    ],
    why: 'The firmware has neither; RFC 8996 forbids both.',
    scenarios: ['tls10-server'],
    fix: {
      text: 'Have the server speak TLS 1.2, or put a proxy before it that does.',
      scenario: 'mode2-server-auth',
    },
  },
  {
    id: 'not-tls',
    title: 'What answers on that port does not speak TLS',
    signs: ['mbedtls:SSL_INVALID_RECORD', /wrong version number|http request/i],
    common: 7,
    hints: [
      { sees: /:80\b|, *80\)|port 80\b|1883/, weight: 2, says: 'a port for plain text' },
      { sees: /HTTP\/1\.[01] /, weight: 1, says: 'plain HTTP' },
    ],
    why: 'Plain HTTP or MQTT on the port: 443 and 8883 are the ones with TLS. A portal or a proxy can answer so, too.',
    scenarios: ['plain-http-on-the-tls-port'],
    fix: { text: 'Connect to the port on which the server speaks TLS.', scenario: 'mode2-server-auth' },
  },
  {
    id: 'forged-proof',
    title: 'The server cannot prove that the certificate is its own',
    signs: [
      'mbedtls:ECP_VERIFY_FAILED',
      /MBEDTLS_ERR_ECP(?!_)/,
      'mbedtls:RSA_VERIFY_FAILED',
      'board-alert:decrypt_error',
    ],
    common: 5,
    hints: [
      { sees: 'mbedtls:ECP_VERIFY_FAILED', weight: 1, says: 'the signature in ServerKeyExchange is wrong' },
    ],
    why: 'Certificates are public; what proves the server is its signature with the private key. Here it is wrong: a key that does not belong to the certificate, a hello changed on the way, or somebody with a copy.',
    scenarios: [
      'forged-key-exchange',
      'mallory-copied-the-certificate',
      'downgrade-sentinel-removed',
      'tamper-server-key-exchange',
    ],
    fix: {
      text: 'Have the operator compare key and certificate; trust nothing that came.',
      scenario: 'cert-ca-signed',
    },
  },
  {
    id: 'tampered',
    title: 'A record did not arrive as the server sealed it',
    signs: ['board-alert:bad_record_mac', 'mbedtls:SSL_INVALID_MAC'],
    common: 5,
    hints: [{ sees: 'mbedtls:SSL_INVALID_MAC', weight: 0, says: '' }],
    why: 'Changed, repeated or left out on the way. TCP has a checksum of 16 bits only; TLS notices the rest and ends the connection.',
    scenarios: ['tamper-data', 'mallory-repeats-a-record', 'tamper-server-finished'],
    fix: {
      text: 'Connect anew. If it happens again, somebody or something on the way changes bytes.',
      scenario: 'reconnect-with-back-off',
    },
  },
  {
    id: 'broken-protocol',
    title: 'The other side sends messages that TLS does not allow there',
    signs: [
      'mbedtls:SSL_ILLEGAL_PARAMETER',
      'mbedtls:SSL_DECODE_ERROR',
      'mbedtls:SSL_UNEXPECTED_MESSAGE',
      'mbedtls:SSL_HANDSHAKE_FAILURE',
      'mbedtls:SSL_FEATURE_UNAVAILABLE',
      'mbedtls:SSL_UNSUPPORTED_EXTENSION',
      'mbedtls:ECP_INVALID_KEY',
      'mbedtls:ECP_FEATURE_UNAVAILABLE',
      'mbedtls:ECP_BAD_INPUT_DATA',
      'alert:illegal_parameter',
      'alert:decode_error',
      'alert:unexpected_message',
    ],
    common: 3,
    hints: [{ sees: 'mbedtls:ECP_INVALID_KEY', weight: 2, says: 'a public key that is not on its curve' }],
    why: 'A faulty TLS library, something in between that changes messages, or a curve that the firmware does not have.',
    scenarios: ['tamper-server-key-exchange'],
    fix: {
      text: 'Try another server with the same program; a capture shows which message it was.',
      scenario: 'mode2-server-auth',
    },
  },

  // ---- the connection ends
  {
    id: 'closed-in-handshake',
    title: 'The connection was closed in the middle of the handshake, without a word',
    signs: ['mbedtls:SSL_CONN_EOF', 'mbedtls:SSL_PEER_CLOSE_NOTIFY'],
    common: 5,
    hints: [
      {
        sees: /mosquitto|mqtt|broker/i,
        weight: 1,
        says: 'brokers close so when they want a certificate of the client',
      },
    ],
    why: 'The server, a load balancer that does not know the name, or a firewall. Without an alert there is nothing to read on this side: the log of the server says more.',
    scenarios: ['connection-cut-in-handshake', 'door-button'],
    fix: {
      text: 'Look into the log of the server; give server_hostname; try again with a new socket and a pause.',
      scenario: 'reconnect-with-back-off',
    },
  },
  {
    id: 'reset',
    title: 'The other side, or something on the way, resets the connection',
    signs: ['errno:ECONNRESET', 'mbedtls:NET_CONN_RESET'],
    common: 5,
    hints: [
      {
        sees: /CertificateRequest|load_cert_chain/,
        weight: 1,
        says: 'a certificate of the client is involved',
      },
    ],
    why: 'A server that ends without reading all, a firewall, a connection that was idle for too long, or somebody in between who got no further.',
    scenarios: ['mallory-in-the-middle-mode3'],
    fix: {
      text: 'Close the socket and begin anew with a new one, after a pause that grows.',
      scenario: 'reconnect-with-back-off',
    },
  },
  {
    id: 'silence',
    title: 'The server falls silent, or thinks longer than the time-out allows',
    signs: ['errno:ETIMEDOUT', 'mbedtls:SSL_TIMEOUT', 'errno:EAGAIN'],
    common: 5,
    hints: [
      {
        sees: /settimeout\(([0-9.]+)\)/,
        below: 10,
        weight: 1,
        says: 'a time-out of $1 s: a handshake alone takes one to two',
      },
      { sees: /(no time|ntp|settime\b)/i, weight: -3, says: '' },
    ],
    why: 'A time-out counts for each read. A handshake takes a board one to two seconds, on a bad line more, and servers that start cold think for long.',
    scenarios: ['server-falls-silent', 'slow-server'],
    fix: {
      text: 'Give more time, close the socket, try again with a pause that grows.',
      scenario: 'reconnect-with-back-off',
    },
  },
  {
    id: 'wifi-gone',
    title: 'Wi-Fi went away under the connection',
    signs: [
      'errno:ECONNABORTED',
      'errno:EHOSTUNREACH',
      'errno:ENOTCONN',
      'errno:ENETUNREACH',
      'errno:ENETDOWN',
    ],
    common: 6,
    hints: [
      {
        sees: /status\D{0,4}(1001|20[0-5])\b|disconnect|beacon/i,
        weight: 2,
        says: 'the station is not associated',
      },
    ],
    why: 'After some seconds without a beacon the address is gone, and with it every connection. The station comes back by itself; connections do not.',
    scenarios: ['wifi-drop-mid-handshake'],
    fix: {
      text: 'Wait until wlan.isconnected(), then begin anew with a new socket.',
      scenario: 'wifi-drop-mid-handshake',
    },
  },
  {
    id: 'server-away',
    title: 'Nobody answers at that address',
    signs: ['errno:ECONNREFUSED', 'errno:EHOSTUNREACH', 'errno:ECONNABORTED'],
    common: 3,
    hints: [{ sees: /again in \d+ s/, weight: 2, says: 'it tries again' }],
    why: 'The server is down, listens on another port, or only on its own loopback.',
    scenarios: ['reconnect-with-back-off'],
    fix: { text: 'Try again with a pause that doubles, up to a limit.', scenario: 'reconnect-with-back-off' },
  },
  {
    id: 'name-not-found',
    title: 'The name could not be looked up',
    signs: ['errno:EAI_FAIL', 'errno:EAI_NONAME', 'errno:EAI_MEMORY', 'mbedtls:NET_UNKNOWN_HOST'],
    common: 6,
    hints: [
      { sees: 'errno:EAI_NONAME', weight: 1, says: 'a server answered: there is no such name' },
      { sees: /after ([1-9]\d*) s/, above: 4, weight: 1, says: '$1 s: no DNS server answered' },
      { sees: /after 0 s|offline/, weight: 1, says: 'at once: no network yet' },
    ],
    why: '-202 is no network, or no DNS server that answers; -2 is a name that does not exist. Neither is an errno.',
    scenarios: ['dns-failure'],
    fix: {
      text: 'Wait until wlan.isconnected() before the first getaddrinfo; try again with a pause.',
      scenario: 'mode2-server-auth',
    },
  },
  {
    id: 'wifi-password',
    title: 'The Wi-Fi network or its password is not right',
    signs: [/wrong password|no such network|WRONG_PASSWORD|NO_AP_FOUND|status\D{0,4}20[12]\b/i],
    common: 5,
    why: 'wlan.status() is 201 when no network of that name is there, and 202 when the password is wrong.',
    scenarios: ['wifi-wrong-password'],
    fix: {
      text: 'Print wlan.status() while connecting, and give up after some seconds.',
      scenario: 'wifi-wrong-password',
    },
  },

  // ---- memory
  {
    id: 'rsa-too-large',
    title: 'The IDF heap has no room for the arithmetic of a large RSA key',
    signs: [
      'board-alert:internal_error',
      'mbedtls:MPI_ALLOC_FAILED',
      'mbedtls:RSA_PUBLIC_FAILED',
      'mbedtls:RSA_PRIVATE_FAILED',
    ],
    common: 7,
    hints: [NO_BLOCK, RSA_4096, LITTLE_IDF_HEAP, PLENTY_OF_PYTHON, FRAGMENTED],
    why: 'mbedTLS needs several kilobytes for a moment to check an RSA signature, from the IDF heap; gc.mem_free() tells of another.',
    scenarios: ['heap-pressure-rsa4096'],
    fix: { text: 'Take a certificate on P-256: it needs a seventh of that.', scenario: 'heap-pressure-p256' },
  },
  {
    id: 'fragmented',
    title: 'The IDF heap has no block of 16,717 bytes in one piece',
    signs: ['errno:ENOMEM', 'mbedtls:SSL_ALLOC_FAILED'],
    common: 6,
    hints: [FRAGMENTED, PLENTY_OF_PYTHON],
    why: "mbedTLS's buffer for what comes in is one block. The sum of what is free says nothing of it; esp32.idf_heap_info shows the largest one.",
    scenarios: ['max-fragment-length'],
    fix: {
      text: 'Connect early, before the heap is in pieces, and keep the connection.',
      scenario: 'https-keep-alive',
    },
  },
  {
    id: 'two-connections',
    title: 'There is memory for one TLS connection, not for two',
    signs: ['errno:ENOMEM', 'mbedtls:SSL_ALLOC_FAILED'],
    common: 5,
    hints: [
      { sees: /second|two|mqtt.*https|https.*mqtt/i, weight: 2, says: 'more than one connection' },
      LITTLE_IDF_HEAP,
    ],
    why: 'Each connection holds 25 KB of the IDF heap until it is closed, and needs a few more in its handshake. A socket that was never closed holds them, too.',
    scenarios: ['two-tls-sockets-no-room'],
    fix: {
      text: 'Close one before the next, or free memory for both: 30 KB each.',
      scenario: 'two-tls-sockets',
    },
  },
  {
    id: 'bundle-too-large',
    title: 'The bundle of authorities does not fit',
    signs: ['errno:ENOMEM', 'mbedtls:X509_ALLOC_FAILED'],
    common: 3,
    hints: [
      {
        sees: /certificates of a TLS context: (\d+) bytes/,
        above: 30_000,
        weight: 14,
        says: 'the authorities take $1 bytes',
      },
      { sees: /bundle|load_verify_locations/, weight: 4, says: 'it happens while authorities are loaded' },
      { sees: 'mbedtls:X509_ALLOC_FAILED', weight: 3, says: 'no room for a certificate' },
    ],
    why: 'Each root that is loaded stays on the IDF heap, a kilobyte and more.',
    scenarios: ['cert-bundle-too-large'],
    fix: {
      text: 'Load the one or two roots that your servers are under, in DER.',
      scenario: 'cert-bundle-trimmed',
    },
  },
  {
    id: 'no-memory-for-keys',
    title: 'The IDF heap is full in the middle of the handshake',
    signs: [
      'mbedtls:PK_ALLOC_FAILED',
      'mbedtls:X509_ALLOC_FAILED',
      'mbedtls:ECP_ALLOC_FAILED',
      'mbedtls:CIPHER_ALLOC_FAILED',
      'mbedtls:MD_ALLOC_FAILED',
      'mbedtls:ASN1_ALLOC_FAILED',
      'errno:EBUSY',
      'errno:ENOBUFS',
    ],
    common: 4,
    hints: [NO_BLOCK, LITTLE_IDF_HEAP, FRAGMENTED, PLENTY_OF_PYTHON, RSA_4096],
    why: 'Which number it is depends on which allocation fails; in all of them the rest of the program holds too much. gc.mem_free() tells of another heap.',
    scenarios: ['heap-pressure-rsa4096'],
    fix: {
      text: 'Free memory, close what is open, take certificates on P-256.',
      scenario: 'heap-pressure-p256',
    },
  },
  {
    id: 'python-heap-grown',
    title: "MicroPython's own heap has grown into the one that TLS needs",
    signs: ['errno:ENOMEM', /MemoryError|memory allocation failed|WiFi Out of Memory/],
    common: 4,
    hints: [
      {
        sees: /mem_free\D{0,12}(\d[\d,]{4,8})\b/i,
        above: 60_000,
        weight: 2,
        says: "$1 bytes free on MicroPython's heap: more than it has at the start, so it has grown",
      },
      {
        sees: /MemoryError|memory allocation failed/,
        weight: 4,
        says: "it is MicroPython's own heap that is full",
      },
    ],
    why: 'It takes areas of the IDF heap when it is full and never gives them back, not even after gc.collect().',
    scenarios: ['python-heap-grown'],
    fix: {
      text: 'Connect before the large things are made; work on pieces in one buffer.',
      scenario: 'https-keep-alive',
    },
  },
  {
    id: 'no-sockets',
    title: 'All sockets are in use',
    signs: ['errno:ENFILE'],
    common: 5,
    why: 'lwIP has ten. A program that makes a new one for each attempt and closes none runs out.',
    scenarios: ['reconnect-with-back-off'],
    fix: { text: 'Close each socket in finally.', scenario: 'reconnect-with-back-off' },
  },

  // ---- the rest of the program
  {
    id: 'watchdog',
    title: 'The watchdog is shorter than a handshake',
    signs: [/task_wdt|watchdog (got triggered|has bitten)|WDT_RESET|TG[01]WDT|rst:0x[78]\b/i],
    common: 6,
    why: 'A handshake takes a second, most of it in one call during which no Python runs to feed the watchdog.',
    scenarios: ['watchdog-bites'],
    fix: {
      text: 'Give it eight seconds and more, and feed it before wrap_socket.',
      scenario: 'mode2-server-auth',
    },
  },
  {
    id: 'mqtt-refused',
    title: 'The broker refuses the user name or password',
    signs: [/MQTTException\D{0,3}[45]\b|refused by the broker|not authorised|not authorized|bad user ?name/i],
    common: 5,
    why: 'TLS is fine: 4 is a wrong name or password, 5 is somebody who may not.',
    scenarios: ['mqtt-wrong-password'],
    fix: { text: 'Compare user and password with those of the broker.', scenario: 'mqtt-password' },
  },
  {
    id: 'server-wants-certificate',
    title: 'This board is the server, and its client showed no certificate',
    signs: ['mbedtls:SSL_NO_CLIENT_CERTIFICATE'],
    common: 6,
    why: 'With CERT_REQUIRED the server wants one. A blocking server says so by itself and sends no alert.',
    scenarios: ['door-button', 'mode3-mallory-is-not-believed'],
    fix: {
      text: 'Give the client a certificate of the authority that the server loads.',
      scenario: 'device-to-device',
    },
  },
];
