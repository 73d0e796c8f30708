/** The mirror of an emulated device by all lines there are, with attackers, and with what goes wrong on the way. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { boardOf } from '../../emulator/device/boards/board.ts';
import { given } from '../../emulator/device/boards/figure.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { join as joinNetwork } from '../../src/mirror/board/network.ts';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { calibrate } from '../../src/mirror/calibrate/calibrate.ts';
import { type Mirrored, type MirrorOptions, mirror } from '../../src/mirror/mirror.ts';
import { hasParity } from '../../src/mirror/parity/report.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { openSerial } from '../../src/mirror/transport/serial.ts';
import { findBoard } from '../../src/scenario/board-file.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import {
  type EmulatedBoard,
  type EmulatedBoardOptions,
  startEmulatedBoard,
} from '../mirror/emulated-board.ts';
import { projectRoot } from '../support/project.ts';

const folder = mkdtempSync(join(tmpdir(), 'mirror-'));
after(async () => {
  await closeDeviceWorkers();
  rmSync(folder, { recursive: true });
});

const hasPty = spawnSync('python3', ['-c', 'import pty']).status === 0;

async function onBoard<T>(
  options: EmulatedBoardOptions,
  use: (session: BoardSession, board: EmulatedBoard) => Promise<T>,
  open = openTransport as (device: string) => ReturnType<typeof openTransport>,
): Promise<T> {
  const board = await startEmulatedBoard(options);
  try {
    const session = await BoardSession.open(await open(board.url));
    try {
      return await use(session, board);
    } finally {
      await session.close();
    }
  } finally {
    await board.close();
  }
}

/** Times say nothing where two worlds share one small computer. */
function mirrored(
  session: BoardSession,
  name: string,
  options: Partial<MirrorOptions> = {},
): Promise<Mirrored> {
  const file = join(projectRoot, 'scenarios', name, 'scenario.yaml');
  return mirror(session, loadScenario(file), { device: 'test', tolerance: 100, timeLimit: 60e9, ...options });
}

const differing = ({ report }: Mirrored) =>
  report.lines
    .filter(({ verdict }) => verdict === 'different')
    .map(({ what, emulated, board }) => `${what}: ${emulated} | ${board}`);

describe('the mirror of an emulated device', () => {
  it('has full parity over a pseudo-terminal', { skip: !hasPty && 'python3 with pty makes it' }, async () => {
    await onBoard({ pty: join(folder, 'board') }, async (session) => {
      assert.deepEqual(differing(await mirrored(session, 'mode1-psk')), []);
    });
  });

  it('has full parity through the package serialport, on a line without DTR and RTS', {
    skip: !hasPty && 'python3 with pty makes it',
  }, async () => {
    const use = async (session: BoardSession) =>
      assert.deepEqual(differing(await mirrored(session, 'mode1-psk')), []);
    await onBoard({ pty: join(folder, 'line') }, use, openSerial);
  });

  for (const name of [
    'mode3-mutual-tls',
    'mqtt-mutual-tls',
    'refuse-wrong-host',
    'expired-certificate',
    'no-shared-suite',
    'tls13-only-server',
  ]) {
    it(`has full parity in ${name}`, async () => {
      await onBoard({ line: 'rfc2217' }, async (session) => {
        const result = await mirrored(session, name);
        assert.deepEqual(differing(result), []);
        assert.ok(hasParity(result.report));
      });
    });
  }

  it('meets Mallory, who reads what the board says', async () => {
    await onBoard({}, async (session) => {
      const result = await mirrored(session, 'mallory-in-the-middle-mode1');
      assert.deepEqual(differing(result), []);
      const { events } = result.onBoard;
      assert.ok(events.some((event) => event.type === 'attacker.read' && event.actor === 'mallory'));
    });
  });

  it('gives a profile with its own times, which is a board again', async () => {
    const profile = await onBoard({}, async (session) =>
      calibrate([await mirrored(session, 'mode3-mutual-tls')]),
    );
    assert.match(profile, /^# Measured on MicroPython/);
    assert.match(profile, /^base: esp32$/m);
    const file = join(folder, 'mine.yaml');
    writeFileSync(file, profile);
    const { verify } = findBoard(file).profile.crypto.ec.secp256r1;
    assert.equal(verify.origin, 'given');
    assert.ok(verify.value > 0);
  });
});

describe('what goes wrong on the way', () => {
  it('another program has the port', { skip: !hasPty && 'python3 with pty makes it' }, async () => {
    const use = async (_: BoardSession, { url }: EmulatedBoard) =>
      assert.rejects(openSerial(url), /the port is busy: close the other program/);
    await onBoard({ pty: join(folder, 'busy') }, use, openSerial);
  });

  it('the board cannot reach this computer', async () => {
    await onBoard({ scenario: 'mode2-server-auth' }, async (session) => {
      const wifi = { ssid: 'workshop', password: 'correct horse' };
      await assert.rejects(
        mirrored(session, 'mode1-psk', { wifi, host: '127.0.0.1' }),
        /cannot reach this computer/,
      );
    });
  });

  it('the board joins for each run anew, and is off the network again when one has failed', async () => {
    await onBoard({ scenario: 'mode2-server-auth' }, async (session) => {
      const wifi = { ssid: 'workshop', password: 'correct horse' };
      for (const _ of ['first', 'second']) {
        const joined = await joinNetwork(session, wifi);
        assert.ok(
          joined.milliseconds !== undefined && joined.milliseconds > 1000,
          `${joined.milliseconds} ms`,
        );
      }
      await assert.rejects(mirrored(session, 'mode1-psk', { wifi, host: '127.0.0.1' }), /cannot reach/);
      const active = 'import network;print(network.WLAN(network.STA_IF).active())';
      assert.equal((await session.repl.ask(active)).trim(), 'False');
    });
  });

  it('the Wi-Fi password is wrong', async () => {
    await onBoard({ scenario: 'mode2-server-auth' }, async (session) => {
      const wifi = { ssid: 'workshop', password: 'wrong horse' };
      await assert.rejects(
        mirrored(session, 'mode1-psk', { wifi }),
        /the password is wrong \(STAT_WRONG_PASSWORD\)/,
      );
    });
  });

  it('the flash is full', async () => {
    const { profile } = boardByName('esp32');
    const board = boardOf({
      ...profile,
      flash: { ...profile.flash, fileSystem: given(16_384, 'this test') },
    });
    await onBoard({ board }, async (session) => {
      await assert.rejects(mirrored(session, 'mode1-psk'), /the board's flash is full/);
      assert.equal(
        (await session.repl.ask("import os;print('tls-sandbox-mirror' in os.listdir('/'))")).trim(),
        'False',
      );
    });
  });

  it('the board is unplugged while the program runs', async () => {
    await assert.rejects(
      onBoard({}, async (session, board) => {
        const running = mirrored(session, 'mode2-server-auth', {
          onProgress: (text) => {
            if (text === 'the program runs') setTimeout(() => void board.close(), 300);
          },
        });
        await running;
      }),
      /the line to socket:.* was lost/,
    );
  });

  it('somebody stops it, while the program runs on the board or in the emulator', async () => {
    await onBoard({}, async (session) => {
      for (const moment of ['the program runs', 'the emulated run']) {
        const stop = new AbortController();
        const enough = new Error(`enough of ${moment}`);
        const run = mirrored(session, 'mode2-server-auth', {
          signal: stop.signal,
          onProgress: (text) => {
            if (text !== moment) return;
            session.repl.line.stop(enough);
            stop.abort(enough);
          },
        });
        await assert.rejects(run, enough);
        const files = await session.undisturbed(() => session.repl.ask("import os;print(os.listdir('/'))"));
        assert.doesNotMatch(files, /tls-sandbox/);
      }
    });
  });

  it('a program that does not end is interrupted, and the report says so', async () => {
    await onBoard({}, async (session) => {
      const { report, onBoard: run } = await mirrored(session, 'mode2-server-auth', { timeLimit: 0.3e9 });
      assert.equal(run.ended, false);
      assert.ok(report.remarks.some((remark) => remark.includes('did not end on the board')));
      assert.equal(
        (await session.repl.ask("import os;print('tls-sandbox-mirror' in os.listdir('/'))")).trim(),
        'False',
      );
    });
  });
});
