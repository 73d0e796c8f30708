/** A simulated peer as a client of an HTTPS API: one POST on a connection of its own. */
import { type Nanoseconds, SECOND } from '../world/time.ts';
import type { HostContext } from './host.ts';
import { connectTls, type TlsClientOptions } from './tls-client.ts';

export interface Cloud extends Pick<TlsClientOptions, 'anchors' | 'credentials'> {
  readonly address: string;
  readonly port: number;
  /** As its certificate must name it. */
  readonly serverName: string;
  /** Request target. */
  readonly path: string;
}

/** What came of a POST: the status code, or why there is none. */
export type PostOutcome = { readonly status: number } | { readonly error: string };

/** A server that says nothing for so long is given up. */
const PATIENCE: Nanoseconds = 15 * SECOND;

const utf8 = new TextEncoder();
const latin1 = new TextDecoder('latin1');

/** Calls `done` once. Returns the name of the connection. */
export function postJson(
  host: HostContext,
  cloud: Cloud,
  body: string,
  done: (outcome: PostOutcome) => void,
): string {
  const { anchors, credentials, serverName } = cloud;
  const socket = host.stack.connectTcp({ address: cloud.address, port: cloud.port });
  const stream = connectTls(host, socket, { anchors, serverName, ...(credentials && { credentials }) });
  let heard = '';
  let over = false;
  const finish = (outcome: PostOutcome) => {
    if (over) return;
    over = true;
    done(outcome);
  };
  const patience = host.world.after(PATIENCE, () => {
    finish({ error: `no answer within ${PATIENCE / SECOND} s` });
    socket.abort();
  });
  stream.onData = (bytes) => {
    heard += latin1.decode(bytes);
  };
  stream.onError = (error) => {
    patience.cancel();
    finish({ error });
  };
  stream.onEnd = () => {
    patience.cancel();
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(heard)?.[1];
    finish(
      status === undefined ? { error: 'the connection ended without an answer' } : { status: Number(status) },
    );
  };
  stream.write(utf8.encode(requestText(cloud, body)));
  stream.start();
  return socket.connection;
}

function requestText({ path, serverName }: Cloud, body: string): string {
  const fields = [
    `Host: ${serverName}`,
    'Content-Type: application/json',
    `Content-Length: ${utf8.encode(body).length}`,
    'Connection: close',
  ];
  return `POST ${path} HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n${body}`;
}
