import assert from 'node:assert/strict';
import { createServer, Server } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { Control } from '../../src/mirror/run/control.ts';

/** The servers that listen from now on; the port of the first is `first`, which the system has just found free. */
function watchListening(test: TestContext, first = 0): Server[] {
  const servers: Server[] = [];
  const { listen } = Server.prototype;
  test.mock.method(
    Server.prototype,
    'listen',
    function (this: Server, options: { port: number }, done: () => void) {
      const port = servers.length === 0 ? first : options.port;
      servers.push(this);
      return listen.call(this, { ...options, port }, done);
    },
  );
  return servers;
}

describe('where a board asks its way', () => {
  it('is another port where somebody has the first', async (test) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const { port: taken } = other.address() as { port: number };
    const servers = watchListening(test, taken);
    const control = await Control.open(['127.0.0.1']);
    assert.notEqual(control.port, taken);
    assert.equal(servers.length, 2);
    control.close();
    other.close();
  });

  it('leaves no port open when one of the addresses is not of this computer', async (test) => {
    const servers = watchListening(test);
    await assert.rejects(Control.open(['127.0.0.1', '192.0.2.1']), /not an address of this computer/);
    assert.deepEqual(
      servers.map(({ listening }) => listening),
      [false, false],
    );
  });
});
