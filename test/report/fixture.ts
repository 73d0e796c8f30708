/**
 * Traces made by hand: short, and with the things in them that a diagram has to tell. The world itself makes
 * longer ones; the reports of those are tested with the scenarios.
 */
import type { TraceEvent, TraceEventBody } from '../../emulator/world/trace-events.ts';

export const DEVICE = 'esp32';
export const SERVER = 'api.example.com';
export const CONNECTION = '192.168.4.2:49153>203.0.113.10:443';
const SUITE = 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384';

const CIPHER_SUITE = { name: 'cipher_suite', offset: 39, length: 2, value: SUITE };

/** Collects events; times are written in milliseconds. */
export class Recorder {
  readonly events: TraceEvent[] = [];

  at(milliseconds: number, actor: string, body: TraceEventBody): this {
    this.events.push({ t: Math.round(milliseconds * 1e6), actor, ...body } as TraceEvent);
    return this;
  }

  /** A handshake message as both ends see it. */
  message(
    [sent, received]: [number, number | undefined],
    from: string,
    message: string,
    size: number,
    summary: readonly string[] = [],
    encrypted = false,
  ): this {
    const body = {
      type: 'tls.message',
      connection: CONNECTION,
      message,
      fields: message === 'ServerHello' ? [CIPHER_SUITE] : [],
      encrypted,
      summary,
    } as const;
    const bytes = new Uint8Array(size);
    this.at(sent, from, { ...body, bytes, direction: 'sent' });
    if (received !== undefined) this.at(received, otherEnd(from), { ...body, bytes, direction: 'received' });
    return this;
  }

  /** The record that carries so many bytes, as both ends see it. */
  record(at: number, from: string, length: number, encrypted = false): this {
    const body = {
      type: 'tls.record',
      connection: CONNECTION,
      contentType: encrypted ? 'application_data' : 'handshake',
      version: 0x0303,
      length,
      encrypted,
    } as const;
    return this.at(at, from, { ...body, direction: 'sent' }).at(at + 4, otherEnd(from), {
      ...body,
      direction: 'received',
    });
  }

  alert([sent, received]: [number, number], from: string, description: string, code: number): this {
    const body = {
      type: 'tls.alert',
      connection: CONNECTION,
      level: 'fatal',
      description,
      code,
      encrypted: false,
    } as const;
    return this.at(sent, from, { ...body, direction: 'sent' }).at(received, otherEnd(from), {
      ...body,
      direction: 'received',
    });
  }

  /** In order of time, as a world appends them. */
  done(): TraceEvent[] {
    return this.events.sort((a, b) => a.t - b.t);
  }
}

function otherEnd(actor: string): string {
  return actor === DEVICE ? SERVER : DEVICE;
}

function joined(): Recorder {
  return new Recorder()
    .at(0, 'world', {
      type: 'run.start',
      schema: 1,
      scenario: 'mode2-server-auth',
      seed: 1,
      startTime: '2026-03-01T12:00:00Z',
    })
    .at(0, DEVICE, { type: 'device.boot', board: 'esp32', rtc: '2000-01-01T00:00:00Z', reason: 'power on' })
    .at(1, DEVICE, {
      type: 'device.heap',
      reason: 'boot',
      used: 40_000,
      free: 97_000,
      largestBlock: 90_000,
      peak: 40_000,
    })
    .at(100, DEVICE, { type: 'wifi.state', state: 'scanning', ssid: 'lab' })
    .at(2100, DEVICE, { type: 'wifi.state', state: 'associating', ssid: 'lab' })
    .at(4000, DEVICE, { type: 'wifi.state', state: 'connected', ssid: 'lab' })
    .at(4020, DEVICE, {
      type: 'dhcp.lease',
      address: '192.168.4.2',
      netmask: '255.255.255.0',
      gateway: '192.168.4.1',
      dns: '192.168.4.1',
      seconds: 86_400,
    })
    .at(4030, 'ntp', { type: 'ntp.request', client: '192.168.4.2' })
    .at(4050, DEVICE, { type: 'dns.query', name: SERVER, server: '192.168.4.1' })
    .at(4058, DEVICE, { type: 'dns.answer', name: SERVER, addresses: ['203.0.113.10'], rcode: 'NOERROR' })
    .at(4060, DEVICE, { type: 'tcp.state', connection: CONNECTION, state: 'SYN-SENT' })
    .at(4064, SERVER, { type: 'tcp.state', connection: CONNECTION, state: 'SYN-RECEIVED' })
    .at(4068, DEVICE, { type: 'tcp.state', connection: CONNECTION, state: 'ESTABLISHED' })
    .at(4070, DEVICE, { type: 'tls.start', connection: CONNECTION, role: 'client', serverName: SERVER })
    .at(4071, DEVICE, {
      type: 'device.heap',
      reason: 'ssl_setup',
      used: 62_000,
      free: 75_000,
      largestBlock: 70_000,
      peak: 62_000,
    })
    .at(4072, SERVER, { type: 'tls.start', connection: CONNECTION, role: 'server' })
    .record(4071, DEVICE, 240)
    .message([4071, 4075], DEVICE, 'ClientHello', 240, [
      'TLS 1.2',
      'for api.example.com',
      '59 suites',
      'no ALPN',
    ])
    .record(4076, SERVER, 1400)
    .message([4076, 4080], SERVER, 'ServerHello', 89, ['TLS 1.2', SUITE, 'extended master secret'])
    .message([4076, 4081], SERVER, 'Certificate', 1183, ['CN=api.example.com', 'CN=Sandbox Intermediate CA']);
}

/** Server authentication: the handshake of mode 2 with a request and its answer. */
export function serverAuthTrace(): TraceEvent[] {
  const text = new TextEncoder();
  const request = text.encode('GET /v1/time HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
  const response = text.encode('HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{"time":"2026-03-01T12"}');
  return joined()
    .at(4380, DEVICE, { type: 'device.cpu', operation: 'ecdsa-verify secp256r1', duration: 290e6 })
    .at(4670, DEVICE, { type: 'device.cpu', operation: 'ecdsa-verify secp256r1', duration: 290e6 })
    .at(4671, DEVICE, {
      type: 'x509.verdict',
      connection: CONNECTION,
      profile: 'mbedtls',
      outcome: 'accepted',
      checks: [
        {
          certificate: SERVER,
          depth: 0,
          check: 'name',
          outcome: 'pass',
          detail: 'api.example.com is in subjectAltName',
        },
        {
          certificate: 'CN=api.example.com',
          depth: 0,
          check: 'validity',
          outcome: 'pass',
          detail: '2026-03-01 12:00:04Z lies in 2026-01-01 00:00:00Z … 2027-01-01 00:00:00Z',
        },
        {
          certificate: 'CN=api.example.com',
          depth: 0,
          check: 'signature',
          outcome: 'pass',
          detail: 'by CN=Sandbox Intermediate CA',
        },
        {
          certificate: 'CN=api.example.com',
          depth: 0,
          check: 'key-usage',
          outcome: 'pass',
          detail: 'digitalSignature',
        },
        {
          certificate: 'CN=api.example.com',
          depth: 0,
          check: 'revocation',
          outcome: 'unchecked',
          detail: 'no CRL',
        },
        {
          certificate: 'CN=Sandbox Intermediate CA',
          depth: 1,
          check: 'signature',
          outcome: 'pass',
          detail: 'by CN=Sandbox Root CA',
        },
        {
          certificate: 'CN=Sandbox Intermediate CA',
          depth: 1,
          check: 'revocation',
          outcome: 'unchecked',
          detail: 'no CRL',
        },
        {
          certificate: 'CN=Sandbox Root CA',
          depth: -1,
          check: 'anchor',
          outcome: 'pass',
          detail: 'in the trusted certificates',
        },
      ],
    })
    .message([4076, 4672], SERVER, 'ServerKeyExchange', 147, [
      'secp256r1',
      'signed with ecdsa_secp256r1_sha256',
    ])
    .message([4076, 4962], SERVER, 'ServerHelloDone', 4)
    .at(5120, DEVICE, { type: 'device.cpu', operation: 'ecdh secp256r1', duration: 158e6 })
    .record(5122, DEVICE, 70)
    .message([5122, 5126], DEVICE, 'ClientKeyExchange', 70, ['secp256r1'])
    .at(5122, DEVICE, {
      type: 'tls.secret',
      connection: CONNECTION,
      label: 'CLIENT_RANDOM',
      clientRandom: new Uint8Array(32).fill(1),
      secret: new Uint8Array(48).fill(2),
    })
    .record(5123, DEVICE, 1)
    .message([5123, 5127], DEVICE, 'ChangeCipherSpec', 1)
    .record(5124, DEVICE, 40, true)
    .message([5124, 5128], DEVICE, 'Finished', 16, ['verify_data'], true)
    .record(5129, SERVER, 1)
    .message([5129, 5133], SERVER, 'ChangeCipherSpec', 1)
    .record(5129, SERVER, 40, true)
    .message([5129, 5134], SERVER, 'Finished', 16, ['verify_data'], true)
    .at(5130, DEVICE, {
      type: 'device.heap',
      reason: 'handshake',
      used: 69_922,
      free: 67_078,
      largestBlock: 60_000,
      peak: 69_922,
    })
    .at(5135, DEVICE, {
      type: 'device.heap',
      reason: 'handshake done',
      used: 67_250,
      free: 69_750,
      largestBlock: 60_000,
      peak: 69_922,
    })
    .at(5135, DEVICE, {
      type: 'tls.established',
      connection: CONNECTION,
      role: 'client',
      version: 'TLSv1.2',
      suite: SUITE,
      group: 'secp256r1',
      peerAuthenticated: true,
      resumed: false,
      peer: 'CN=api.example.com',
    })
    .record(5140, DEVICE, request.length + 24, true)
    .at(5140, DEVICE, { type: 'tls.data', connection: CONNECTION, direction: 'sent', bytes: request })
    .at(5146, SERVER, {
      type: 'http.request',
      connection: CONNECTION,
      method: 'GET',
      path: '/v1/time',
      host: SERVER,
    })
    .at(5146, SERVER, { type: 'http.response', connection: CONNECTION, status: 200, length: response.length })
    .at(5147, SERVER, { type: 'tls.data', connection: CONNECTION, direction: 'sent', bytes: response })
    .at(5152, DEVICE, {
      type: 'tls.data',
      connection: CONNECTION,
      direction: 'received',
      bytes: response.slice(0, 20),
    })
    .at(5153, DEVICE, {
      type: 'tls.data',
      connection: CONNECTION,
      direction: 'received',
      bytes: response.slice(20),
    })
    .at(5155, DEVICE, { type: 'device.output', text: '200 OK\n' })
    .at(5160, DEVICE, { type: 'tcp.state', connection: CONNECTION, state: 'FIN-WAIT-1' })
    .at(5170, DEVICE, { type: 'device.exit', status: 0, reason: 'end' })
    .at(5200, 'world', { type: 'run.end', outcome: 'finished' })
    .done();
}

/** The certificate has expired: the device refuses, says why on the wire and raises in Python. */
export function expiredTrace(): TraceEvent[] {
  return joined()
    .at(4380, DEVICE, { type: 'device.cpu', operation: 'ecdsa-verify secp256r1', duration: 290e6 })
    .at(4381, DEVICE, {
      type: 'x509.verdict',
      connection: CONNECTION,
      profile: 'mbedtls',
      outcome: 'refused',
      checks: [
        {
          certificate: SERVER,
          depth: 0,
          check: 'name',
          outcome: 'pass',
          detail: 'api.example.com is in subjectAltName',
        },
        {
          certificate: 'CN=api.example.com',
          depth: 0,
          check: 'validity',
          outcome: 'fail',
          detail: '2026-03-01 12:00:04Z is after the end of 2025-01-01 00:00:00Z … 2026-01-01 00:00:00Z',
        },
        {
          certificate: 'CN=api.example.com',
          depth: 0,
          check: 'signature',
          outcome: 'pass',
          detail: 'by CN=Sandbox Intermediate CA',
        },
        {
          certificate: 'CN=api.example.com',
          depth: 0,
          check: 'revocation',
          outcome: 'unchecked',
          detail: 'no CRL',
        },
      ],
    })
    .message([4076, undefined], SERVER, 'ServerKeyExchange', 147, ['secp256r1'])
    .message([4076, undefined], SERVER, 'ServerHelloDone', 4)
    .alert([4382, 4386], DEVICE, 'certificate_expired', 45)
    .at(4382, DEVICE, {
      type: 'tls.failed',
      connection: CONNECTION,
      role: 'client',
      state: 'wait-certificate',
      reason: 'certificate-refused',
      detail: 'the certificate has expired',
      alert: 'certificate_expired',
    })
    .at(4383, DEVICE, {
      type: 'device.exception',
      name: 'ValueError',
      message: '\nThe certificate validity has expired\n',
      traceback:
        'Traceback (most recent call last):\n  File "main.py", line 9, in <module>\nValueError: \nThe certificate validity has expired\n\n',
    })
    .at(4384, DEVICE, { type: 'tcp.state', connection: CONNECTION, state: 'FIN-WAIT-1' })
    .at(4390, DEVICE, { type: 'device.exit', status: 1, reason: 'exception' })
    .at(4400, 'world', { type: 'run.end', outcome: 'finished' })
    .done();
}

/** Mode 1: nothing is verified, the handshake succeeds with anyone. */
export function unverifiedTrace(): TraceEvent[] {
  return serverAuthTrace().map((event): TraceEvent => {
    if (event.type === 'x509.verdict') return { ...event, outcome: 'ignored', checks: [] };
    if (event.type === 'tls.established') return { ...event, peerAuthenticated: false };
    return event;
  });
}
