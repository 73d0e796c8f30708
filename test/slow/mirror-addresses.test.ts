/** Programs that name addresses instead of hosts, on an emulated board: files unchanged, the computer in the hosts' place. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { type Mirrored, mirror } from '../../src/mirror/mirror.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { type EmulatedBoard, startEmulatedBoard } from '../mirror/emulated-board.ts';
import { projectRoot } from '../support/project.ts';

const differing = ({ report }: Mirrored) =>
  report.lines
    .filter(({ verdict }) => verdict === 'different')
    .map(({ what, emulated, board }) => `${what}: ${emulated} | ${board}`);

describe('a program that names addresses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'addresses-'));
  let board: EmulatedBoard;
  let session: BoardSession;
  before(async () => {
    board = await startEmulatedBoard();
    session = await BoardSession.open(await openTransport(board.url));
  });
  after(async () => {
    await session.close();
    await board.close();
    await closeDeviceWorkers();
    rmSync(folder, { recursive: true });
  });

  const mirrored = (path: string) =>
    mirror(session, loadScenario(join(path, 'scenario.yaml')), {
      device: 'test',
      tolerance: 100,
      timeLimit: 60e9,
    });
  const inCatalogue = (name: string) => join(projectRoot, 'scenarios', name);

  /** The world of cert-ip-address, with another program. */
  const withProgram = (...program: string[]) => {
    const place = mkdtempSync(join(folder, 'scenario-'));
    cpSync(inCatalogue('cert-ip-address'), place, { recursive: true });
    const head = [
      'import network, socket, time',
      'wlan = network.WLAN(network.STA_IF)',
      'wlan.active(True)',
      "wlan.connect('workshop', 'correct horse')",
      'while not wlan.isconnected(): time.sleep_ms(100)',
    ];
    writeFileSync(join(place, 'main.py'), [...head, ...program].join('\n'));
    return place;
  };

  for (const name of ['cert-ip-address', 'cert-ip-address-not-named']) {
    it(`has full parity in ${name}`, async () => {
      const result = await mirrored(inCatalogue(name));
      assert.deepEqual(differing(result), []);
      assert.match(result.report.remarks.join(), /names an address where it connects/);
    });
  }

  it('hears of the addresses that it named, in datagrams and in what it prints', async () => {
    const result = await mirrored(
      withProgram(
        "print(socket.getaddrinfo('api.example.com', 443)[0][-1])",
        'query = bytearray(48)',
        'query[0] = 0x1b',
        'sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
        "sock.sendto(query, ('198.51.100.123', 123))",
        'print(sock.recvfrom(48)[1])',
        'sock = socket.socket()',
        'try:',
        "    sock.connect(('203.0.113.10', 81))",
        'except OSError as error:',
        '    print(error)',
      ),
    );
    assert.deepEqual(
      differing(result).filter((line) => line.startsWith('output')),
      [],
    );
    assert.equal(
      result.observed.board.output,
      "('203.0.113.10', 443)\n('198.51.100.123', 123)\n[Errno 104] ECONNRESET\n",
    );
  });

  it('is refused where nobody is, and the report says that this is not what the scenario has', async () => {
    const result = await mirrored(
      withProgram(
        'sock = socket.socket()',
        'try:',
        "    sock.connect(('203.0.113.99', 443))",
        'except OSError as error:',
        '    print(error)',
      ),
    );
    assert.match(
      result.report.remarks.join(),
      /nobody in the scenario has the address 203\.0\.113\.99.*ECONNREFUSED/,
    );
  });
});
