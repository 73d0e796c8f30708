import type { TcpSocket } from '../net/api.ts';
import type { Credentials, PeerVerdict, TlsHost } from '../tls/engine.ts';
import { createTlsServer, type TlsServerConfig } from '../tls/server.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { questionOf } from '../x509/question.ts';
import { verifyChain } from '../x509/verify.ts';
import { TcpStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import type { SecureStream } from './tls-engine.ts';
import { TlsStream } from './tls-stream.ts';

/** How a simulated peer serves TLS. */
export interface TlsEndpointOptions {
  /** Certificates with their keys; the engine chooses by server name and by what the client can verify. */
  readonly credentials: readonly Credentials[];
  readonly clientAuth?: 'none' | 'request' | 'require';
  /** DER; whose certificates a client may show. */
  readonly clientAnchors?: readonly Uint8Array[];
  readonly tls?: EndpointTls;
}

/** How it speaks, on every connection. */
export type EndpointTls = Pick<
  TlsServerConfig,
  'versions' | 'suites' | 'groups' | 'preSharedKey' | 'sessions' | 'faults'
>;

/** Puts the server side of a TLS connection on an accepted socket. Call `start()` once call-backs are set. */
export function acceptTls(host: HostContext, socket: TcpSocket, options: TlsEndpointOptions): SecureStream {
  return host.tlsEngine?.accept(host, socket, options) ?? acceptOwnTls(host, socket, options);
}

/** The same by the emulator's own engine, whatever the host's is. */
export function acceptOwnTls(host: HostContext, socket: TcpSocket, options: TlsEndpointOptions): TlsStream {
  const transport = new TcpStream(socket);
  const engine = createTlsServer(
    {
      connection: socket.connection,
      profile: 'modern',
      credentials: options.credentials,
      clientAuth: options.clientAuth ?? 'none',
      ...options.tls,
      clientCaNames: options.clientAnchors?.map((der) => parseCertificate(der).subject.raw),
    },
    peerTlsHost(host, socket.connection, options.clientAnchors ?? []),
  );
  return new TlsStream(engine, transport);
}

/** What an engine asks of a simulated peer: its randomness, the world's clock, a strict verifier. */
export function peerTlsHost(
  host: HostContext,
  connection: string,
  anchors: readonly Uint8Array[],
  serverName?: string,
): TlsHost {
  const { world, crypto, name } = host;
  const random = world.random.fork(`tls/${name}/${connection}`);
  return {
    crypto,
    random: (length) => random.bytes(length),
    unixTime: () => world.unixTime,
    emit: (event) => world.trace.append(name, event),
    verifyPeer({ chain, purpose, keyUse, stapledOcsp }): PeerVerdict {
      const verdict = verifyChain({
        chain,
        anchors,
        profile: 'rfc5280',
        purpose,
        host: serverName,
        time: world.unixTime,
        keyExchange: keyUse,
        ...(stapledOcsp && { staples: [stapledOcsp] }),
        crypto,
      });
      world.trace.append(name, {
        type: 'x509.verdict',
        connection,
        profile: 'rfc5280',
        outcome: verdict.accepted ? 'accepted' : 'refused',
        checks: verdict.checks,
        question: questionOf({ chain, anchors, purpose, host: serverName, time: world.unixTime }),
      });
      return { ...verdict, authenticated: verdict.accepted };
    },
  };
}
