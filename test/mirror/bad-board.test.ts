/** What may be wrong with a board, a port or a network: one message each that says what to do. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { probeBoard } from '../../src/mirror/board/capabilities.ts';
import { BoardFolder } from '../../src/mirror/board/files.ts';
import { join as joinNetwork, reach, readCredentials } from '../../src/mirror/board/network.ts';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { MirrorUsageError } from '../../src/mirror/problem.ts';
import { RawRepl } from '../../src/mirror/raw-repl/raw-repl.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { FakeBoard, type Interpreter, QUICK, STOCK } from './fake-board.ts';

const folder = mkdtempSync(join(tmpdir(), 'bad-board-'));
after(() => rmSync(folder, { recursive: true }));

/** Answers the probe with the text and everything else as told. */
const answering =
  (probe: string, rest: Interpreter = () => ({})): Interpreter =>
  (program) =>
    program.includes('tell("implementation"') ? { output: probe } : rest(program);

const session = (probe: string, rest?: Interpreter) =>
  BoardSession.open(new FakeBoard('raw paste', answering(probe, rest)), QUICK);

const without = (name: string) =>
  STOCK.split('\n')
    .filter((line) => !line.startsWith(name))
    .join('\n');

describe('a port that cannot be opened', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['/dev/no-such-port', /there is no such port \(tls-sandbox ports/],
    [folder, /is not a serial port/],
    ['telnet://here:1', /there is no telnet:\/\/; known are socket:\/\/, rfc2217:\/\/, ws:\/\//],
    ['socket://here', /expected HOST:PORT/],
    ['socket://127.0.0.1:1', /nothing listens there/],
    ['rfc2217://127.0.0.1:1', /nothing listens there/],
    ['ws://127.0.0.1:1', /TLS_SANDBOX_WEBREPL_PASSWORD/],
  ];
  for (const [device, message] of cases) {
    it(device === folder ? 'a folder' : device, async () => {
      await assert.rejects(openTransport(device), message);
    });
  }

  it('of WebREPL is told in the same words, as one that is not there', async () => {
    const webrepl = (device: string) => openTransport(device, { password: 'secret' });
    for (const [device, reason] of [
      ['ws://127.0.0.1:1', 'nothing listens there: does tls-sandbox serial, or the server of the port, run?'],
      ['ws://nobody.invalid:1', 'there is no host of that name'],
      ['ws://[', 'expected ws://HOST:PORT'],
    ] as const) {
      await assert.rejects(webrepl(device), new MirrorUsageError(`${device}: ${reason}`));
    }
  });

  it('is told what a server says that has no room for a second client', async () => {
    const server = createServer((socket) => socket.end('The serial line is busy.\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    after(() => server.close());
    const busy =
      /: the port is busy: close the other program that has it \(it says "The serial line is busy\."\)/;
    await assert.rejects(async () => {
      await BoardSession.open(await openTransport(`socket://127.0.0.1:${port}`));
    }, busy);
    await assert.rejects(openTransport(`rfc2217://127.0.0.1:${port}`), busy);
  });
});

describe('a board that will not do', () => {
  it('has no ssl', async () => {
    await assert.rejects(
      session(STOCK.replace('ssl tls ', '')),
      /this firmware has no ssl module \(MicroPython 1\.26\.1, Generic ESP32/,
    );
  });

  it('has old firmware', async () => {
    await assert.rejects(
      session(STOCK.replace('1.26.1', '1.19.1')),
      /MicroPython 1\.19\.1 is too old.*1\.22 or later/,
    );
  });

  it('is not MicroPython', async () => {
    await assert.rejects(
      session(STOCK.replace('implementation micropython', 'implementation circuitpython')),
      /this is circuitpython; the mirror needs MicroPython/,
    );
  });

  it('has no network', async () => {
    await assert.rejects(session(STOCK.replace(' socket', '')), /no socket module/);
  });

  it('is let go when it is refused', async () => {
    const board = new FakeBoard('raw paste', answering(STOCK.replace('ssl tls ', '')));
    await assert.rejects(BoardSession.open(board, QUICK));
    assert.ok(board.isClosed);
  });
});

describe('what a board says of itself', () => {
  it('is read without assuming that anything is there', async () => {
    const repl = new RawRepl(
      new FakeBoard('raw paste', () => ({
        output: 'implementation micropython\nplatform linux\nmodules tls\n',
      })),
      QUICK,
    );
    await repl.enter();
    const board = await probeBoard(repl);
    assert.equal(board.isProcess, true);
    assert.equal(board.canSetClock, false);
    assert.equal(board.heapFree, undefined);
    assert.deepEqual([...board.modules], ['tls']);
  });

  it('counts time from the epoch of its port', async () => {
    const { board } = await session(STOCK);
    assert.equal(board.clock, Date.UTC(2000) / 1000 + 100);
    assert.equal((await session(without('epoch'))).board.clock, 100);
  });
});

const FILES = [{ path: 'main.py', bytes: new Uint8Array(3000) }];
const OPTIONS = { digest: () => 'd'.repeat(64) };

describe("a scenario's folder on a board", () => {
  const copy = async (probe: string, rest: Interpreter) => {
    const { repl, board } = await session(probe, rest);
    const place = new BoardFolder(repl, board, 'ours');
    return place.copy(FILES, OPTIONS).finally(() => place.remove());
  };
  const state =
    (text: string, rest: Interpreter = () => ({})): Interpreter =>
    (program) =>
      program.includes("'foreign'") ? { output: `${text}\n` } : rest(program);

  it('does not begin where there is no room', async () => {
    await assert.rejects(
      copy(STOCK.replace('room 1000000', 'room 4096'), state('none')),
      /flash is full.*8 KiB and 4 KiB are free/,
    );
  });

  it('is taken away again when the flash is full on the way', async () => {
    const programs: string[] = [];
    const full = state('none', (program) => {
      programs.push(program);
      return program.startsWith('f=open') ? { error: 'Traceback\nOSError: [Errno 28] ENOSPC\n' } : {};
    });
    await assert.rejects(copy(STOCK, full), /flash is full: \/ours could not be written/);
    assert.ok(programs.at(-1)!.includes("_tls_sandbox_remove('/ours')"));
  });

  it("is never somebody else's", async () => {
    await assert.rejects(copy(STOCK, state('foreign')), /a folder \/ours that is not ours/);
  });

  it('gets only files whose SHA-256 differs', async () => {
    const same = state('ours', (program) =>
      program.includes('hashlib') ? { output: `${'d'.repeat(64)} main.py\n` } : {},
    );
    assert.deepEqual(await copy(STOCK, same), { copied: 0 });
  });
});

describe("a board's network", () => {
  const CREDENTIALS = { ssid: 'here', password: 'secret word' };
  const joining =
    (output: string): Interpreter =>
    (program) =>
      program.includes('join(') && !program.startsWith('#') ? { output } : {};

  for (const [what, output, message] of [
    [
      'a wrong password',
      'failed 202\nstatus STAT_WRONG_PASSWORD\nhow \n',
      /the password is wrong \(STAT_WRONG_PASSWORD\); look at TLS_SANDBOX_WIFI_PASSWORD, or the file of --wifi/,
    ],
    [
      'a network that is not there',
      'failed 201\nstatus STAT_NO_AP_FOUND\nhow \n',
      /it hears none of that name.*2\.4 GHz.*or the file of --wifi/,
    ],
    [
      'anything else',
      'failed 1001\nstatus STAT_CONNECTING\nhow \n',
      /status STAT_CONNECTING.*are name and password right/,
    ],
  ] as const) {
    it(`is told: ${what}`, async () => {
      const board = await session(STOCK, joining(output));
      await assert.rejects(joinNetwork(board, CREDENTIALS), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret word|here\b/);
        return true;
      });
    });
  }

  it('needs credentials when the board is on no network', async () => {
    const board = await session(STOCK, () => ({ output: 'how \n' }));
    await assert.rejects(
      joinNetwork(board, undefined),
      /set TLS_SANDBOX_WIFI_SSID and TLS_SANDBOX_WIFI_PASSWORD/,
    );
  });

  it('may be kept from this computer by a firewall', async () => {
    const board = await session(STOCK, () => ({ output: 'unreachable 192.168.1.5 [Errno 116] ETIMEDOUT\n' }));
    await assert.rejects(
      reach(board, ['192.168.1.5'], 4000),
      /cannot reach this computer at 192\.168\.1\.5, port 4000 \(\[Errno 116\] ETIMEDOUT\): does a firewall.*--host/,
    );
  });

  it('has its credentials in the environment or in a file', () => {
    const file = join(folder, 'wifi');
    writeFileSync(file, 'home\nsecret\n');
    assert.deepEqual(readCredentials(file, {}), { ssid: 'home', password: 'secret' });
    assert.deepEqual(readCredentials(undefined, { TLS_SANDBOX_WIFI_SSID: 'home' }), {
      ssid: 'home',
      password: '',
    });
    assert.equal(readCredentials(undefined, {}), undefined);
    assert.throws(() => readCredentials(join(folder, 'none'), {}), /none: there is no such file/);
  });
});
