/**
 * Mallory between a server and its clients. Either she passes TLS on as it is and changes what she can reach
 * without keys, or she ends it: she plays the server with a certificate of her own choice, and a client to the
 * real one, and has everything in clear.
 */
import type { TcpSocket } from '../../net/api.ts';
import type { Credentials } from '../../tls/engine.ts';
import type { Nanoseconds } from '../../world/time.ts';
import type { TraceEventBody, Way } from '../../world/trace-events.ts';
import { TcpStream } from '../byte-stream.ts';
import { findingsOf } from '../eve/findings.ts';
import { StreamOnlooker } from '../eve/stream-onlooker.ts';
import type { HostContext } from '../host.ts';
import { serveAccepted } from '../http-server.ts';
import { connectTls } from '../tls-client.ts';
import { acceptTls } from '../tls-endpoint.ts';
import { type End, type Handling, join } from './crossing.ts';
import { replay } from './replay.ts';
import { type Rewrite, rewriting } from './rewrite.ts';
import type { Side } from './side.ts';
import { type Meddling, tampering } from './tamper.ts';

export interface ManInTheMiddleOptions {
  readonly host: Omit<HostContext, 'stack'>;
  /** Where the clients are; it has the victim's address. */
  readonly front: Side;
  /** Where the victim is. */
  readonly back: Side;
  readonly victim: { readonly address: string; readonly port: number; readonly serverName: string };
  /** Her own address, from which she speaks to the victim where she does not pose as the client. */
  readonly address: string;
  /** With this she ends TLS; the certificate that she shows. */
  readonly credentials?: Credentials;
  /** What she changes in clear text. */
  readonly rewrites?: readonly Rewrite[];
  /** So long after a client's first word she says all that it has said again. */
  readonly replayAfter?: Nanoseconds;
  /** What she does to the records of either direction. */
  readonly tampers?: Readonly<Record<Way, readonly Meddling[]>>;
}

const BACKLOG = 64;

export class ManInTheMiddle {
  private readonly options: ManInTheMiddleOptions;

  constructor(options: ManInTheMiddleOptions) {
    this.options = options;
    const { front, victim } = options;
    serveAccepted(front.listenTcp(victim.port, BACKLOG, victim.address), (client) => {
      if (options.credentials === undefined) this.relay(client);
      else this.impersonate(client, options.credentials);
    });
  }

  /** Under the client's own address, so that neither end can tell that she is there. */
  private relay(client: TcpSocket): void {
    const { back, victim } = this.options;
    const server = back.connectTcp(victim, client.remote);
    const [clientEnd, serverEnd] = [endOf(client), endOf(server)];
    const handling = (way: Way): Handling => {
      const onlooker = new StreamOnlooker(this.findings(client.connection, way));
      const change = this.changes(client.connection, way);
      return (bytes) => {
        onlooker.take(bytes);
        return change(bytes);
      };
    };
    const heard: Uint8Array[] = [];
    const toServer = handling('to-server');
    join(clientEnd, serverEnd, {
      'to-server': (bytes) => {
        if (heard.length === 0) this.replayLater(client.connection, heard);
        heard.push(bytes);
        return toServer(bytes);
      },
      'to-client': handling('to-client'),
    });
    clientEnd.stream.start();
    serverEnd.stream.start();
  }

  private replayLater(connection: string, words: readonly Uint8Array[]): void {
    const { back, host, victim, address, replayAfter } = this.options;
    if (replayAfter === undefined) return;
    const attack = 'replay';
    host.world.after(replayAfter, () =>
      replay(back.connectTcp(victim, { address, port: 0 }), words, {
        accepted: () =>
          this.emit({
            type: 'attacker.did',
            connection,
            attack,
            detail: `says all of it to ${victim.serverName} again, and is answered`,
          }),
        refused: (detail) => this.emit({ type: 'attacker.stopped', connection, attack, detail }),
      }),
    );
  }

  /** She speaks to the server first when the client has taken her for it: a refusal leaves the server in peace. */
  private impersonate(client: TcpSocket, credentials: Credentials): void {
    const { back, front, host, victim, address } = this.options;
    const { connection } = client;
    const toClient = acceptTls({ ...host, stack: front }, client, { credentials: [credentials] });
    toClient.onError = (detail) =>
      this.emit({ type: 'attacker.stopped', connection, attack: 'impersonate', detail });
    toClient.onEstablished = () => {
      this.emit({
        type: 'attacker.did',
        connection,
        attack: 'impersonate',
        detail: `is taken for ${victim.serverName}`,
      });
      const server = back.connectTcp(victim, { address, port: 0 });
      const toServer = connectTls({ ...host, stack: back }, server, {
        anchors: undefined,
        serverName: victim.serverName,
      });
      const handling = (way: Way): Handling => {
        const change = this.changes(connection, way);
        return (bytes) => {
          this.findings(connection, way).read('data', bytes);
          return change(bytes);
        };
      };
      join(
        { stream: toClient, abort: () => client.abort() },
        { stream: toServer, abort: () => server.abort() },
        { 'to-server': handling('to-server'), 'to-client': handling('to-client') },
        {
          onBroken: (end, detail) => {
            const from = end === 'server' ? victim.serverName : 'the client';
            this.emit({
              type: 'attacker.stopped',
              connection,
              attack: 'impersonate',
              detail: `${from}: ${detail}`,
            });
          },
        },
      );
      toServer.start();
    };
    toClient.start();
  }

  /** What she does to the bytes of one direction, before they go on. */
  private changes(connection: string, way: Way): Handling {
    const { credentials, rewrites = [], tampers } = this.options;
    const did = (attack: string) => (detail: string) =>
      this.emit({ type: 'attacker.did', connection, attack, detail });
    const meddlings = credentials === undefined ? (tampers?.[way] ?? []) : [];
    if (meddlings.length > 0) return tampering(meddlings, did('tamper'));
    return rewriting(
      rewrites.filter((rewrite) => rewrite.way === way),
      did('rewrite'),
    );
  }

  private findings(connection: string, direction: Way) {
    return findingsOf((event) => this.emit(event), connection, direction);
  }

  private emit(event: TraceEventBody): void {
    const { world, name } = this.options.host;
    world.trace.append(name, event);
  }
}

function endOf(socket: TcpSocket): End {
  return { stream: new TcpStream(socket), abort: () => socket.abort() };
}
