/** A scenario mirrored to an emulated device at the other end of a serial line, which stands for a board. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { type Mirrored, mirror } from '../../src/mirror/mirror.ts';
import { hasParity } from '../../src/mirror/parity/report.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';
import { type EmulatedBoardOptions, startEmulatedBoard } from './emulated-board.ts';

after(closeDeviceWorkers);

/** The cheapest handshake there is. */
const SCENARIO = 'mode1-psk';

/** Two worlds and their tests share one small computer: its times say nothing. */
const TOLERANCE = 100;

async function onBoard<T>(
  options: EmulatedBoardOptions,
  use: (session: BoardSession) => Promise<T>,
): Promise<T> {
  const board = await startEmulatedBoard(options);
  try {
    const session = await BoardSession.open(await openTransport(board.url));
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  } finally {
    await board.close();
  }
}

function mirrored(session: BoardSession, name = SCENARIO): Promise<Mirrored> {
  const file = join(projectRoot, 'scenarios', name, 'scenario.yaml');
  return mirror(session, loadScenario(file), { device: 'test', tolerance: TOLERANCE, timeLimit: 60e9 });
}

const differing = ({ report }: Mirrored) =>
  report.lines.filter(({ verdict }) => verdict === 'different').map(({ what }) => what);

describe('the mirror of an emulated device', () => {
  it('has full parity over RFC 2217, and leaves the board as it was', async () => {
    await onBoard({ line: 'rfc2217', files: { '/own.txt': 'mine' } }, async (session) => {
      const files = "import os;print(sorted(os.listdir('/')))";
      const before = await session.repl.ask(files);
      const result = await mirrored(session);
      assert.deepEqual(differing(result), []);
      assert.ok(hasParity(result.report));
      assert.equal(await session.repl.ask(files), before);
    });
  });

  it('leads modules that boot.py has loaded to the peers as well', async () => {
    await onBoard({ files: { '/boot.py': 'import ntptime' } }, async (session) => {
      assert.deepEqual(differing(await mirrored(session, 'mode2-server-auth')), []);
      const left =
        "import ntptime,socket;print(ntptime.socket is socket,'closure' in str(socket.getaddrinfo))";
      assert.equal(await session.repl.ask(left), 'True False\n');
    });
  });

  it('differs in the order of its suites, and there alone, when that is altered', async () => {
    // As firmware with another order would: the last two suites that it offers change places.
    const altered = [
      'import tls',
      'wrap = tls.SSLContext.wrap_socket',
      'def other(self, sock, **named):',
      '    names = [n for n in self.get_ciphers() if "PSK-WITH" in n]',
      '    self.set_ciphers(names[:-2] + [names[-1], names[-2]])',
      '    return wrap(self, sock, **named)',
      'tls.SSLContext.wrap_socket = other',
    ].join('\n');
    await onBoard({ files: { '/boot.py': altered } }, async (session) => {
      assert.deepEqual(differing(await mirrored(session)), ['ClientHello cipher_suites']);
    });
  });
});
