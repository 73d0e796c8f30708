/** WebREPL: the console in a WebSocket, behind a password. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WebSocketServer } from 'ws';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { FakeBoard, QUICK, STOCK } from './fake-board.ts';

/** As extmod/modwebrepl.c greets: a question, then the answer's echo is the console. */
async function serve(board: FakeBoard, use: (url: string) => Promise<void>): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) => {
    let typed = '';
    let isIn = false;
    board.onData = (bytes) => socket.send(Buffer.from(bytes).toString('latin1'), { binary: false });
    socket.on('message', (data) => {
      if (isIn) {
        void board.write(new Uint8Array(data as Buffer));
        return;
      }
      typed += String(data);
      if (!typed.endsWith('\r')) return;
      isIn = typed === 'secret\r';
      socket.send(isIn ? '\r\nWebREPL connected\r\n>>> ' : '\r\nAccess denied\r\n');
      if (!isIn) socket.close();
    });
    socket.send('Password: ');
  });
  try {
    await use(`ws://127.0.0.1:${(server.address() as { port: number }).port}`);
  } finally {
    for (const client of server.clients) client.terminate();
    server.close();
  }
}

const stock = () =>
  new FakeBoard('raw paste', (program) =>
    program.includes('tell("implementation"') ? { output: STOCK } : {},
  );

describe('WebREPL', () => {
  it('gives the prompt to whoever has the password, and is not cut off by a reset', async () => {
    const board = stock();
    await serve(board, async (url) => {
      const session = await BoardSession.open(await openTransport(url, { password: 'secret' }), QUICK);
      assert.equal(session.board.platform, 'esp32');
      assert.equal(session.canReset, false);
      await session.close();
    });
  });

  it('carries bytes: a character may be cut in two, as MicroPython and raw paste cut it', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, skipUTF8Validation: true });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (socket) => {
      socket.send('Password: ');
      socket.once('message', () => {
        socket.send('\r\nWebREPL connected\r\n>>> ');
        socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
      });
    });
    const { port } = server.address() as { port: number };
    const transport = await openTransport(`ws://127.0.0.1:${port}`, { password: 'secret' });
    const came: number[] = [];
    const both = new Promise<void>((resolve, reject) => {
      transport.onClose = (reason) => reject(new Error(reason));
      transport.onData = (bytes) => {
        came.push(...bytes);
        if (came.length >= 2) resolve();
      };
    });
    try {
      await transport.write(Uint8Array.of(0xc3));
      await transport.write(Uint8Array.of(0xa4));
      await both;
      assert.deepEqual(came, [0xc3, 0xa4]);
    } finally {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  });

  it('says that the password is wrong', async () => {
    await serve(stock(), async (url) => {
      await assert.rejects(openTransport(url, { password: 'wrong' }), /WebREPL does not accept the password/);
    });
  });
});
