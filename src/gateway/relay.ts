import type { TcpSocket } from '../../emulator/net/api.ts';
import type { Departures } from './departures.ts';
import type { OutsideError, OutsideSocket } from './outside.ts';

/** Bytes taken from the simulated side at a time. */
const CHUNK = 65_536;

const NOTHING = new Uint8Array(0);

/**
 * Joins a simulated connection to a real one: bytes both ways as fast as the slower side takes them, FIN as
 * FIN, RST as RST. `enter` is how what a real socket does comes into the world.
 */
export class Relay {
  private readonly tcp: TcpSocket;
  private readonly socket: OutsideSocket;
  private readonly enter: (action: () => void) => void;
  private readonly departures: Departures;
  private readonly depart = () => this.toReal();
  /** Received from the real side and not yet taken by the simulated one. */
  private pending: Uint8Array[] = [];
  private realEnded = false;
  private simulatedEnded = false;
  private over = false;
  /** Both ways have ended, or one side was reset. */
  onOver: (() => void) | undefined;

  constructor(
    tcp: TcpSocket,
    socket: OutsideSocket,
    enter: (action: () => void) => void,
    departures: Departures,
  ) {
    this.tcp = tcp;
    this.socket = socket;
    this.enter = enter;
    this.departures = departures;
  }

  start(): void {
    const { tcp, socket, enter } = this;
    tcp.onReadable = () => this.departures.add(this.depart);
    tcp.onWritable = () => this.toSimulated();
    tcp.onError = () => {
      // What was sent before the reset and has not left yet goes first.
      this.toReal();
      socket.resetAndDestroy();
      // By itself that waits for the event loop to turn, which a busy device may keep from doing so.
      socket.destroy();
      this.finish();
    };
    socket.on('data', (bytes: Uint8Array) =>
      enter(() => {
        this.pending.push(bytes);
        this.toSimulated();
      }),
    );
    socket.on('end', () => this.tellEndFromReset());
    socket.on('drain', () => enter(() => this.toReal()));
    socket.on('error', (error) => enter(() => this.realBroken(error)));
    socket.on('close', () => enter(() => this.realClosed()));
    this.departures.add(this.depart);
    this.toSimulated();
  }

  /** True when everything the device has sent has been handed to the computer's own stack. */
  get isFlushed(): boolean {
    return this.over || (this.simulatedEnded && this.socket.writableFinished);
  }

  private toReal(): void {
    const { tcp, socket } = this;
    if (this.over) return;
    while (tcp.readable > 0 && !socket.writableNeedDrain) socket.write(tcp.read(CHUNK));
    if (!tcp.ended || this.simulatedEnded) return;
    this.simulatedEnded = true;
    socket.end();
  }

  private toSimulated(): void {
    const { tcp, socket } = this;
    if (this.over) return;
    while (this.pending.length > 0 && tcp.writable > 0) {
      const [first] = this.pending as [Uint8Array];
      const taken = tcp.send(first);
      if (taken === first.length) this.pending.shift();
      else this.pending[0] = first.subarray(taken);
    }
    if (this.pending.length > 0) socket.pause();
    else if (this.realEnded) tcp.shutdown();
    else socket.resume();
  }

  /**
   * Where data and RST arrive together, libuv reads the data and takes the rest for the end of the stream
   * (`uv__stream_eof`). The kernel knows better: writing nothing fails on a connection that was reset.
   */
  private tellEndFromReset(): void {
    const { socket, enter } = this;
    const ended = () => enter(() => this.realEnd());
    if (!socket.writable || socket.writableLength > 0) ended();
    else socket.write(NOTHING, (error) => (error ? enter(() => this.realBroken(error)) : ended()));
  }

  private realEnd(): void {
    this.realEnded = true;
    this.toSimulated();
  }

  /** A connection that was reset after its FIN fails with EPIPE, any other with ECONNRESET (Linux's `tcp_reset`). */
  private realBroken({ code }: OutsideError): void {
    if (code === 'EPIPE' && !this.over && !this.realEnded) this.realEnd();
    this.realReset();
  }

  /** What came before the reset still arrives first, as far as it fits. */
  private realReset(): void {
    if (this.over) return;
    this.toSimulated();
    this.tcp.abort();
    this.finish();
  }

  private realClosed(): void {
    if (!this.over && !this.realEnded) this.tcp.abort();
    this.finish();
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.onOver?.();
  }
}
