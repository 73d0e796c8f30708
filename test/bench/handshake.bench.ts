/**
 * Whole TLS 1.2 handshakes and whole records, both ends in this process and in memory: ECDHE-ECDSA on P-256
 * with AES-256-GCM, the server's certificate under an intermediate and a root, all verified. Three signatures
 * to verify, one to make, and no session is resumed, here as with node:tls.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { cpus } from 'node:os';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { Random } from '../../emulator/world/random.ts';
import { buildCertificate } from '../../emulator/x509/build.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { carry, clientEnd, converse, type End, NOW, serverEnd } from '../tls/support.ts';
import { type Batch, medians, repeated, table } from './measure.ts';

const SUITE = 0xc02c;
const HOST = 'api.example.com';
const RECORD = 16_384;

const random = new Random(1);
const { root, intermediate, leaf, key } = certificates();

function certificates() {
  const keys = Array.from({ length: 3 }, () => nodeProvider.generateEcKey('secp256r1', random.bytes(40)));
  const [rootKey, intermediateKey, leafKey] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
  const dates = { notBefore: Date.UTC(2020) / 1000, notAfter: Date.UTC(2049) / 1000 };
  const authority = { ...dates, basicConstraints: { ca: true }, keyUsage: ['keyCertSign'] } as const;
  const rootSpec = {
    subject: 'CN=Root',
    publicKey: rootKey.publicKey,
    signer: { key: rootKey },
    serialNumber: 1,
  };
  const root = buildCertificate({ ...authority, ...rootSpec }, nodeProvider);
  const intermediate = buildCertificate(
    {
      ...authority,
      subject: 'CN=Intermediate',
      publicKey: intermediateKey.publicKey,
      signer: { key: rootKey, certificate: root },
      serialNumber: 2,
    },
    nodeProvider,
  );
  const leaf = buildCertificate(
    {
      ...dates,
      subject: `CN=${HOST}`,
      publicKey: leafKey.publicKey,
      signer: { key: intermediateKey, certificate: intermediate },
      serialNumber: 3,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['serverAuth'],
      subjectAltNames: [{ dns: HOST }],
    },
    nodeProvider,
  );
  return { root, intermediate, leaf, key: leafKey };
}

let handshakes = 0;

/** The device as client, a strict server, other random numbers each time. */
function handshake(provider: CryptoProvider): [client: End, server: End] {
  handshakes++;
  const client = clientEnd(
    { profile: 'mbedtls', suites: [SUITE], serverName: HOST },
    {
      crypto: provider,
      seed: handshakes,
      verdict: ({ chain, purpose }) => {
        const request = { chain, purpose, anchors: [root], host: HOST, time: NOW, crypto: provider } as const;
        const verdict = verifyChain({ ...request, profile: 'mbedtls' });
        return { ...verdict, authenticated: verdict.accepted };
      },
    },
  );
  const server = serverEnd(
    {
      profile: 'modern',
      suites: [SUITE],
      credentials: [{ chain: [leaf, intermediate], key }],
      clientAuth: 'none',
    },
    { crypto: provider, seed: -handshakes },
  );
  converse(client, server);
  assert.equal(client.tls.session?.peerAuthenticated, true);
  assert.equal(server.tls.session?.group, 'secp256r1');
  return [client, server];
}

/** Two streams, each of which reads what the other writes. */
function streamPair(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const one: Duplex = end(() => two);
  const two: Duplex = end(() => one);
  return [one, two];
}

function nodeTls(): Batch {
  const pem = (label: string, der: Uint8Array): string => encodePem(label, der);
  const common = {
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384',
    ecdhCurve: 'P-256',
    secureOptions: crypto.constants.SSL_OP_NO_TICKET,
  } as const;
  const serverContext = tls.createSecureContext({
    ...common,
    cert: pem('CERTIFICATE', leaf) + pem('CERTIFICATE', intermediate),
    key: pem('PRIVATE KEY', encodePrivateKey(key, 'pkcs8')),
  });
  const clientContext = tls.createSecureContext({ ...common, ca: pem('CERTIFICATE', root) });
  return async (calls) => {
    for (let i = 0; i < calls; i++) await nodeHandshake(clientContext, serverContext);
  };
}

async function nodeHandshake(
  clientContext: tls.SecureContext,
  serverContext: tls.SecureContext,
): Promise<void> {
  const [clientSide, serverSide] = streamPair();
  const server = new tls.TLSSocket(serverSide, { isServer: true, secureContext: serverContext });
  const client = tls.connect({ socket: clientSide, secureContext: clientContext, servername: HOST });
  await new Promise<void>((resolve, reject) => {
    let waiting = 2;
    const established = (): void => {
      waiting--;
      if (waiting === 0) resolve();
    };
    server.once('secure', established).once('error', reject);
    client.once('secureConnect', established).once('error', reject);
  });
  assert.equal(client.authorized, true);
  client.destroy();
  server.destroy();
}

/** A full record from the client's program to the server's. */
function records(provider: CryptoProvider): Batch {
  const [client, server] = handshake(provider);
  const data = random.bytes(RECORD);
  return repeated(() => {
    client.tls.send(data);
    carry(client, server);
    assert.equal(server.tls.read(RECORD).length, RECORD);
  });
}

/** What any implementation on node:crypto has to do for a record: seal it, open it. */
function nativeRecords(): Batch {
  const [secret, nonce, aad] = [random.bytes(32), random.bytes(12), random.bytes(13)];
  const data = random.bytes(RECORD);
  return repeated(() => {
    const cipher = crypto.createCipheriv('aes-256-gcm', secret, nonce).setAAD(aad);
    const sealed = Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
    const decipher = crypto.createDecipheriv('aes-256-gcm', secret, nonce).setAAD(aad);
    decipher.setAuthTag(sealed.subarray(RECORD));
    return Buffer.concat([decipher.update(sealed.subarray(0, RECORD)), decipher.final()]);
  });
}

const full = await medians(
  {
    node: repeated(() => handshake(nodeProvider)),
    theirs: nodeTls(),
    noble: repeated(() => handshake(nobleProvider)),
  },
  100,
);
const bulk = await medians(
  { node: records(nodeProvider), theirs: nativeRecords(), noble: records(nobleProvider) },
  20,
);

const perSecond = (microseconds: number): string => (1e6 / microseconds).toFixed(0);
const megabytes = (microseconds: number): string => (RECORD / microseconds).toFixed(0);
console.log(`Node ${process.version}, OpenSSL ${process.versions.openssl}, ${cpus()[0]!.model}`);
console.log(
  table([
    ['both ends, in memory', 'node', 'theirs', 'ratio', 'noble', '', ''],
    [
      'full handshake, TLS 1.2 ECDHE-ECDSA P-256',
      perSecond(full.node),
      perSecond(full.theirs),
      (full.theirs / full.node).toFixed(2),
      perSecond(full.noble),
      '/s',
      'node:tls',
    ],
    [
      'records of 16384 B, AES-256-GCM',
      megabytes(bulk.node),
      megabytes(bulk.theirs),
      (bulk.theirs / bulk.node).toFixed(2),
      megabytes(bulk.noble),
      'MB/s',
      'node:crypto, seal and open',
    ],
  ]),
);
