import { createSocket, type Socket } from 'node:dgram';
import type { Endpoint } from '../../emulator/net/api.ts';

/** Brings a datagram of the real network to a port of the device's. */
export type DatagramReceiver = (bytes: Uint8Array, from: Endpoint, devicePort: number) => void;

/** The real UDP sockets behind those of the device, by the device's port. */
export class Datagrams {
  private readonly sockets = new Map<number, Socket>();
  private readonly receive: DatagramReceiver;
  private readonly failed: (text: string) => void;

  /** `failed` is told what the computer refused, in a sentence. */
  constructor(receive: DatagramReceiver, failed: (text: string) => void) {
    this.receive = receive;
    this.failed = failed;
  }

  /**
   * Opens a real socket on `address` for a port of the device's; a `fixed` port has the same number outside. Returns
   * what closes it.
   */
  open(devicePort: number, address: string, fixed: boolean): () => void {
    // The device may bind a port again while the last datagrams of the socket before are under way.
    this.sockets.get(devicePort)?.close();
    const socket = createSocket('udp4');
    this.sockets.set(devicePort, socket);
    socket.on('message', (bytes, { address: host, port }) =>
      this.receive(bytes, { address: host, port }, devicePort),
    );
    const close = () => {
      if (this.sockets.get(devicePort) !== socket) return;
      socket.close();
      this.sockets.delete(devicePort);
    };
    socket.on('error', (error) => {
      this.failed(`UDP port ${devicePort}: ${error.message}`);
      close();
    });
    socket.bind(fixed ? devicePort : 0, address);
    return close;
  }

  send(devicePort: number, bytes: Uint8Array, { address, port }: Endpoint): void {
    this.sockets.get(devicePort)?.send(bytes, port, address);
  }
}
