/** Boards that will not do, and lines that are in use or lost, at an emulated board: one message each, the board as it was. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { type Mirrored, mirror } from '../../src/mirror/mirror.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import {
  type EmulatedBoard,
  type EmulatedBoardOptions,
  startEmulatedBoard,
} from '../mirror/emulated-board.ts';
import { projectRoot } from '../support/project.ts';

const folder = mkdtempSync(join(tmpdir(), 'bad-board-'));
after(async () => {
  await closeDeviceWorkers();
  rmSync(folder, { recursive: true });
});

const hasPty =
  spawnSync('python3', ['-c', 'import pty']).status === 0 && spawnSync('flock', ['--version']).status === 0;

/** What says that the program of the board's own runs again. */
const OWN = { '/main.py': "print('own program')\n" };

async function withBoard<T>(
  options: EmulatedBoardOptions,
  use: (board: EmulatedBoard) => Promise<T>,
): Promise<T> {
  const board = await startEmulatedBoard(options);
  try {
    return await use(board);
  } finally {
    await board.close();
  }
}

const open = async ({ url }: EmulatedBoard) => BoardSession.open(await openTransport(url));

/** Whose predecessor has only just gone. */
async function openAgain(board: EmulatedBoard): Promise<BoardSession> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(board);
    } catch (error) {
      if (attempt === 20 || !/busy/.test((error as Error).message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The files that lie in the root of a board, found by somebody who comes after. */
async function filesOn(board: EmulatedBoard): Promise<string> {
  const session = await openAgain(board);
  const files = await session.repl.ask("import os;print(sorted(os.listdir('/')))");
  await session.close();
  return files.trim();
}

function mirrored(session: BoardSession, onProgress?: (text: string) => void): Promise<Mirrored> {
  const file = join(projectRoot, 'scenarios/mode1-psk/scenario.yaml');
  return mirror(session, loadScenario(file), {
    device: 'test',
    tolerance: 100,
    timeLimit: 60e9,
    ...(onProgress && { onProgress }),
  });
}

describe('a board that will not do', () => {
  const withoutSsl = [
    'import builtins',
    'found = builtins.__import__',
    'def without(name, *rest):',
    "    if name in ('ssl', 'tls'): raise ImportError(name)",
    '    return found(name, *rest)',
    'builtins.__import__ = without',
  ].join('\n');
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'without ssl',
      withoutSsl,
      /no ssl module \(MicroPython 1\.\d+\.\d+, .*\): take one that is built with it/,
    ],
    [
      'with old firmware',
      "import sys\nsys.implementation = ('micropython', (1, 19, 1))\n",
      /MicroPython 1\.19\.1 is too old.*1\.22 or later.*micropython\.org\/download/,
    ],
  ];
  for (const [what, boot, message] of cases) {
    it(`is one ${what}, and is left to its own program`, async () => {
      const counting = { '/boot.py': boot, '/main.py': "open('/runs', 'a').write('+')\n" };
      await withBoard({ files: counting }, async (board) => {
        await assert.rejects(open(board), message);
        // Its own program has run at power-on, and again when the board was let go.
        const ask = "import os;print(open('/runs').read(), sorted(os.listdir('/')))\r";
        const heard = await askUntil(board, ask, /^\+\+ .*/m);
        assert.equal(heard, "++ ['boot.py', 'main.py', 'runs']");
      });
    });
  }

  /** Where no session can be had: at the friendly prompt, again and again until it says so. */
  async function askUntil({ url }: EmulatedBoard, text: string, wanted: RegExp): Promise<string | undefined> {
    const transport = await openTransport(url);
    let heard = '';
    transport.onData = (bytes) => {
      heard += new TextDecoder().decode(bytes).replaceAll('\r', '');
    };
    for (let attempt = 0; attempt < 20 && !wanted.test(heard); attempt++) {
      await transport.write(new TextEncoder().encode(text));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await transport.close();
    return wanted.exec(heard)?.[0];
  }
});

describe('a line that somebody else has', () => {
  for (const line of ['socket', 'rfc2217'] as const) {
    it(`by ${line}`, async () => {
      await withBoard({ line, files: OWN }, async (board) => {
        const first = await open(board);
        await assert.rejects(open(board), new RegExp(`${line}://.*busy`));
        await first.close();
        assert.equal(await filesOn(board), "['main.py']");
      });
    });
  }

  it('by pty', { skip: !hasPty && 'python3 with pty and flock are needed' }, async () => {
    await withBoard({ pty: join(folder, 'held'), files: OWN }, async (board) => {
      const holder = await hold(board.url);
      await assert.rejects(open(board), /held: the port is busy: close the other program that has it/);
      holder.kill();
      await once(holder, 'exit');
      assert.equal(await filesOn(board), "['main.py']");
    });
  });

  /** As pyserial, and so mpremote, holds a port. */
  async function hold(path: string): Promise<ChildProcess> {
    const program = [
      'import fcntl, os, sys, time',
      'fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)',
      'fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)',
      "print('held', flush=True)",
      'time.sleep(60)',
    ].join('\n');
    const holder = spawn('python3', ['-c', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout!, 'data');
    return holder;
  }
});

describe('a cable that is pulled', () => {
  for (const moment of ['copying', 'the program runs', 'the emulated run']) {
    it(`while ${moment}: who comes next finds the board, and leaves it as it was`, async () => {
      await withBoard({ files: OWN }, async (board) => {
        const transport = await openTransport(board.url);
        const session = await BoardSession.open(transport);
        const running = mirrored(session, (text) => {
          if (!text.startsWith(moment)) return;
          const { onClose } = transport;
          void transport.close().then(() => onClose?.('the cable was pulled'));
        });
        if (moment === 'the emulated run') await running;
        else await assert.rejects(running, /the line to socket:.* was lost: .*Was the board unplugged/);
        await session.close();
        const next = await openAgain(board);
        assert.ok((await mirrored(next)).report.lines.length > 0);
        await next.close();
        assert.equal(await filesOn(board), "['main.py']");
      });
    });
  }
});
