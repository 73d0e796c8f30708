/** A real connection at the other end of a WebSocket, as the gateway drives it: see src/gateway/tunnel-protocol.ts. */
import type { Endpoint } from '../../../../emulator/net/api.ts';
import type { OutsideError, OutsideSocket } from '../../../../src/gateway/outside.ts';
import { TUNNEL_CLOSE, TUNNEL_MESSAGE, TUNNEL_PROTOCOL } from '../../../../src/gateway/tunnel-protocol.ts';
import type { ServerAccess } from '../protocol.ts';

/** Bytes that wait in the browser before the device is held back, and milliseconds between two looks at them. */
const HIGH_WATER = 262_144;
const DRAIN_INTERVAL = 20;

/** What Node calls it, by close code; all else is a host that cannot be reached. */
const ERROR_CODES: ReadonlyMap<number, string> = new Map([
  [TUNNEL_CLOSE.notAllowed, 'ECONNREFUSED'],
  [TUNNEL_CLOSE.refused, 'ECONNREFUSED'],
  [TUNNEL_CLOSE.reset, 'ECONNRESET'],
  [TUNNEL_CLOSE.tooFast, 'ECONNRESET'],
]);
const UNREACHABLE = 'EHOSTUNREACH';
const GOOD_END = 1000;

type EventName = 'connect' | 'data' | 'end' | 'drain' | 'error' | 'close';
type Listener = (argument: never) => void;

export class TunnelSocket implements OutsideSocket {
  destroyed = false;
  writable = true;
  private readonly websocket: WebSocket;
  private readonly listeners = new Map<EventName, Set<Listener>>();
  private opened = false;
  private paused = false;
  private ended = false;
  /** Come while paused; an end stands last. */
  private held: (Uint8Array | 'end')[] = [];
  private drain: ReturnType<typeof setInterval> | undefined;

  constructor({ url, token }: ServerAccess, { address, port }: Endpoint) {
    const target = new URL(`tcp?address=${address}&port=${port}`, url);
    target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:';
    this.websocket = new WebSocket(target, [TUNNEL_PROTOCOL, token]);
    this.websocket.binaryType = 'arraybuffer';
    this.websocket.onmessage = ({ data }) => this.receive(data);
    this.websocket.onclose = ({ code, reason }) => this.closed(code, reason);
  }

  get writableLength(): number {
    return this.websocket.bufferedAmount;
  }

  get writableNeedDrain(): boolean {
    return this.websocket.bufferedAmount >= HIGH_WATER;
  }

  get writableFinished(): boolean {
    return !this.writable && this.websocket.bufferedAmount === 0;
  }

  write(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    for (let at = 0; at < bytes.length; at += TUNNEL_MESSAGE) {
      this.websocket.send(bytes.slice(at, at + TUNNEL_MESSAGE));
    }
    done?.(null);
    if (this.writableNeedDrain) this.watchDrain();
  }

  end(): void {
    this.writable = false;
    if (this.websocket.readyState === WebSocket.OPEN) this.websocket.send('end');
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    while (!this.paused && this.held.length > 0) this.hand(this.held.shift()!);
  }

  resetAndDestroy(): void {
    this.destroy();
  }

  destroy(): void {
    this.destroyed = true;
    this.writable = false;
    clearInterval(this.drain);
    this.websocket.close();
  }

  on(event: EventName, listener: Listener): void {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
  }

  once(event: EventName, listener: Listener): void {
    const only = (argument: never) => {
      this.off(event, only);
      listener(argument);
    };
    this.on(event, only);
  }

  off(event: EventName, listener: Listener): void {
    this.listeners.get(event)?.delete(listener);
  }

  private emit(event: EventName, argument?: unknown): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(argument as never);
  }

  private receive(data: unknown): void {
    if (this.destroyed) return;
    if (data === 'open') {
      this.opened = true;
      this.emit('connect');
    } else if (data === 'end') this.take('end');
    else if (data instanceof ArrayBuffer) this.take(new Uint8Array(data));
  }

  private take(piece: Uint8Array | 'end'): void {
    if (this.paused || this.held.length > 0) this.held.push(piece);
    else this.hand(piece);
  }

  private hand(piece: Uint8Array | 'end'): void {
    if (piece === 'end') {
      this.ended = true;
      this.emit('end');
      return;
    }
    this.emit('data', piece);
    if (this.websocket.readyState === WebSocket.OPEN) this.websocket.send(`taken ${piece.length}`);
  }

  private watchDrain(): void {
    this.drain ??= setInterval(() => {
      if (this.writableNeedDrain) return;
      clearInterval(this.drain);
      this.drain = undefined;
      this.emit('drain');
    }, DRAIN_INTERVAL);
  }

  private closed(code: number, reason: string): void {
    clearInterval(this.drain);
    if (this.destroyed) return;
    this.writable = false;
    // What has come already is the device's, however the connection ended.
    this.resume();
    const good = code === GOOD_END && this.opened && this.ended;
    if (!good) this.emit('error', failure(code, reason));
    this.destroyed = true;
    this.emit('close');
  }
}

/** A tunnel that the server refused outright has no words: the browser keeps them. */
function failure(code: number, reason: string): OutsideError {
  const text = reason || 'the gateway does not answer, or refuses: is tls-sandbox serve still running?';
  return Object.assign(new Error(text), { code: ERROR_CODES.get(code) ?? UNREACHABLE });
}
