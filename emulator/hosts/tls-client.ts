/** A simulated peer as a TLS client, over a connection that it has opened. */
import type { TcpSocket } from '../net/api.ts';
import { createTlsClient, type TlsClientConfig } from '../tls/client.ts';
import { TcpStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import { peerTlsHost } from './tls-endpoint.ts';
import { TlsStream } from './tls-stream.ts';

export interface TlsClientOptions
  extends Pick<TlsClientConfig, 'serverName' | 'credentials' | 'versions' | 'suites' | 'faults'> {
  /** DER; who may certify the server. Undefined: the client looks at nothing. */
  readonly anchors: readonly Uint8Array[] | undefined;
}

/** Call `start()` once call-backs are set. */
export function connectTls(host: HostContext, socket: TcpSocket, options: TlsClientOptions): TlsStream {
  const { anchors, ...config } = options;
  const { connection } = socket;
  const tlsHost = peerTlsHost(host, connection, anchors ?? [], options.serverName);
  const engine = createTlsClient(
    { connection, profile: 'modern', ...config },
    anchors === undefined ? { ...tlsHost, verifyPeer: trustsAnybody } : tlsHost,
  );
  return new TlsStream(engine, new TcpStream(socket));
}

function trustsAnybody() {
  return { accepted: true, authenticated: false, checks: [] };
}
