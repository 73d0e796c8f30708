import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());
const output = (script: string) => {
  const { output: text, devices } = run(script, { pool });
  assert.deepEqual(devices[0]!.exit, { status: 0, reason: 'end' });
  return text.trimEnd().split('\n');
};

const CAUGHT = "RuntimeError('maximum recursion depth exceeded',)";

describe('recursion without end', () => {
  it('of Python functions is a RuntimeError', () => {
    const script = 'def f():\n    return f()\ntry:\n    f()\nexcept RuntimeError as e:\n    print(repr(e))';
    assert.deepEqual(output(script), [CAUGHT]);
  });

  it('of a regular expression is one, again and again, and the program goes on', () => {
    const script = `import re, gc
def match():
    try:
        re.match("(a*)*", "aaa")
    finally:
        print("finally")
for i in range(3):
    try:
        match()
    except RuntimeError as e:
        print(repr(e))
        gc.collect()
print(re.match("(a+)b", "aab").group(1), sum(i for i in range(10)))`;
    const once = ['finally', CAUGHT];
    assert.deepEqual(output(script), [...once, ...once, ...once, 'aa 45']);
  });

  it('has the traceback that a board shows', () => {
    const { of } = run('import re\ndef f():\n    re.match("(a*)*", "a")\nf()', { pool });
    assert.equal(
      of('device.exception')[0]!.traceback,
      'Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n  File "main.py", line 3, in f\n' +
        'RuntimeError: maximum recursion depth exceeded\n',
    );
  });

  it('of a callback that C calls is one, too', () => {
    const script =
      'def key(x):\n    return sorted([1, 2], key=key)[0]\ntry:\n    key(1)\nexcept RuntimeError as e:\n    print(repr(e))';
    assert.deepEqual(output(script), [CAUGHT]);
  });
});
