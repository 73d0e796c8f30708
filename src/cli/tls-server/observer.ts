/** What the log and the page say of a connection, gathered from the engine's events while it runs. */

import { clientHello } from '../../../emulator/tls/messages/client-hello.ts';
import { findExtension } from '../../../emulator/tls/messages/extensions.ts';
import { decodeMessage } from '../../../emulator/tls/messages/handshake.ts';
import type { TraceEventBody } from '../../../emulator/world/trace-events.ts';

export interface Negotiated {
  readonly version: string;
  readonly suite: string;
  readonly group: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly resumed: boolean;
}

export interface Failure {
  /** Of the handshake machine; empty when the transport failed under it. */
  readonly state: string;
  readonly reason: string;
  readonly detail: string;
}

export class ConnectionObserver {
  serverName: string | undefined;
  negotiated: Negotiated | undefined;
  failure: Failure | undefined;
  alertSent: string | undefined;
  alertReceived: string | undefined;

  /** Takes the events of one connection. */
  note(event: TraceEventBody): void {
    switch (event.type) {
      case 'tls.message':
        if (event.direction === 'received' && event.message === 'ClientHello') this.noteHello(event.bytes);
        break;
      case 'tls.alert':
        if (event.direction === 'sent') this.alertSent = event.description;
        else this.alertReceived = event.description;
        break;
      case 'tls.established': {
        const { version, suite, group, peer, resumed } = event;
        this.negotiated = { version, suite, group, clientCertificate: peer, resumed };
        break;
      }
      case 'tls.failed': {
        const { state, reason, detail } = event;
        this.failure = { state, reason, detail };
        break;
      }
    }
  }

  /** What went wrong below TLS, or the server's patience ended. The first cause stays. */
  fail(reason: string, detail: string, state = ''): void {
    this.failure ??= { state, reason, detail };
  }

  private noteHello(bytes: Uint8Array): void {
    const { message } = decodeMessage(clientHello, bytes);
    this.serverName = findExtension(message?.extensions ?? [], 'server_name')?.hostName;
  }
}
