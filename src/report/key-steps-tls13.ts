/** TLS 1.3: the diagram of RFC 8446 section 7.1, from the shared secret down. */
import { hkdfExpandLabel } from '../../emulator/crypto/hkdf.ts';
import { type Tls13Suite, tls13SuiteById } from '../../emulator/tls/tls13/suites.ts';
import {
  type Account,
  bytesOf,
  fieldIn,
  fieldsIn,
  finishedMessages,
  type KeyPart,
  type KeyStep,
  part,
  transcript,
} from './key-parts.ts';

const NOT_OUT = 'not in the trace: neither side lets it out';
const NO_CONTEXT = new Uint8Array();
/** Octets of an AEAD's nonce. */
const IV_LENGTH = 12;

export function stepsOfTls13(account: Account): KeyStep[] {
  const suite = tls13SuiteById(account.suiteId);
  if (suite === undefined) return [];
  return [
    exchangeStep(account),
    ...trafficStep(account, suite, 'handshake'),
    ...finishedStep(account, suite, 'server'),
    ...trafficStep(account, suite, 'application'),
    ...finishedStep(account, suite, 'client'),
    ...exporterStep(account, suite),
  ];
}

function exchangeStep(account: Account): KeyStep {
  const server = bytesOf(account, 'ServerHello', 'public_key');
  return {
    title: 'Shared secret',
    meaning: 'Each side takes its own private and the other’s public key, and both get the same.',
    how: 'the key agreement of the chosen group; it goes into the Handshake Secret by HKDF-Extract',
    section: 'RFC 8446 §4.2.8, §7.1, §7.4',
    inputs: [
      part('client’s public key (key_share)', clientShare(account), 'in the key_share of ClientHello'),
      part('server’s public key (key_share)', server, 'in the key_share of ServerHello'),
      { name: 'one’s own private key', text: NOT_OUT },
    ],
    outputs: [
      { name: 'shared secret', text: NOT_OUT },
      { name: 'Handshake Secret', text: NOT_OUT },
    ],
  };
}

/** Of the keys that the client offers, the one in the group that the server took. */
function clientShare({ messages }: Account): Uint8Array | undefined {
  const serverHello = messages.find(({ message }) => message === 'ServerHello');
  const group = serverHello && fieldIn(serverHello.fields, 'group')?.value;
  // After a HelloRetryRequest the second one counts.
  const hello = messages.findLast(({ message }) => message === 'ClientHello');
  for (const offered of hello === undefined ? [] : fieldsIn(hello.fields, 'key_share_entry')) {
    const key = fieldIn([offered], 'public_key');
    if (key === undefined || fieldIn([offered], 'group')?.value !== group) continue;
    return hello!.bytes.subarray(key.offset, key.offset + key.length);
  }
  return undefined;
}

const STAGES = {
  handshake: {
    title: 'Keys of the handshake',
    meaning: 'From here on the handshake itself is encrypted: nobody sees the certificates.',
    from: 'Handshake Secret',
    labels: { client: 'c hs traffic', server: 's hs traffic' },
    secrets: { client: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', server: 'SERVER_HANDSHAKE_TRAFFIC_SECRET' },
    until: 'ServerHello',
  },
  application: {
    title: 'Keys of the data',
    meaning: 'Others than those of the handshake, made once the server has proved who it is.',
    from: 'Master Secret',
    labels: { client: 'c ap traffic', server: 's ap traffic' },
    secrets: { client: 'CLIENT_TRAFFIC_SECRET_0', server: 'SERVER_TRAFFIC_SECRET_0' },
    until: 'Finished',
  },
} as const;

function trafficStep(account: Account, suite: Tls13Suite, stage: keyof typeof STAGES): KeyStep[] {
  const { title, meaning, from, labels, secrets, until } = STAGES[stage];
  const outputs = (['client', 'server'] as const).flatMap((side): KeyPart[] => {
    const secret = account.secrets.get(secrets[side])?.secret;
    return secret === undefined
      ? []
      : [{ name: secrets[side], bytes: secret }, ...recordKeys(account, suite, side, secret)];
  });
  if (outputs.length === 0) return [];
  return [
    {
      title,
      meaning,
      how: `Derive-Secret(${from}, "${labels.client}" and "${labels.server}", the messages so far), ${suite.hash}; from each a key and an IV by HKDF-Expand-Label`,
      section: 'RFC 8446 §7.1, §7.3',
      inputs: [{ name: from, text: NOT_OUT }, messagesHash(account, suite, until)],
      outputs,
    },
  ];
}

/** What the Finished of the handshake must say; the message itself is in the ladder. */
function finishedStep(account: Account, { hash }: Tls13Suite, side: 'client' | 'server'): KeyStep[] {
  const { crypto } = account;
  const name = STAGES.handshake.secrets[side];
  const secret = account.secrets.get(name)?.secret;
  const said = finishedMessages(account).find((each) => each.side === side)?.said;
  if (secret === undefined || said === undefined) return [];
  const messages = crypto.hash(hash, said);
  const key = hkdfExpandLabel(crypto, hash, secret, 'finished', NO_CONTEXT, messages.length);
  return [
    {
      title: `The ${side}’s Finished`,
      meaning: 'Proves that its sender has the same handshake secret, and has seen the same messages.',
      how: `HMAC(HKDF-Expand-Label(${name}, "finished"), hash of the messages), ${hash}`,
      section: 'RFC 8446 §4.4.4',
      inputs: [
        { name, bytes: secret },
        { name: 'hash of all messages before', bytes: messages },
      ],
      outputs: [
        { name: 'finished_key', bytes: key },
        { name: 'verify_data', bytes: crypto.hmac(hash, key, messages) },
      ],
    },
  ];
}

function recordKeys({ crypto }: Account, suite: Tls13Suite, side: string, secret: Uint8Array): KeyPart[] {
  const expand = (label: string, length: number) =>
    hkdfExpandLabel(crypto, suite.hash, secret, label, NO_CONTEXT, length);
  return [
    { name: `${side}’s key`, bytes: expand('key', suite.keyLength) },
    { name: `${side}’s IV`, bytes: expand('iv', IV_LENGTH) },
  ];
}

/** The first Finished is the server's. */
function messagesHash(account: Account, { hash }: Tls13Suite, until: string): KeyPart {
  const said = transcript(account, ({ message }) => message === until);
  const name =
    until === 'Finished'
      ? 'hash of the messages up to the server’s Finished'
      : `hash of the messages up to ${until}`;
  return part(
    name,
    said && account.crypto.hash(hash, said),
    'begins with a hash of the first ClientHello (HelloRetryRequest)',
  );
}

function exporterStep(account: Account, suite: Tls13Suite): KeyStep[] {
  const secret = account.secrets.get('EXPORTER_SECRET')?.secret;
  if (secret === undefined) return [];
  return [
    {
      title: 'Exporter secret',
      meaning: 'For other protocols that need keys bound to this connection.',
      how: `Derive-Secret(Master Secret, "exp master", the messages so far), ${suite.hash}`,
      section: 'RFC 8446 §7.1, §7.5',
      inputs: [{ name: 'Master Secret', text: NOT_OUT }, messagesHash(account, suite, 'Finished')],
      outputs: [{ name: 'EXPORTER_SECRET', bytes: secret }],
    },
  ];
}
