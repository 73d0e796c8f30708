/** A page's board at the server: what is told of it, and how it is left. */
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { startEmulatedBoard } from '../mirror/emulated-board.ts';
import { FakeBoard, STOCK } from '../mirror/fake-board.ts';
import { ServerLab } from '../server/lab.ts';
import { begin, PageEnd, stuckBoard, WIFI } from '../server/page-end.ts';

after(closeDeviceWorkers);

describe("a page's board at the server", () => {
  let lab: ServerLab;
  beforeEach(async () => {
    lab = await ServerLab.start([], { wifi: WIFI, host: undefined });
  });
  afterEach(() => lab.close());

  const pageWith = (board: FakeBoard) => new PageEnd(lab.mirror(), board).open();

  it('plays the scenario with peers on this computer: the row is that of mirror --json', async () => {
    const board = await startEmulatedBoard();
    try {
      const page = await new PageEnd(lab.mirror(), await openTransport(board.url)).open();
      page.say(begin());
      const { row, failed } = await page.end();
      assert.equal(failed, undefined);
      assert.equal(row!.name, 'mode1-psk');
      const { device, lines } = row!.report!;
      assert.equal(device, 'WebSerial, USB 10c4:ea60');
      const of = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
      assert.ok(of('equal') > 20, String(of('equal')));
      assert.ok(lines.some(({ section }) => section.startsWith('handshake with')));
    } finally {
      await board.close();
    }
  });

  it('is refused in words, and left as it was found', async () => {
    const board = new FakeBoard('raw paste', () => ({ output: STOCK.replace('ssl tls ', '') }));
    const page = await pageWith(board);
    page.say(begin());
    assert.match((await page.end()).failed!, /WebSerial, USB 10c4:ea60: this firmware has no ssl module/);
    assert.ok(board.isFriendly);
    assert.equal(board.restarts, 1);
  });

  it('is stopped by the page, and left as it was found', async () => {
    const board = stuckBoard();
    const page = await pageWith(board);
    page.say(begin());
    await page.until('joining the network');
    page.say({ kind: 'stop' });
    assert.equal((await page.end()).failed, 'stopped; the board is as it was');
    assert.ok(board.isFriendly);
    assert.equal(board.restarts, 1);
  });

  it('is left as it was found when the server ends', async () => {
    const board = stuckBoard();
    const page = await pageWith(board);
    page.say(begin());
    await page.until('joining the network');
    await lab.close();
    assert.match((await page.end()).failed!, /the server of the page was ended/);
    assert.ok(board.isFriendly);
    lab = await ServerLab.start();
  });

  it('may be pulled out: that is told, with what it said last', async () => {
    const board = stuckBoard();
    const page = await pageWith(board);
    page.say(begin());
    await page.until('joining the network');
    board.unplug();
    assert.match(
      (await page.end()).failed!,
      /the line to WebSerial, USB 10c4:ea60 was lost: Input\/output error/,
    );
  });

  it('gets the name of the Wi-Fi network and its password; nobody else hears of them', async () => {
    const board = new FakeBoard('raw paste', (program) => {
      if (program.includes('tell("implementation"')) return { output: STOCK };
      return program.includes("join('at-home'") ? { output: 'status STAT_WRONG_PASSWORD\nhow \n' } : {};
    });
    const socket = lab.mirror();
    const page = await new PageEnd(socket, board).open();
    page.say(begin());
    assert.match((await page.end()).failed!, /the password is wrong/);
    assert.ok(board.programs.some((program) => program.includes("join('at-home','a secret word'")));
    assert.doesNotMatch(socket.texts.join(), /at-home|a secret word/);
  });
});
