/**
 * The traces of RFC 8448, byte for byte. The engine's own hellos and EncryptedExtensions differ from the RFC's (it
 * does not offer finite fields, SHA-1 or record_size_limit), so a client is given the RFC's ClientHello as what it
 * said, and must go on as the RFC's client does; a server is given the RFC's randomness, and must answer with its
 * ServerHello and derive its secrets. Early data is refused here, so of section 4 all but what depends on it.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import { certificateVerify } from '../../../emulator/tls/messages/certificate-verify.ts';
import { certificate13 } from '../../../emulator/tls/messages/certificate13.ts';
import { clientHello } from '../../../emulator/tls/messages/client-hello.ts';
import { bindersLength } from '../../../emulator/tls/messages/extensions/tls13.ts';
import { findExtension } from '../../../emulator/tls/messages/extensions.ts';
import { decodeMessage } from '../../../emulator/tls/messages/handshake.ts';
import { sequenceBytes } from '../../../emulator/tls/record/protection.ts';
import { ServerSessions } from '../../../emulator/tls/server-sessions.ts';
import type { ClientSession, SessionState } from '../../../emulator/tls/session.ts';
import { schemeById, verify } from '../../../emulator/tls/signature-schemes.ts';
import { pskBinder } from '../../../emulator/tls/tls13/key-schedule.ts';
import { concat } from '../../../emulator/world/bytes.ts';
import { parseCertificate } from '../../../emulator/x509/certificate.ts';
import { CERTIFICATES } from '../certificates.ts';
import { hex, NOW, records } from '../support.ts';
import {
  assertWrittenAgain,
  clientOf,
  decoded,
  HEADER_LENGTH,
  opened,
  protectionOf,
  SUITE,
  secretsOf,
  serverOf,
} from './rfc8448-ends.ts';
import { CLIENT_AUTHENTICATION, COMPATIBLE, RESUMED, RETRIED, SIMPLE } from './rfc8448-vectors.ts';

/** The secrets that sections 3 and 4 print. */
const SECRETS = {
  simple: {
    CLIENT_HANDSHAKE_TRAFFIC_SECRET: 'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
    SERVER_HANDSHAKE_TRAFFIC_SECRET: 'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
    CLIENT_TRAFFIC_SECRET_0: '9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5',
    SERVER_TRAFFIC_SECRET_0: 'a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643',
    EXPORTER_SECRET: 'fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50',
  },
  resumed: {
    CLIENT_HANDSHAKE_TRAFFIC_SECRET: '2faac08f851d35fea3604fcb4de82dc62c9b164a70974d0462e27f1ab278700f',
    SERVER_HANDSHAKE_TRAFFIC_SECRET: 'fe927ae271312e8bf0275b581c54eef020450dc4ecffaa05a1a35d27518e7803',
    CLIENT_TRAFFIC_SECRET_0: '2abbf2b8e381d23dbebe1dd2a7d16a8bf484cb4950d23fb7fb7fa8547062d9a1',
    SERVER_TRAFFIC_SECRET_0: 'cc21f1bf8feb7dd5fa505bd9c4b468a9984d554a993dc49e6d285598fb672691',
    EXPORTER_SECRET: '3fd93d4ffddc98e64b14dd107aedf8ee4add23f4510f58a4592d0b201bee56b4',
  },
};

/** Octets 0 to 49: what both sides say once they are connected. */
const DATA = Uint8Array.from({ length: 50 }, (_, i) => i);

const KEPT: SessionState = {
  version: 'TLSv1.3',
  suite: SUITE.id,
  secret: RESUMED.ticketKey,
  extendedMasterSecret: false,
  serverName: 'server',
  peerCertificates: [],
  peerAuthenticated: false,
  establishedAt: NOW,
};

/** Knows the RFC's ticket, whatever it is sealed with. */
class RecordedTicket extends ServerSessions {
  override open(_crypto: CryptoProvider, ticket: Uint8Array): SessionState | undefined {
    return hex(ticket) === hex(RESUMED.ticket) ? KEPT : undefined;
  }
}

for (const crypto of [nodeProvider, nobleProvider]) {
  describe(`RFC 8448 section 3, simple handshake (${crypto.name})`, () => {
    it('the client says what the RFC has it say, to the end', () => {
      const sessions: ClientSession[] = [];
      const client = clientOf(SIMPLE, { crypto, config: { onSession: (session) => sessions.push(session) } });
      assert.equal(hex(client.take()), hex(SIMPLE.clientHello));
      client.receive(concat(SIMPLE.serverHello, SIMPLE.serverFlight));
      assert.equal(hex(client.take()), hex(SIMPLE.clientFlight));
      assert.deepEqual(secretsOf(client), SECRETS.simple);
      client.receive(SIMPLE.newSessionTicket);
      client.tls.send(DATA);
      assert.equal(hex(client.take()), hex(SIMPLE.clientData));
      client.receive(SIMPLE.serverData);
      assert.deepEqual(client.tls.read(100), DATA);
      client.tls.close();
      assert.equal(hex(client.take()), hex(SIMPLE.clientClose));
      client.receive(SIMPLE.serverClose);
      assert.equal(client.tls.peerClosed, true);
      assertWrittenAgain(client);
      assert.equal(hex(sessions[0]!.ticket!), hex(RESUMED.ticket));
      assert.equal(hex(sessions[0]!.secret), hex(RESUMED.ticketKey));
    });

    it('the server answers with the ServerHello of the RFC, and comes to its secrets', () => {
      const server = serverOf(SIMPLE, crypto);
      server.receive(SIMPLE.clientHello);
      assert.equal(hex(records(server.take())[0]!), hex(SIMPLE.serverHello));
      const { CLIENT_HANDSHAKE_TRAFFIC_SECRET, SERVER_HANDSHAKE_TRAFFIC_SECRET } = secretsOf(server);
      assert.equal(CLIENT_HANDSHAKE_TRAFFIC_SECRET, SECRETS.simple.CLIENT_HANDSHAKE_TRAFFIC_SECRET);
      assert.equal(SERVER_HANDSHAKE_TRAFFIC_SECRET, SECRETS.simple.SERVER_HANDSHAKE_TRAFFIC_SECRET);
    });

    it("the server's flight, sealed again under its secret, is the record of the RFC", () => {
      const server = serverOf(SIMPLE, crypto);
      server.receive(SIMPLE.clientHello);
      const label = 'SERVER_HANDSHAKE_TRAFFIC_SECRET';
      const bytes = opened(crypto, server, label, SIMPLE.serverFlight);
      const { secret } = server.all('tls.secret').find((event) => event.label === label)!;
      const sealed = protectionOf(crypto, secret).seal(
        sequenceBytes(0),
        { type: 'handshake', bytes },
        0x0303,
      );
      assert.equal(sealed.type, 'application_data');
      assert.equal(hex(sealed.fragment), hex(SIMPLE.serverFlight.subarray(HEADER_LENGTH)));
    });
  });

  describe(`RFC 8448 section 4, resumption (${crypto.name})`, () => {
    it('the binder proves the key of the ticket', () => {
      const hello = decoded(clientHello, RESUMED.clientHello);
      const { identities, binders } = findExtension(hello.extensions, 'pre_shared_key')!.offered!;
      const message = RESUMED.clientHello.subarray(HEADER_LENGTH);
      const partial = message.subarray(0, message.length - bindersLength(binders));
      assert.equal(hex(pskBinder(crypto, SUITE, RESUMED.ticketKey, partial)), hex(binders[0]!));
      // Six milliseconds after the ticket came, whose ticket_age_add was fad6aac5.
      assert.equal(identities[0]!.obfuscatedAge, 0xfad6aac5 + 6);
    });

    it('the client takes up the session and comes to the secrets of the RFC', () => {
      const session: ClientSession = {
        ...KEPT,
        sessionId: new Uint8Array(0),
        ticket: RESUMED.ticket,
        receivedAt: NOW,
        lifetime: 30,
        ageAdd: 0xfad6aac5,
      };
      const client = clientOf(RESUMED, { crypto, session });
      assert.equal(hex(client.take()), hex(RESUMED.clientHello));
      client.receive(concat(RESUMED.serverHello, RESUMED.serverFlight));
      assert.equal(client.error, undefined);
      assert.equal(client.tls.session!.resumed, true);
      assert.deepEqual(secretsOf(client), SECRETS.resumed);
      assertWrittenAgain(client);
    });

    it('the server believes the binder, answers with the ServerHello of the RFC, and refuses early data', () => {
      const sessions = new RecordedTicket({ ticketKey: new Uint8Array(32) });
      const server = serverOf(RESUMED, crypto, { sessions });
      server.receive(RESUMED.clientHello);
      assert.equal(hex(records(server.take())[0]!), hex(RESUMED.serverHello));
      const { CLIENT_HANDSHAKE_TRAFFIC_SECRET } = secretsOf(server);
      assert.equal(CLIENT_HANDSHAKE_TRAFFIC_SECRET, SECRETS.resumed.CLIENT_HANDSHAKE_TRAFFIC_SECRET);
      server.receive(RESUMED.earlyData);
      assert.equal(server.error, undefined);
      assert.equal(server.tls.state, 'handshaking');
    });

    it('the server refuses a binder that differs by one bit', () => {
      const sessions = new RecordedTicket({ ticketKey: new Uint8Array(32) });
      const server = serverOf(RESUMED, crypto, { sessions });
      const changed = RESUMED.clientHello.slice();
      changed[changed.length - 1]! ^= 1;
      server.receive(changed);
      assert.equal(server.error?.reason, 'bad-psk-binder');
      assert.deepEqual(server.alerts('sent'), ['fatal decrypt_error']);
    });
  });

  describe(`RFC 8448 section 5, HelloRetryRequest (${crypto.name})`, () => {
    it('the client finishes as the RFC has it', () => {
      const client = clientOf(RETRIED, { crypto, group: 'secp256r1' });
      assert.equal(hex(client.take()), hex(RETRIED.firstClientHello));
      client.receive(RETRIED.helloRetryRequest);
      assert.equal(hex(client.take()), hex(RETRIED.clientHello));
      client.receive(concat(RETRIED.serverHello, RETRIED.serverFlight));
      assert.equal(hex(client.take()), hex(RETRIED.clientFlight));
      assertWrittenAgain(client);
    });
  });

  describe(`RFC 8448 section 6, client authentication (${crypto.name})`, () => {
    it('the client shows its certificate as the RFC has it', () => {
      // The RFC puts the three messages into one record, the engine each into one of its own.
      const first = clientOf(CLIENT_AUTHENTICATION, { crypto });
      first.receive(concat(CLIENT_AUTHENTICATION.serverHello, CLIENT_AUTHENTICATION.serverFlight));
      const flight = opened(
        crypto,
        first,
        'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
        CLIENT_AUTHENTICATION.clientFlight,
      );
      const certificateEnd = 4 + ((flight[2]! << 8) | flight[3]!);
      const { entries } = decodeMessage(certificate13, flight.subarray(0, certificateEnd)).message!;
      const chain = entries.map(({ certificate }) => certificate);
      const { publicKey } = parseCertificate(chain[0]!);
      assert.equal(publicKey?.kind, 'rsa');
      const verifyEnd = certificateEnd + 4 + 4 + 128;
      const signed = decodeMessage(certificateVerify, flight.subarray(certificateEnd, verifyEnd)).message!;

      let content: Uint8Array | undefined;
      const client = clientOf(CLIENT_AUTHENTICATION, {
        crypto,
        config: {
          credentials: {
            chain,
            // Its kind is all that is asked of it: the signature is made outside, with a salt nobody knows.
            key: { ...CERTIFICATES.rsa.key, publicKey } as typeof CERTIFICATES.rsa.key,
            sign: (scheme, data) => {
              assert.equal(scheme, signed.scheme);
              content = data;
              return signed.signature;
            },
          },
        },
      });
      client.receive(concat(CLIENT_AUTHENTICATION.serverHello, CLIENT_AUTHENTICATION.serverFlight));
      assert.equal(client.tls.state, 'established');
      const said = client.all('tls.message').filter(({ direction }) => direction === 'sent');
      assert.equal(hex(concat(...said.slice(1).map(({ bytes }) => bytes))), hex(flight));
      assert.ok(verify(crypto, schemeById(signed.scheme)!, publicKey!, content!, signed.signature));
      assertWrittenAgain(client);
    });
  });

  describe(`RFC 8448 section 7, compatibility mode (${crypto.name})`, () => {
    it('the client echoes nothing and sends a ChangeCipherSpec before its Finished', () => {
      const client = clientOf(COMPATIBLE, { crypto });
      assert.equal(hex(client.take()), hex(COMPATIBLE.clientHello));
      client.receive(concat(COMPATIBLE.serverHello, COMPATIBLE.serverFlight));
      assert.equal(hex(client.take()), hex(COMPATIBLE.clientFlight));
    });

    it('the server echoes the session ID and sends a ChangeCipherSpec after its ServerHello', () => {
      const server = serverOf(COMPATIBLE, crypto);
      server.receive(COMPATIBLE.clientHello);
      const [hello, changeCipherSpec] = records(server.take());
      assert.equal(hex(hello!), hex(COMPATIBLE.serverHello));
      assert.equal(hex(changeCipherSpec!), hex(records(COMPATIBLE.serverFlight)[0]!));
    });
  });
}
