/** One handshake of each client. */
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import { HOST, type Pki, pem } from '../chains.ts';
import { ourClient, type Setting } from '../ours.ts';
import type { Connect } from './link.ts';
import type { Forge, ForgeConnection, Reclaim, Subtls } from './packages.ts';

export function ours(crypto: CryptoProvider, setting: Setting): Connect {
  return (link) =>
    new Promise((resolve, reject) => {
      const client = ourClient(crypto, setting);
      const flush = (): void => {
        const bytes = client.take();
        if (bytes.length > 0) link.send(bytes);
      };
      link.onBytes = (bytes) => {
        try {
          client.receive(bytes);
          flush();
          if (client.state === 'established') resolve();
        } catch (error) {
          reject(error);
        }
      };
      client.start();
      flush();
    });
}

/** RSA key exchange alone, TLS 1.1 at most; clock and randomness are its own. */
export function forgeClient(forge: Forge, { root }: Pki): Connect {
  const caStore = forge.pki.createCaStore([pem([root])]);
  return (link) =>
    new Promise((resolve, reject) => {
      const connection = forge.tls.createConnection({
        server: false,
        caStore,
        virtualHost: HOST,
        cipherSuites: [forge.tls.CipherSuites.TLS_RSA_WITH_AES_128_CBC_SHA],
        // It leaves the name to whoever asks.
        verify: (_: unknown, verified: boolean, depth: number, certs: readonly ForgeCertificate[]) =>
          verified && (depth > 0 || certs[0]!.subject.getField('CN').value === HOST),
        connected: () => resolve(),
        tlsDataReady: (self: ForgeConnection) => link.send(Buffer.from(self.tlsData.getBytes(), 'latin1')),
        dataReady: () => {},
        closed: () => {},
        error: (_: unknown, error: { message: string }) => reject(new Error(error.message)),
      });
      link.onBytes = (bytes) => connection.process(Buffer.from(bytes).toString('latin1'));
      connection.handshake();
    });
}

type ForgeCertificate = ReturnType<Forge['pki']['certificateFromPem']>;

/** TLS 1.3, TLS_AES_128_GCM_SHA256 and P-256 alone; its cryptography is the platform's WebCrypto. */
export async function subtlsClient(subtls: Subtls, { root }: Pki): Promise<Connect> {
  const roots = await subtls.TrustedCert.databaseFromPEM(pem([root]));
  return async (link) => {
    let pending = Buffer.alloc(0);
    let waiting: (() => void) | undefined;
    link.onBytes = (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      waiting?.();
    };
    // Mode 1 looks at the bytes and leaves them.
    const read = async (count: number, mode = 0): Promise<Uint8Array> => {
      while (pending.length < count) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      const part = Uint8Array.from(pending.subarray(0, count));
      if (mode === 0) pending = pending.subarray(count);
      return part;
    };
    const session = await subtls.startTls(HOST, roots, read, (bytes) => link.send(bytes));
    // It keeps its Finished until something is read or written; what is read then does not matter.
    void session.read();
  };
}

const SILENT = { info() {}, debug() {}, trace() {}, warn() {}, error() {} };

export interface ReclaimOptions {
  /** Its own, in JavaScript, or one over WebCrypto. */
  readonly crypto: unknown;
  readonly version: string;
  readonly suite: string;
}

export function reclaimClient(reclaim: Reclaim, { root }: Pki, options: ReclaimOptions): Connect {
  const rootCAs = [reclaim.loadX509FromPem(pem([root]))];
  return (link) => {
    reclaim.setCryptoImplementation(options.crypto);
    return new Promise((resolve, reject) => {
      const client = reclaim.makeTLSClient({
        host: HOST,
        logger: SILENT,
        rootCAs,
        supportedProtocolVersions: [options.version],
        cipherSuites: [options.suite],
        namedCurves: ['SECP256R1'],
        write: ({ header, content }: { header: Uint8Array; content: Uint8Array }) =>
          link.send(Buffer.concat([header, content])),
        onHandshake: resolve,
        onTlsEnd: (error?: Error) => reject(error ?? new Error('ended in the handshake')),
      });
      link.onBytes = (bytes) => {
        client.handleReceivedBytes(Uint8Array.from(bytes)).catch(reject);
      };
      client.startHandshake().catch(reject);
    });
  };
}
