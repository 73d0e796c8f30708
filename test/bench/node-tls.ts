/** Node's own TLS in memory: a duplex stream in place of a socket, the same certificates, no sessions resumed. */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { TLS13 } from '../../emulator/tls/versions.ts';
import { HOST, keyPem, type Pki, pem } from './chains.ts';

export interface NodeSetting {
  readonly version: number;
  /** OpenSSL's name of the suite. */
  readonly cipher: string;
  readonly mutual: boolean;
  readonly pki: Pki;
}

type Version = NonNullable<tls.SecureContextOptions['minVersion']>;

export function versionName(version: number): Version {
  return version === TLS13 ? 'TLSv1.3' : 'TLSv1.2';
}

function common({ version, cipher, pki }: NodeSetting): tls.SecureContextOptions {
  return {
    minVersion: versionName(version),
    maxVersion: versionName(version),
    ciphers: cipher,
    ecdhCurve: 'P-256',
    ca: pem([pki.root]),
    // None in TLS 1.2; in TLS 1.3 OpenSSL sends two all the same, which name a session it keeps.
    secureOptions: crypto.constants.SSL_OP_NO_TICKET,
  };
}

export function serverOptions(setting: NodeSetting): tls.TlsOptions {
  const { server } = setting.pki;
  return {
    ...common(setting),
    cert: pem(server.chain),
    key: keyPem(server),
    requestCert: setting.mutual,
    rejectUnauthorized: setting.mutual,
  };
}

export function clientContext(setting: NodeSetting): tls.SecureContext {
  const { client } = setting.pki;
  const shown = setting.mutual ? { cert: pem(client.chain), key: keyPem(client) } : {};
  return tls.createSecureContext({ ...common(setting), ...shown });
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

/** Resolves when both sides have verified all they want to. */
export async function nodeHandshake(context: tls.SecureContext, server: tls.Server): Promise<void> {
  const [clientSide, serverSide] = streamPair();
  const accepted = new Promise<tls.TLSSocket>((resolve, reject) => {
    server.once('secureConnection', resolve);
    serverSide.once('error', reject);
  });
  server.emit('connection', serverSide);
  const client = tls.connect({ socket: clientSide, secureContext: context, servername: HOST });
  await new Promise<void>((resolve, reject) => {
    client.once('secureConnect', resolve).once('error', reject);
  });
  const peer = await accepted;
  assert.equal(client.authorized, true);
  client.destroy();
  peer.destroy();
}
