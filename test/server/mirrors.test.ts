/** Who is refused a mirror by the page's server. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ServerLab, TOKEN, type Tunnelled } from './lab.ts';
import { begin, PageEnd, stuckBoard, WIFI } from './page-end.ts';

describe("a page's board at the server", () => {
  let lab: ServerLab;
  beforeEach(async () => {
    lab = await ServerLab.start([], { wifi: WIFI, host: undefined });
  });
  afterEach(() => lab.close());

  it('is told to nobody but the page whether mirroring is on, and whether Wi-Fi is known', async () => {
    assert.deepEqual(JSON.parse((await lab.askAsPage('/mirror/status')).body), { isOn: true, hasWifi: true });
    assert.equal((await lab.ask({ path: '/mirror/status' })).status, 401);
    const cross = await lab.askAsPage('/mirror/status', { origin: 'http://evil.example' });
    assert.equal(cross.status, 403);
  });

  it('is not touched for a scenario that no board can meet, or that is none', async () => {
    const cases: readonly (readonly [object, RegExp])[] = [
      [begin('mode1-psk', { files: { 'scenario.yaml': 'title: 1' } }), /scenario\.yaml:1:/],
      [begin('mode1-psk', { files: { '../x': '' } }), /\.\.\/x is no path within a folder/],
      [begin('mode1-psk', { board: '__proto__' }), /no profile named "__proto__"/],
      [begin('deep-sleep'), /cannot be promoted to a board: its program starts the board again/],
    ];
    for (const [message, failure] of cases) {
      const board = stuckBoard();
      const page = await new PageEnd(lab.mirror(), board).open();
      page.say(message);
      assert.match((await page.end()).failed!, failure);
      assert.deepEqual(board.programs, []);
    }
  });

  describe('is refused', () => {
    it('to who has no token, comes from another page, or by a name that was made to lead here', async () => {
      assert.equal((await lab.mirror({ token: 'none' }).over).status, 401);
      assert.equal((await lab.mirror({ token: `${TOKEN}x` }).over).status, 401);
      assert.equal((await lab.mirror({ origin: 'http://evil.example' }).over).status, 403);
      const rebound = { host: `evil.example:${lab.port}`, origin: `http://evil.example:${lab.port}` };
      assert.equal((await lab.mirror(rebound).over).status, 403);
    });

    it('when the operator has not said --mirror', async () => {
      const off = await ServerLab.start();
      try {
        const { status, text } = await off.mirror().over;
        assert.equal(status, 4403);
        assert.match(text, /start tls-sandbox serve with --mirror/);
        assert.deepEqual(JSON.parse((await off.askAsPage('/mirror/status')).body), {
          isOn: false,
          hasWifi: false,
        });
      } finally {
        await off.close();
      }
    });

    const unknown: Readonly<Record<string, (page: PageEnd, socket: Tunnelled) => void>> = {
      'what is no JSON': (_, { websocket }) => websocket.send('begin'),
      'what is no message': (page) => page.say({ kind: 'sudo' }),
      'bytes before the beginning': (_, { websocket }) => websocket.send(new Uint8Array(3)),
      'a beginning without files': (page) => page.say({ ...begin(), files: undefined }),
      'a second beginning': (page) => {
        page.say(begin());
        page.say(begin());
      },
      'more bytes than a line says at once': (page, { websocket }) => {
        page.say(begin());
        websocket.send(new Uint8Array(65_537));
      },
    };
    for (const [what, say] of Object.entries(unknown)) {
      it(`with ${what}`, async () => {
        const socket = lab.mirror();
        const page = await new PageEnd(socket, stuckBoard()).open();
        say(page, socket);
        const { status, text } = await socket.over;
        assert.equal(status, 4400);
        assert.match(text, /no message of a mirror/);
      });
    }

    it('with a beginning that is too long', async () => {
      const socket = lab.mirror();
      const page = await new PageEnd(socket, stuckBoard()).open();
      page.say(begin('mode1-psk', { files: { 'scenario.yaml': 'x'.repeat(4_100_000) } }));
      assert.equal((await socket.over).status, 1009);
    });

    it('in a flood of messages, or of boards', async () => {
      const socket = lab.mirror();
      const page = await new PageEnd(socket, stuckBoard()).open();
      page.say(begin());
      for (let i = 0; i < 20_000; i++) page.say({ kind: 'written' });
      assert.equal((await socket.over).status, 4429);
      const boards = Array.from({ length: 12 }, () => lab.mirror());
      const refused = (await Promise.all(boards.slice(9).map(({ over }) => over))).map(
        ({ status }) => status,
      );
      assert.ok(refused.includes(429), String(refused));
    });
  });
});
