/** The stack of a device behind the gateway: 127.0.0.1 is the computer's, and its ports open there as well. */
import { lookup } from 'node:dns';
import { createServer, type Server } from 'node:net';
import { isLoopback, LOOPBACK_ADDRESS } from '../../emulator/net/addresses.ts';
import {
  type Endpoint,
  Errno,
  type TcpListener,
  type TcpSocket,
  type UdpSocket,
} from '../../emulator/net/api.ts';
import { Ipv4Stack, type StackOptions } from '../../emulator/net/stack.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import type { GatewayStack } from './gateway-stack.ts';
import type { Reach } from './reach.ts';

export interface DeviceStackOptions extends StackOptions {
  readonly gateway: GatewayStack;
  readonly reach: Reach;
  readonly enter: (action: () => void) => void;
}

/** What was sent before a socket closed still leaves: more than a datagram takes to the gateway. */
const UNDER_WAY = 20 * MILLISECOND;

/** lwIP's EAI_FAIL, as the port raises it. */
const EAI_FAIL = -202;

export class DeviceStack extends Ipv4Stack {
  private readonly options: DeviceStackOptions;
  private readonly clock: World;

  constructor(world: World, options: DeviceStackOptions) {
    super(world, options);
    this.options = options;
    this.clock = world;
  }

  override connectTcp(to: Endpoint, from?: Endpoint): TcpSocket {
    return super.connectTcp(this.onTheComputer(to), from);
  }

  override listenTcp(port: number, backlog: number, address?: string, reuse?: boolean): TcpListener {
    const { gateway, reach, enter } = this.options;
    const inside = super.listenTcp(port, backlog, reachableFromOutside(address), reuse);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    // Who connects is established first (RFC 9293 3.5), even if both ends are this device's.
    server.on('connection', (socket) =>
      setImmediate(() =>
        enter(() => gateway.admit(socket, { address: this.address!, port: inside.local.port })),
      ),
    );
    const listener = new OpenListener(inside, server);
    server.once('error', (error: NodeJS.ErrnoException) =>
      enter(() => listener.settle(error.code === 'EADDRINUSE' ? Errno.EADDRINUSE : Errno.EINVAL)),
    );
    server.once('listening', () => enter(() => listener.settle(0)));
    server.listen({
      host: reach.listeningAddress(address, inside.local.port),
      port: inside.local.port,
      backlog,
    });
    return listener;
  }

  override bindUdp(port: number, address?: string): UdpSocket {
    const { gateway, reach } = this.options;
    const inside = super.bindUdp(port, reachableFromOutside(address));
    const { port: number } = inside.local;
    const closeOutside = gateway.datagrams.open(number, reach.listeningAddress(address, number), port !== 0);
    const sendTo = inside.sendTo.bind(inside);
    inside.sendTo = (bytes, to) => sendTo(bytes, this.onTheComputer(to));
    let remote: Endpoint | undefined;
    Object.defineProperty(inside, 'remote', {
      get: () => remote,
      set: (to: Endpoint | undefined) => {
        remote = to && this.onTheComputer(to);
      },
    });
    const close = inside.close.bind(inside);
    inside.close = () => {
      close();
      this.clock.after(UNDER_WAY, closeOutside);
    };
    return inside;
  }

  override resolve(
    name: string,
    done: (result: { addresses: readonly string[] } | { error: number }) => void,
  ): void {
    const { reach, enter } = this.options;
    if (name === 'localhost') {
      done({ addresses: [LOOPBACK_ADDRESS] });
      return;
    }
    if (!reach.permitsName(name)) {
      done({ error: EAI_FAIL });
      return;
    }
    lookup(name, { family: 4 }, (error, address) =>
      enter(() => {
        if (error !== null) {
          done({ error: EAI_FAIL });
          return;
        }
        reach.withAddresses(name, [address]);
        done({ addresses: [address] });
      }),
    );
  }

  /**
   * Every device behind a gateway has the same address, and its ports are the computer's: one process that tells
   * another where it listens is found there.
   */
  private onTheComputer(to: Endpoint): Endpoint {
    return to.address === this.address ? { ...to, address: LOOPBACK_ADDRESS } : to;
  }

  protected override loopsBack(): boolean {
    return false;
  }
}

/** Whoever comes through the gateway comes to the device's own address, not to its loopback. */
function reachableFromOutside(address: string | undefined): string | undefined {
  return address !== undefined && isLoopback(address) ? undefined : address;
}

/** A listening port of the device's with the real one that leads to it. */
class OpenListener implements TcpListener {
  onOpened: (() => void) | undefined;
  opened: number | undefined;
  private readonly inside: TcpListener;
  private readonly server: Server;

  constructor(inside: TcpListener, server: Server) {
    this.inside = inside;
    this.server = server;
  }

  get local() {
    return this.inside.local;
  }

  get pending(): number {
    return this.inside.pending;
  }

  get onConnection(): (() => void) | undefined {
    return this.inside.onConnection;
  }

  set onConnection(action: (() => void) | undefined) {
    this.inside.onConnection = action;
  }

  /** The real port is open, or could not be opened: errno. */
  settle(errno: number): void {
    this.opened = errno;
    if (errno !== 0) this.inside.close();
    this.onOpened?.();
  }

  accept(): TcpSocket | undefined {
    return this.inside.accept();
  }

  close(): void {
    this.inside.close();
    this.server.close();
  }
}
