/** `errno` as newlib and lwIP number it: in the module, in what the compiler makes of it, in an OSError's text. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run as runOn } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const printed = (script: string) => runOn(script, { pool }).output;

const NETWORK_ERRORS = {
  EADDRINUSE: 112,
  EALREADY: 120,
  ECONNABORTED: 113,
  EHOSTUNREACH: 118,
  EINPROGRESS: 119,
  ENOTCONN: 128,
};

describe('errno', () => {
  it("has the port's numbers, written as errno.NAME, looked up by name and imported", () => {
    for (const [name, number] of Object.entries(NETWORK_ERRORS)) {
      const script = `import errno\nfrom errno import ${name}\nprint(errno.${name}, getattr(errno, "${name}"), ${name})`;
      assert.equal(printed(script), `${number} ${number} ${number}\n`);
    }
  });

  it('leaves the numbers alone that are the same everywhere', () => {
    assert.equal(printed('import errno\nprint(errno.ENOENT, errno.EAGAIN, errno.ETIMEDOUT)'), '2 11 110\n');
  });

  it('names the number in errorcode and in the text of an OSError', () => {
    assert.equal(
      printed('import errno\nprint(errno.errorcode[128], OSError(118), OSError(107))'),
      'ENOTCONN [Errno 118] EHOSTUNREACH 107\n',
    );
  });
});
