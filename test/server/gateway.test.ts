import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { echoHost, ServerLab, TOKEN } from './lab.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe("the page's gateway", () => {
  let lab: ServerLab;
  let host: Awaited<ReturnType<typeof echoHost>>;
  let target: string;
  before(async () => {
    host = await echoHost();
    target = `127.0.0.1:${host.port}`;
  });
  after(() => host.close());
  beforeEach(async () => {
    lab = await ServerLab.start([target]);
  });
  afterEach(() => lab.close());

  it('carries bytes both ways, and the end of each way', async () => {
    const tunnel = lab.tunnel(target);
    await tunnel.until(() => tunnel.texts.includes('open'));
    tunnel.websocket.send(bytes('hello'));
    await tunnel.until(() => tunnel.received === 'hello');
    tunnel.websocket.send('end');
    await tunnel.until(() => tunnel.texts.includes('end'));
    assert.equal((await tunnel.over).status, 1000);
  });

  it('stops reading from a host that is faster than the device', async () => {
    const tunnel = lab.tunnel(target);
    await tunnel.until(() => tunnel.texts.includes('open'));
    const socket = host.sockets.at(-1)!;
    socket.write('x'.repeat(2_000_000));
    await tunnel.until(() => tunnel.received.length >= 262_144);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const first = tunnel.received.length;
    assert.ok(first < 600_000, `${first} bytes ahead`);
    tunnel.websocket.send(`taken ${first}`);
    await tunnel.until(() => tunnel.received.length > first);
  });

  it('says so when the host resets the connection', async () => {
    const tunnel = lab.tunnel(target);
    await tunnel.until(() => tunnel.texts.includes('open'));
    host.sockets.at(-1)!.resetAndDestroy();
    const { status, text } = await tunnel.over;
    assert.equal(status, 4104);
    assert.match(text, /has reset the connection/);
  });

  it('tells the page what is allowed, and its addresses', async () => {
    const { status, body } = await lab.askAsPage('/gateway/status');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), { allowed: [target] });
  });

  it('resolves allowed names only, and lets their addresses be reached', async () => {
    const named = await ServerLab.start([`localhost:${host.port}`]);
    try {
      assert.equal((await named.tunnel(target).over).status, 4403);
      const refused = await named.askAsPage('/gateway/resolve?name=example.com');
      assert.equal(refused.status, 403);
      assert.match(refused.body, /example\.com is not allowed/);
      const { body } = await named.askAsPage('/gateway/resolve?name=localhost');
      assert.deepEqual(JSON.parse(body), { addresses: ['127.0.0.1'] });
      const tunnel = named.tunnel(target);
      await tunnel.until(() => tunnel.texts.includes('open'));
    } finally {
      await named.close();
    }
  });

  describe('refuses', () => {
    it('who has no token, or an older one', async () => {
      for (const token of ['', 'x', `${TOKEN}x`, TOKEN.toUpperCase()]) {
        // A protocol's name cannot be empty, so one that is missing is said by another word.
        const { status, text } = await lab.tunnel(target, { token: token || 'none' }).over;
        assert.equal(status, 401);
        assert.match(text, /token is not that of this start/);
        const asked = await lab.askAsPage('/gateway/status', { authorization: `Bearer ${token}` });
        assert.equal(asked.status, 401);
      }
      assert.equal((await lab.ask({ path: '/gateway/status' })).status, 401);
    });

    it("another site's page, even one that knows the token", async () => {
      for (const origin of [
        'http://evil.example',
        'null',
        `http://127.0.0.1:${lab.port + 1}`,
        'http://localhost',
      ]) {
        assert.equal((await lab.tunnel(target, { origin }).over).status, 403, origin);
        assert.equal((await lab.askAsPage('/gateway/status', { origin })).status, 403, origin);
      }
      const cross = await lab.askAsPage('/gateway/status', { 'sec-fetch-site': 'cross-site' });
      assert.equal(cross.status, 403);
    });

    it('a page under a name that was made to lead here (DNS rebinding)', async () => {
      const rebound = { host: `evil.example:${lab.port}`, origin: `http://evil.example:${lab.port}` };
      assert.equal((await lab.tunnel(target, rebound).over).status, 403);
      assert.equal((await lab.askAsPage('/gateway/status', rebound)).status, 403);
    });

    it('hosts and ports that are not allowed, loopback among them', async () => {
      for (const other of [
        `127.0.0.1:${host.port + 1}`,
        `127.0.0.2:${host.port}`,
        '203.0.113.1:443',
        'nowhere:443',
      ]) {
        const { status, text } = await lab.tunnel(other).over;
        assert.equal(status, 4403, other);
        assert.match(text, /is not allowed \(--allow\)/);
      }
    });

    it('everything, when the operator allowed nothing', async () => {
      const closed = await ServerLab.start([]);
      try {
        assert.equal((await closed.tunnel(target).over).status, 4403);
      } finally {
        await closed.close();
      }
    });

    it('messages that are too long', async () => {
      const tunnel = lab.tunnel(target);
      await tunnel.until(() => tunnel.texts.includes('open'));
      tunnel.websocket.send(new Uint8Array(65_537));
      assert.equal((await tunnel.over).status, 1009);
    });

    it('a flood of messages', async () => {
      const tunnel = lab.tunnel(target);
      await tunnel.until(() => tunnel.texts.includes('open'));
      for (let i = 0; i < 20_000; i++) tunnel.websocket.send(bytes('x'));
      const { status, text } = await tunnel.over;
      assert.equal(status, 4429);
      assert.match(text, /too many messages/);
    });

    it('a flood of connections', async () => {
      const tunnels = Array.from({ length: 60 }, () => lab.tunnel('203.0.113.1:443'));
      const statuses = (await Promise.all(tunnels.map(({ over }) => over))).map(({ status }) => status);
      assert.ok(statuses.includes(429), String(statuses));
      assert.ok(statuses.includes(4403), String(statuses));
    });

    it('what is no tunnel', async () => {
      const { status } = await lab.ask({
        path: '/elsewhere',
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          origin: `http://${lab.host}`,
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-version': '13',
        },
      });
      assert.equal(status, 404);
    });
  });
});
