/** How sensors hand readings to a gateway without MQTT: over TLS, one a line, each answered with "ok". */
import type { Reading } from './gateway.ts';
import type { HostContext } from './host.ts';
import { serveAccepted } from './http-server.ts';
import { commonName } from './peer-name.ts';
import { acceptTls, type TlsEndpointOptions } from './tls-endpoint.ts';
import type { SecureStream } from './tls-engine.ts';

export interface ReadingLinesOptions {
  readonly port: number;
  readonly tls: TlsEndpointOptions;
  readonly take: (reading: Reading) => void;
  readonly backlog?: number;
}

/** Characters of a line; who says more without a line's end is sent away. */
const LONGEST = 4096;

export class ReadingLines {
  constructor(host: HostContext, { port, tls, take, backlog }: ReadingLinesOptions) {
    host.tlsEngine?.check(tls, host);
    serveAccepted(host.stack.listenTcp(port, backlog ?? 16), (socket) => {
      const stream = acceptTls(host, socket, tls);
      const from = () => commonName(stream) ?? socket.remote.address;
      readLines(stream, (text) => take({ from: from(), text }));
      stream.start();
    });
  }
}

function readLines(stream: SecureStream, take: (line: string) => void): void {
  const utf8 = new TextDecoder();
  const encoder = new TextEncoder();
  let pending = '';
  stream.onData = (bytes) => {
    const lines = (pending + utf8.decode(bytes, { stream: true })).split('\n');
    pending = lines.pop()!;
    for (const line of lines.map((each) => each.trim()).filter((each) => each !== '')) {
      take(line);
      stream.write(encoder.encode('ok\n'));
    }
    if (pending.length > LONGEST) {
      stream.onData = undefined;
      stream.write(encoder.encode('too long\n'));
      stream.end();
    }
  };
  stream.onEnd = () => stream.end();
}
