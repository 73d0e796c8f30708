/** Whatever arrives in TLS 1.3, sealed as it should be, the engine throws nothing but TlsError and comes to rest. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certificateRequest13 } from '../../../emulator/tls/messages/certificate-request13.ts';
import { certificate13, entriesOf } from '../../../emulator/tls/messages/certificate13.ts';
import { encryptedExtensions } from '../../../emulator/tls/messages/encrypted-extensions.ts';
import { keyUpdate } from '../../../emulator/tls/messages/key-update.ts';
import { newSessionTicket13 } from '../../../emulator/tls/messages/new-session-ticket13.ts';
import { Random } from '../../../emulator/world/random.ts';
import { CERTIFICATES } from '../certificates.ts';
import { ascii, type End } from '../support.ts';
import { EMPTY, HandmadeClient, HandmadeServer } from './handmade.ts';

const ROUNDS = 600;
const HEADER_LENGTH = 4;

/** Changes, takes out or puts in some bytes of the body; the header then says how long it is. */
function mutated(message: Uint8Array, random: Random): Uint8Array {
  const body = [...message.subarray(HEADER_LENGTH)];
  const at = random.below(body.length + 1);
  switch (random.below(3)) {
    case 0:
      body[Math.min(at, Math.max(0, body.length - 1))] = random.below(256);
      break;
    case 1:
      body.splice(at, 1 + random.below(20));
      break;
    default:
      body.splice(at, 0, ...random.bytes(1 + random.below(20)));
  }
  return Uint8Array.of(message[0]!, body.length >> 16, body.length >> 8, body.length & 0xff, ...body);
}

/** All that a server says, the request for a certificate and what comes after the handshake included. */
function serverSaysAll(server: HandmadeServer): void {
  server.sayHello().say(encryptedExtensions, { extensions: [{ name: 'server_name', hostName: undefined }] });
  const schemes = [0x0403, 0x0804];
  server.say(certificateRequest13, {
    context: EMPTY,
    extensions: [
      { name: 'signature_algorithms', schemes },
      { name: 'certificate_authorities', names: [ascii('a name')] },
    ],
  });
  server.say(certificate13, { context: EMPTY, entries: entriesOf(CERTIFICATES.p256.chain) });
  server.sayCertificateVerify();
  server.sayFinished();
  server.connect();
  server.say(newSessionTicket13, {
    lifetime: 60,
    ageAdd: 1,
    nonce: ascii('n'),
    ticket: ascii('a ticket'),
    extensions: [{ name: 'early_data', maxSize: 1 }],
  });
  server.say(keyUpdate, { requested: false });
}

function clientSaysAll(client: HandmadeClient): void {
  client.sayHello();
  if (client.end.error !== undefined || !client.end.messages('sent').includes('ServerHello')) return;
  client.hearFlight();
  client.say(certificate13, { context: EMPTY, entries: entriesOf(CERTIFICATES.p256.chain) });
  client.sayCertificateVerify();
  client.sayFinished();
}

function assertAtRest(end: End): void {
  end.take();
  const { error } = end;
  if (error?.reason === 'internal') assert.fail(`internal error: ${(error.cause as Error).stack}`);
  assert.equal(end.all('tls.failed').length, error === undefined ? 0 : 1);
  assert.equal(end.alerts('sent').length, error === undefined ? 0 : 1);
}

const ENDS = {
  client: {
    messages: 8,
    run: (edit: HandmadeServer['edit']) => run(new HandmadeServer(), serverSaysAll, edit),
  },
  server: {
    messages: 4,
    run: (edit: HandmadeClient['edit']) =>
      run(new HandmadeClient({ clientAuth: 'require' }), clientSaysAll, edit),
  },
};

function run<P extends HandmadeServer | HandmadeClient>(
  peer: P,
  saysAll: (peer: P) => void,
  edit: P['edit'],
): End {
  peer.edit = edit;
  saysAll(peer);
  return peer.end;
}

for (const [side, { messages, run: meet }] of Object.entries(ENDS)) {
  describe(`a ${side} of TLS 1.3 that receives mutated messages`, () => {
    it('takes them all when none is changed', () => {
      assert.equal(meet((message) => message).tls.state, 'established');
    });

    it(`throws only TlsError, in ${ROUNDS} handshakes`, (context) => {
      const random = new Random(2026, `${side}/tls13`);
      const states = new Map<string, number>();
      for (let round = 0; round < ROUNDS; round++) {
        const target = random.below(messages);
        let count = 0;
        const end = meet((message) => (count++ === target ? mutated(message, random) : message));
        assertAtRest(end);
        const reached = end.error?.state ?? 'no error';
        states.set(reached, (states.get(reached) ?? 0) + 1);
      }
      context.diagnostic([...states].map(([state, times]) => `${state} ${times}`).join(', '));
      assert.ok(states.size >= 4, `only ${[...states.keys()].join(', ')} were reached`);
    });
  });
}
