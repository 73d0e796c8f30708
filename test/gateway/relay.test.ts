/** What the end of a real connection becomes inside. The real one is played, since only the kernel can break one so. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { TcpSocket } from '../../emulator/net/api.ts';
import { Departures } from '../../src/gateway/departures.ts';
import { Relay } from '../../src/gateway/relay.ts';

class PlayedSocket extends EventEmitter {
  writable = true;
  writableLength = 0;
  writableNeedDrain = false;
  /** Of a write. */
  error: NodeJS.ErrnoException | undefined;

  write(_bytes: Uint8Array, done?: (error: Error | null) => void): void {
    done?.(this.error ?? null);
    if (this.error !== undefined) this.emit('error', this.error);
  }
  pause(): void {}
  resume(): void {}
}

/** What is done to the simulated side when `happen` has happened to the real one. */
function deedsAfter(happen: (socket: PlayedSocket) => void): string[] {
  const deeds: string[] = [];
  const tcp = {
    readable: 0,
    ended: false,
    writable: 1000,
    send: (bytes: Uint8Array) => {
      deeds.push(String.fromCharCode(...bytes));
      return bytes.length;
    },
    shutdown: () => deeds.includes('FIN') || deeds.push('FIN'),
    abort: () => deeds.push('RST'),
  };
  const socket = new PlayedSocket();
  const enter = (action: () => void) => action();
  new Relay(tcp as unknown as TcpSocket, socket as unknown as Socket, enter, new Departures(enter)).start();
  happen(socket);
  return deeds;
}

const broken = (code: string) => Object.assign(new Error(code), { code });

describe('a relay', () => {
  it('takes data, then the end, for FIN', () => {
    const bytes = new TextEncoder().encode('bye');
    const deeds = deedsAfter((socket) => {
      socket.emit('data', bytes);
      socket.emit('end');
    });
    assert.deepEqual(deeds, ['bye', 'FIN']);
  });

  it('tells the end that libuv reports from a reset by what a write says', () => {
    const end = (code: string) =>
      deedsAfter((socket) => {
        socket.error = broken(code);
        socket.emit('end');
      });
    assert.deepEqual(end('ECONNRESET'), ['RST']);
    assert.deepEqual(end('EPIPE'), ['FIN', 'RST']);
  });

  it('passes on the FIN that came before the reset, though a write found out first', () => {
    assert.deepEqual(
      deedsAfter((socket) => socket.emit('error', broken('EPIPE'))),
      ['FIN', 'RST'],
    );
    assert.deepEqual(
      deedsAfter((socket) => socket.emit('error', broken('ECONNRESET'))),
      ['RST'],
    );
  });
});
