import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());
const outputOf = (script: string) => run(script, { pool }).output;

/** What a program can see of its interpreter. */
const LOOK = `
import builtins, os, sys, socket, ssl
depth = 0
def deeper():
    global depth
    depth += 1
    deeper()
try:
    deeper()
except RuntimeError:
    pass
print(depth, sorted(sys.modules), sorted(os.listdir('/')), os.getcwd(), sys.path, id(os) - id(sys), hasattr(builtins, 'left'))
print(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).verify_mode, hasattr(socket, 'left'))
`;

/** Each does to its interpreter what it can, and ends in another way. */
const PROGRAMS = {
  'that changes modules':
    'import builtins, socket, sys\nbuiltins.left = socket.left = 1\nsys.path.append("/x")\nsys.modules["left"] = 1',
  'that leaves files, open and closed':
    'import os\nos.mkdir("/d"); os.chdir("/d"); f = open("a", "w"); f.write("x"); f.flush(); open("/d/b", "w").close()',
  'that removes the firmware':
    'import os\nfor name in ("ssl.py", "socket.py"):\n    try:\n        os.remove("/rom/" + name)\n    except OSError:\n        pass',
  'that rewrites the firmware':
    'try:\n    open("/rom/ssl.py", "w").write("x = 1")\nexcept OSError:\n    pass',
  'that fills its memory': 'kept = [bytearray(100_000) for _ in range(100)]',
  'that outgrows what is kept': 'kept = [bytearray(1_000_000) for _ in range(100)]',
  'that ends far down its stack':
    'import sys\ndef down(n):\n    sys.exit(3) if n == 0 else down(n - 1)\ndown(100)',
  'that raises': 'raise ValueError("no")',
  'that keeps contexts': 'import ssl\nkept = [ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) for _ in range(5)]',
  'that is reset': 'import machine\nif machine.reset_cause() == machine.PWRON_RESET:\n    machine.reset()',
};

describe('the interpreter that a program finds', () => {
  const first = outputOf(LOOK);
  assert.match(first, /^\d\d+ /);

  for (const [does, program] of Object.entries(PROGRAMS)) {
    it(`is as the first one was after a program ${does}`, () => {
      outputOf(program);
      assert.equal(outputOf(LOOK), first);
    });
  }

  it('has its whole stack after a thousand resets', () => {
    const resets =
      'import machine\nn = int(machine.RTC().memory() or b"0")\nmachine.RTC().memory(str(n + 1).encode())\n' +
      'if n < 1000:\n    machine.reset()';
    outputOf(resets);
    assert.equal(outputOf(LOOK), first);
  });
});
