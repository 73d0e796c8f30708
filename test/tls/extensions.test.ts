/** What RFC 6066 lets a client ask for: shorter records (section 4), and a certificate's status (section 8). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TlsClientConfig, TlsServerConfig } from '../../emulator/tls/config.ts';
import type { PeerQuestion } from '../../emulator/tls/engine.ts';
import { certificateStatus } from '../../emulator/tls/messages/certificate-status.ts';
import { clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { decodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../emulator/tls/session.ts';
import { CERTIFICATES } from './certificates.ts';
import { editing, handshake, record } from './scripted.ts';
import { assertFailed, type Meeting, meet } from './scripted-ends.ts';
import {
  ACCEPT,
  ascii,
  carry,
  clientEnd,
  type End,
  type HostOptions,
  hex,
  records,
  type Tamper,
} from './support.ts';

describe('max_fragment_length (RFC 6066 section 4)', () => {
  for (const maxFragmentLength of [512, 1024, 2048, 4096] as const) {
    for (const profile of ['mbedtls', 'modern'] as const) {
      it(`of ${maxFragmentLength} bytes holds for handshake and data, both ways, ${profile}`, () => {
        const longest = { client: 0, server: 0 };
        const measuring: Tamper = (bytes, to) => {
          for (const { length } of records(bytes)) longest[to] = Math.max(longest[to], length - 5);
          return bytes;
        };
        const client = { profile, maxFragmentLength };
        const { client: c, server: s } = meet({ client, server: { profile }, tamper: measuring });
        assert.equal(c.tls.state, 'established');
        c.tls.send(new Uint8Array(10_000));
        s.tls.send(new Uint8Array(10_000));
        carry(c, s, measuring);
        assert.equal(s.tls.read(20_000).length, 10_000);
        assert.equal(c.tls.read(20_000).length, 10_000);
        const sealed = maxFragmentLength + 8 + 16;
        assert.deepEqual(longest, { client: sealed, server: sealed });
      });
    }
  }

  describe('holds for a session', () => {
    /** The second connection of a session that was made with 512. */
    function again(
      config: Partial<TlsClientConfig>,
      server: Partial<TlsServerConfig> = {},
      believed: Partial<ClientSession> = {},
    ): { client: End; server: End } {
      const kept: ClientSession[] = [];
      const sessions = new ServerSessions({ ticketKey: new Uint8Array(32).fill(9) });
      const onSession = (session: ClientSession): number => kept.push(session);
      meet({ client: { onSession, maxFragmentLength: 512 }, server: { sessions } });
      const session = { ...kept[0]!, ...believed };
      const client = { session, maxFragmentLength: 512, ...config } as const;
      return meet({ client, server: { sessions, ...server } });
    }

    it('that is taken up with the same length', () => {
      assert.equal(again({}).client.tls.session!.resumed, true);
    });

    it('when the server does not say it again', () => {
      const unsaid = {
        at: 'ServerHello',
        fault: 'strip-extension',
        extension: 'max_fragment_length',
      } as const;
      const { client } = again({}, { faults: [unsaid] });
      assert.equal(client.tls.session!.resumed, true);
      client.tls.send(new Uint8Array(2000));
      assert.deepEqual(
        records(client.take()).map(({ length }) => length - 5 - 8 - 16),
        [512, 512, 512, 464],
      );
    });

    it('which is not offered with another', () => {
      const { client } = again({ maxFragmentLength: 1024 });
      assert.equal(client.tls.session!.resumed, false);
      const { bytes } = client.all('tls.message')[0]!;
      assert.equal(decodeMessage(clientHello, bytes).message!.sessionId.length, 0);
    });

    it('which is not taken up with another, whatever the client believes', () => {
      const { client } = again({ maxFragmentLength: 1024 }, {}, { maxFragmentLength: undefined });
      const { bytes } = client.all('tls.message')[0]!;
      assert.equal(decodeMessage(clientHello, bytes).message!.sessionId.length, 32);
      assert.equal(client.tls.session!.resumed, false);
    });
  });

  it('is asked for by no device', () => {
    const { client } = meet({ client: { profile: 'mbedtls' } });
    assert.ok(!hex(client.all('tls.message')[0]!.bytes).includes('00010001'));
  });

  /** The octet after extension type 1 and length 1. */
  const saying = (to: 'client' | 'server', message: number, code: number): Tamper =>
    editing(to, message, (body) => {
      const at = Buffer.from(body).indexOf(Buffer.from('00010001', 'hex'));
      assert.ok(at > 0);
      return Uint8Array.of(...body.slice(0, at + 4), code, ...body.slice(at + 5));
    });

  it('of a code that means nothing: illegal_parameter, from a server of either profile', () => {
    for (const profile of ['mbedtls', 'modern'] as const) {
      const tamper = saying('server', 1, 5);
      const { server } = meet({ client: { maxFragmentLength: 512 }, server: { profile }, tamper });
      assertFailed(server, 'illegal_parameter', 'illegal-parameter');
    }
  });

  it('answered with another: illegal_parameter, from a client of either profile', () => {
    for (const profile of ['mbedtls', 'modern'] as const) {
      const { client } = meet({
        client: { profile, maxFragmentLength: 512 },
        tamper: saying('client', 2, 2),
      });
      assertFailed(client, 'illegal_parameter', 'illegal-parameter');
    }
  });

  it('exceeded by what follows the ServerHello: record_overflow', () => {
    const joining: Tamper = (bytes, to) => {
      if (to !== 'client') return bytes;
      const [hello, ...rest] = records(bytes);
      return Buffer.concat([hello!, record(22, Buffer.concat(rest.map((each) => each.slice(5))))]);
    };
    const { client } = meet({ client: { maxFragmentLength: 512 }, tamper: joining });
    assertFailed(client, 'record_overflow', 'record-overflow');
    assert.equal(meet({ tamper: joining }).client.error?.reason, undefined);
  });
});

const RESPONSE = ascii('an OCSP response, in the eyes of the host');
const STAPLING = { credentials: [{ ...CERTIFICATES.p256, ocspResponse: RESPONSE }] };

describe('status_request (RFC 6066 section 8)', () => {
  const questions: PeerQuestion[] = [];
  const clientHost: HostOptions = {
    verdict: (question) => {
      questions.push(question);
      return ACCEPT;
    },
  };

  function asked(meeting: Meeting): { client: End; server: End; question: PeerQuestion | undefined } {
    questions.length = 0;
    const ends = meet({ ...meeting, clientHost });
    assert.ok(questions.length <= 1, 'a chain is judged once');
    return { ...ends, question: questions[0] };
  }

  it('brings the response to the host together with the chain', () => {
    for (const ocspStapling of ['ask', 'require'] as const) {
      const { client, server, question } = asked({ client: { ocspStapling }, server: STAPLING });
      assert.equal(client.tls.state, 'established');
      assert.deepEqual(server.messages('sent').slice(0, 4), [
        'ServerHello',
        'Certificate',
        'CertificateStatus',
        'ServerKeyExchange',
      ]);
      assert.deepEqual(question!.stapledOcsp, RESPONSE);
    }
  });

  it('brings none to a client that does not ask', () => {
    const { server, question } = asked({ server: STAPLING });
    assert.ok(!server.messages('sent').includes('CertificateStatus'));
    assert.equal(question!.stapledOcsp, undefined);
  });

  it('may be left without an answer, if the client only asks', () => {
    const { client, question } = asked({ client: { ocspStapling: 'ask' } });
    assert.equal(client.tls.state, 'established');
    assert.equal(question!.stapledOcsp, undefined);
  });

  for (const [what, suites] of [
    ['ServerKeyExchange', [0xc02b]],
    ['ServerHelloDone', [0xc02d]],
  ] as const) {
    it(`may be agreed to and still not answered, before ${what}`, () => {
      const tamper = editing('client', 22, () => undefined);
      const meeting = {
        client: { ocspStapling: 'ask', suites },
        server: { ...STAPLING, suites },
        tamper,
      } as const;
      const { client, question } = asked(meeting);
      assert.equal(question!.stapledOcsp, undefined);
      // All was read; the keys differ, since the server did send the message.
      assert.ok(client.messages('received').includes('ServerHelloDone'));
      assert.equal(client.error!.peerAlert, 'bad_record_mac');
    });
  }

  it('without the response that the client requires: bad_certificate_status_response', () => {
    const without = asked({ client: { ocspStapling: 'require' } });
    assertFailed(without.client, 'bad_certificate_status_response', 'certificate-status-missing');
    assert.equal(without.question, undefined);
    const dropped = asked({
      client: { ocspStapling: 'require' },
      server: STAPLING,
      tamper: editing('client', 22, () => undefined),
    });
    assertFailed(dropped.client, 'bad_certificate_status_response', 'certificate-status-missing');
  });

  it("with a response that the host refuses: the verdict's alert", () => {
    const verdict = () =>
      ({
        accepted: false,
        authenticated: false,
        checks: [],
        alert: 'bad_certificate_status_response',
        detail: 'signed by a stranger',
      }) as const;
    const { client } = meet({
      client: { ocspStapling: 'ask' },
      server: STAPLING,
      clientHost: { verdict },
    });
    assertFailed(client, 'bad_certificate_status_response', 'certificate-refused');
    assert.equal(client.error!.message, 'signed by a stranger');
  });

  it('unasked: the message is an unexpected_message', () => {
    const body = handshake(certificateStatus, { response: RESPONSE });
    const inserting: Tamper = (bytes, to) => {
      if (to !== 'client') return bytes;
      return Buffer.concat(records(bytes).flatMap((each) => (each[5] === 11 ? [each, body] : [each])));
    };
    const { client } = asked({ tamper: inserting });
    assertFailed(client, 'unexpected_message', 'unexpected-message');
  });

  for (const [what, body] of [
    ['of another type than ocsp', [2, 0, 0, 1, 0]],
    ['that is empty', [1, 0, 0, 0]],
    ['with bytes after it', [1, 0, 0, 1, 0, 0]],
  ] as const) {
    it(`${what}: decode_error`, () => {
      const tamper = editing('client', 22, () => Uint8Array.from(body));
      const { client } = asked({ client: { ocspStapling: 'ask' }, server: STAPLING, tamper });
      assertFailed(client, 'decode_error', 'decode-error');
    });
  }

  it('is not known to mbedTLS', () => {
    assert.throws(() => clientEnd({ profile: 'mbedtls', ocspStapling: 'ask' }), /status_request/);
  });
});
