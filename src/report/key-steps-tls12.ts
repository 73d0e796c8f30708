/** TLS 1.2, and DTLS 1.2 up to its transcript: premaster secret, master secret, key block, Finished. */
import { HASH_BYTES } from '../../emulator/crypto/hashes.ts';
import { prf12 } from '../../emulator/crypto/tls-prf.ts';
import { CIPHERS } from '../../emulator/tls/ciphers.ts';
import { type CipherSuite, suiteById } from '../../emulator/tls/suites.ts';
import { concat } from '../../emulator/world/bytes.ts';
import type { AnnotatedField } from '../../emulator/world/trace-events.ts';
import {
  type Account,
  bytesOf,
  finishedMessages,
  type KeyPart,
  type KeyStep,
  part,
  transcript,
} from './key-parts.ts';

const NOT_OUT = 'not in the trace: neither side lets it out';

export function stepsOfTls12(account: Account): KeyStep[] {
  const suite = suiteById(account.suiteId);
  const master = account.secrets.get('CLIENT_RANDOM')?.secret;
  if (suite === undefined || master === undefined) return [];
  const exchanged = account.messages.some(({ message }) => message === 'ClientKeyExchange');
  return [
    ...(exchanged
      ? [premasterStep(account, suite), masterStep(account, suite, master)]
      : [resumedStep(master)]),
    keyBlockStep(account, suite, master),
    ...finishedSteps(account, suite, master),
  ];
}

function randoms(account: Account): { client: KeyPart; server: KeyPart } {
  return {
    client: part('client random', bytesOf(account, 'ClientHello', 'random'), 'not in the trace'),
    server: part('server random', bytesOf(account, 'ServerHello', 'random'), 'not in the trace'),
  };
}

function premasterStep(account: Account, { keyExchange }: CipherSuite): KeyStep {
  const server = bytesOf(account, 'ServerKeyExchange', 'point');
  const client = bytesOf(account, 'ClientKeyExchange', 'point');
  const encrypted = bytesOf(account, 'ClientKeyExchange', 'encrypted_premaster_secret');
  const identity = bytesOf(account, 'ClientKeyExchange', 'psk_identity');
  const inputs = [
    ...(server === undefined ? [] : [{ name: 'server’s public key for this connection', bytes: server }]),
    ...(client === undefined ? [] : [{ name: 'client’s public key for this connection', bytes: client }]),
    ...(client === undefined ? [] : [{ name: 'one’s own private key', text: NOT_OUT }]),
    ...(encrypted === undefined
      ? []
      : [{ name: 'encrypted by the client, for the server’s key', bytes: encrypted }]),
    ...(identity === undefined ? [] : [{ name: 'identity of the shared key', bytes: identity }]),
  ];
  return {
    title: 'Premaster secret',
    meaning:
      client === undefined
        ? 'Both sides know it; nobody who listens does.'
        : 'Each side takes its own private and the other’s public key, and both get the same.',
    how: keyExchange.replaceAll('_', ', '),
    section: 'RFC 5246 §8.1.2, RFC 8422 §5.10',
    inputs,
    outputs: [{ name: 'premaster secret', text: NOT_OUT }],
  };
}

function masterStep(account: Account, { prfHash }: CipherSuite, master: Uint8Array): KeyStep {
  const premaster: KeyPart = { name: 'premaster secret', text: 'from the step before' };
  const extended = saysExtended(account);
  const { client, server } = randoms(account);
  const said = transcript(account, ({ message }) => message === 'ClientKeyExchange');
  const hash = said && account.crypto.hash(prfHash, said);
  return {
    title: 'Master secret',
    meaning: extended
      ? 'Bound to every message of this handshake, so that it fits no other one (extended master secret).'
      : 'Made with both sides’ random numbers, so that it is another one each time.',
    how: extended
      ? `PRF(premaster secret, "extended master secret", hash of the messages), 48 bytes, ${prfHash}`
      : `PRF(premaster secret, "master secret", client random + server random), 48 bytes, ${prfHash}`,
    section: extended ? 'RFC 7627 §4' : 'RFC 5246 §8.1',
    inputs: extended
      ? [premaster, part('hash of the messages up to ClientKeyExchange', hash, 'not in the trace')]
      : [premaster, client, server],
    outputs: [{ name: 'master secret', bytes: master }],
  };
}

function saysExtended({ messages }: Account): boolean {
  const hello = messages.find(({ message }) => message === 'ServerHello');
  return hello !== undefined && holdsExtended(hello.fields);
}

function holdsExtended(fields: readonly AnnotatedField[]): boolean {
  return fields.some(
    ({ name, value, children = [] }) =>
      (name === 'extension' && value === 'extended_master_secret') || holdsExtended(children),
  );
}

function resumedStep(master: Uint8Array): KeyStep {
  return {
    title: 'Master secret',
    meaning: 'Of an older session that both sides remember: nobody had to agree on keys anew.',
    how: 'taken from the session or its ticket',
    section: 'RFC 5246 §7.3, RFC 5077 §3.1',
    inputs: [],
    outputs: [{ name: 'master secret', bytes: master }],
  };
}

function keyBlockStep(account: Account, suite: CipherSuite, master: Uint8Array): KeyStep {
  const { client, server } = randoms(account);
  return {
    title: 'Keys of the records',
    meaning: 'One long block, cut into pieces: for each direction its own.',
    how: `PRF(master secret, "key expansion", server random + client random), ${suite.prfHash}`,
    section: 'RFC 5246 §6.3',
    inputs: [{ name: 'master secret', bytes: master }, server, client],
    outputs:
      client.bytes === undefined || server.bytes === undefined
        ? [{ name: 'key block', text: 'not in the trace' }]
        : cutUp(account, suite, master, concat(server.bytes, client.bytes)),
  };
}

/** In the order of RFC 5246 section 6.3. */
function cutUp({ crypto }: Account, suite: CipherSuite, master: Uint8Array, seed: Uint8Array): KeyPart[] {
  const cipher = CIPHERS[suite.cipher];
  const mac = suite.macHash === undefined ? 0 : HASH_BYTES[suite.macHash];
  const iv = cipher.kind === 'aead' ? cipher.fixedIvLength : 0;
  const pieces = [
    { name: 'MAC key', length: mac },
    { name: 'key', length: cipher.keyLength },
    { name: 'IV', length: iv },
  ].flatMap(({ name, length }) =>
    ['client', 'server'].map((side) => ({ name: `${side}’s ${name}`, length })),
  );
  const block = prf12(
    crypto,
    suite.prfHash,
    master,
    'key expansion',
    seed,
    2 * (mac + cipher.keyLength + iv),
  );
  let at = 0;
  return pieces.flatMap(({ name, length }) => {
    at += length;
    return length === 0 ? [] : [{ name, bytes: block.subarray(at - length, at) }];
  });
}

const VERIFY_DATA_LENGTH = 12;

/** What each Finished must say; the message itself is in the ladder. */
function finishedSteps(account: Account, { prfHash }: CipherSuite, master: Uint8Array): KeyStep[] {
  const { crypto } = account;
  return finishedMessages(account).flatMap(({ side, said }): KeyStep[] => {
    if (said === undefined) return [];
    const hash = crypto.hash(prfHash, said);
    const label = `${side} finished`;
    return [
      {
        title: `The ${side}’s Finished`,
        meaning: 'Proves that its sender has the same master secret, and has seen the same messages.',
        how: `PRF(master secret, "${label}", hash of the messages), ${VERIFY_DATA_LENGTH} bytes, ${prfHash}`,
        section: 'RFC 5246 §7.4.9',
        inputs: [
          { name: 'master secret', bytes: master },
          { name: 'hash of all messages before', bytes: hash },
        ],
        outputs: [
          { name: 'verify_data', bytes: prf12(crypto, prfHash, master, label, hash, VERIFY_DATA_LENGTH) },
        ],
      },
    ];
  });
}
