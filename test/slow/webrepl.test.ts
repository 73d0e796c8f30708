/** The board's own WebREPL, from outside: the console and the transfer of files. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { openBoard } from '../serial/board.ts';
import { CTRL_C, LineClient, PROMPT } from '../serial/client.ts';

const board = await openBoard();

/** A port of this computer's that nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const port = await freePort();
const url = `ws://127.0.0.1:${port}`;

const line = await LineClient.open(board.socket);
line.type('\r');
await line.until(`${PROMPT}\r\n${PROMPT}`);
line.type(`import webrepl; webrepl.start(${port}, "secret")\r`);
const started = (await line.until(PROMPT)).toString();

/** A client of WebREPL's own protocol: what came, message by message. */
class Client {
  readonly texts: string[] = [];
  readonly binaries: Buffer[] = [];
  private readonly socket = new WebSocket(url, { skipUTF8Validation: true });

  constructor() {
    this.socket.on('message', (data, isBinary) => {
      if (isBinary) this.binaries.push(data as Buffer);
      else this.texts.push(String(data));
    });
    this.socket.on('error', () => {});
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    for (let waited = 0; !holds(); waited += 10) {
      assert.ok(waited < 10_000, `no ${what}: ${JSON.stringify([this.texts.join(''), this.binaries])}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async says(text: string): Promise<void> {
    await this.until(() => this.texts.join('').includes(text), text);
  }

  type(text: string): void {
    this.socket.send(text);
  }

  async login(password: string): Promise<void> {
    await this.says('Password: ');
    this.type(`${password}\r`);
  }

  /** Sends bytes and returns all of the answer, once it is as long. */
  async exchange(bytes: Uint8Array, length: number): Promise<Buffer> {
    this.binaries.length = 0;
    if (bytes.length > 0) this.socket.send(bytes, { binary: true });
    await this.until(() => Buffer.concat(this.binaries).length >= length, `${length} bytes`);
    return Buffer.concat(this.binaries);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.close();
    await closed;
  }
}

/** struct "<2sBBQLH64s" of extmod/modwebrepl.c. */
function order(operation: number, name = '', size = 0): Buffer {
  const bytes = Buffer.alloc(82);
  bytes.write('WA');
  bytes[2] = operation;
  bytes.writeUInt32LE(size, 12);
  bytes.writeUInt16LE(name.length, 16);
  bytes.write(name, 18);
  return bytes;
}

const OK = Buffer.from('WB\0\0');

describe("the board's WebREPL", () => {
  it('says where it listens', () => {
    assert.match(
      started,
      new RegExp(
        `WebREPL server started on http://[\\d.]+:${port}/\\r\\nStarted webrepl in manual override mode\\r\\n>>> $`,
      ),
    );
  });

  const leaves = async (client: Client) => {
    await client.close();
    await line.until('dupterm: EOF received, deactivating');
  };

  it('is a transport of ours', async () => {
    const session = await BoardSession.open(await openTransport(url, { password: 'secret' }));
    assert.equal(session.board.platform, 'esp32');
    const { output } = await session.repl.execute('import os\nprint("ä", os.uname().sysname)\n');
    assert.equal(output, 'ä esp32\n');
    await session.close();
    await line.until('dupterm: EOF received, deactivating');
  });

  it('has one console with the serial line: both show what either types', async () => {
    const client = new Client();
    await client.login('secret');
    await client.says('WebREPL connected\r\n>>> ');
    client.type('6 * 7\r');
    await client.says('6 * 7\r\n42\r\n>>> ');
    await line.until('6 * 7\r\n42\r\n>>> ');
    line.type('"from the line"\r');
    await client.says("'from the line'\r\n>>> ");
    client.type('import time; time.sleep(100)\r');
    await client.says('sleep(100)\r\n');
    client.type(CTRL_C);
    await client.says('KeyboardInterrupt: \r\n>>> ');
    await leaves(client);
  });

  it('refuses a wrong password, and a second client', async () => {
    const wrong = new Client();
    await wrong.login('guess');
    await wrong.says('\r\nAccess denied\r\n');
    await line.until('dupterm: EOF received, deactivating');
    const first = new Client();
    await first.login('secret');
    await first.says('connected');
    new Client();
    await line.until('Concurrent WebREPL connection from');
    await line.until('rejected');
    first.type('1 + 1\r');
    await first.says('2\r\n>>> ');
    await leaves(first);
  });

  it('transfers files, as webrepl_cli.py asks for it', async () => {
    const client = new Client();
    await client.login('secret');
    await client.says('connected');
    assert.deepEqual([...(await client.exchange(order(3), 3))], [1, 29, 0]);
    const contents = Buffer.from(Array.from({ length: 3_000 }, (_, at) => at * 7));
    assert.deepEqual(await client.exchange(order(1, '/sent.bin', contents.length), 4), OK);
    for (let at = 0; at < contents.length; at += 1_024) {
      const part = contents.subarray(at, at + 1_024);
      const isLast = at + 1_024 >= contents.length;
      const answer = await client.exchange(part, isLast ? 4 : 0);
      if (isLast) assert.deepEqual(answer, OK);
    }
    assert.deepEqual(await client.exchange(order(2, '/sent.bin'), 4), OK);
    const parts: Buffer[] = [];
    for (;;) {
      const answer = await client.exchange(Uint8Array.of(0), 2);
      const size = answer.readUInt16LE();
      if (size === 0) {
        await client.until(() => Buffer.concat(client.binaries).length === 6, 'end');
        break;
      }
      await client.until(() => Buffer.concat(client.binaries).length === size + 2, 'chunk');
      parts.push(Buffer.concat(client.binaries).subarray(2));
    }
    assert.deepEqual(Buffer.concat(parts), contents);
    await leaves(client);
  });

  it('gives a browser the page, and ends with stop()', async () => {
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    assert.match(page, /<base href="https:\/\/micropython\.org\/webrepl\/"><\/base>\r\n<script/);
    line.type('webrepl.stop()\r');
    await line.until(`webrepl.stop()\r\n${PROMPT}`);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
    await line.close();
  });
});
