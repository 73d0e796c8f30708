/** A client's side of a connection to node:tls in this process, for clients that are not streams. */
import { Duplex } from 'node:stream';
import type tls from 'node:tls';

export interface Link {
  send(bytes: Uint8Array): void;
  /** Set by the client before it sends. */
  onBytes: (bytes: Uint8Array) => void;
}

/** Makes one handshake; rejects where it fails. */
export type Connect = (link: Link) => Promise<void>;

/** Resolves when both ends are satisfied. */
export async function connectTo(server: tls.Server, connect: Connect): Promise<void> {
  const stream = new Duplex({
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      link.onBytes(chunk);
      done();
    },
  });
  const link: Link = {
    send: (bytes) => stream.push(bytes),
    onBytes: () => {},
  };
  const accepted = new Promise<tls.TLSSocket>((resolve, reject) => {
    server.once('secureConnection', resolve);
    server.once('tlsClientError', reject);
  });
  server.emit('connection', stream);
  const [socket] = await Promise.all([accepted, connect(link)]);
  server.removeAllListeners('tlsClientError');
  socket.destroy();
}
