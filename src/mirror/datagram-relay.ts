/** UDP between real clients and one end point of a simulated network. */
import { createSocket, type Socket } from 'node:dgram';
import type { Endpoint, NetStack, UdpSocket } from '../../emulator/net/api.ts';

export class DatagramRelay {
  private readonly stack: NetStack;
  private readonly target: Endpoint;
  private readonly enter: (action: () => void) => void;
  private socket: Socket | undefined;
  /** The simulated end of each real client, by address and port. */
  private readonly clients = new Map<string, UdpSocket>();

  constructor(stack: NetStack, target: Endpoint, enter: (action: () => void) => void) {
    this.stack = stack;
    this.target = target;
    this.enter = enter;
  }

  /** Where the number is taken for UDP the port is TCP's alone. */
  open(address: string, port: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = createSocket('udp4');
      socket.once('error', () => {
        socket.close();
        resolve();
      });
      socket.bind(port, address, () => {
        socket.removeAllListeners('error');
        // A client that is gone answers with ICMP, which is nobody's concern here.
        socket.on('error', () => {});
        this.socket = socket;
        socket.on('message', (bytes, from) => this.enter(() => this.forward(bytes, from)));
        resolve();
      });
    });
  }

  close(): void {
    this.socket?.close();
    for (const client of this.clients.values()) client.close();
  }

  private forward(bytes: Uint8Array, { address, port }: Endpoint): void {
    const key = `${address}:${port}`;
    const client = this.clients.get(key) ?? this.admit({ address, port });
    this.clients.set(key, client);
    client.sendTo(new Uint8Array(bytes), this.target);
  }

  private admit(real: Endpoint): UdpSocket {
    const client = this.stack.bindUdp(0);
    client.onReadable = () => {
      for (let answer = client.receive(); answer !== undefined; answer = client.receive())
        this.socket?.send(answer.bytes, real.port, real.address);
    };
    return client;
  }
}
