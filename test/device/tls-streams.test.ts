/** TLS over a stream written in Python: what the port asks of it, and what it does not. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run as runOn } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const printed = (script: string) => runOn(script, { pool }).output;

/** A wire whose ends can be told to be busy; every ioctl is printed. */
const WIRE = `
import io, ssl
READ, WRITE = 1, 4
class Wire(io.IOBase):
    data = b""
    busy = False
    def write(self, data):
        return None if self.busy else len(data)
    def readinto(self, buffer):
        return None
    def ioctl(self, request, argument):
        print("ioctl", request, argument)
        return argument & WRITE if request == 3 and not self.busy else 0
wire = Wire()
tls = ssl.wrap_socket(wire, do_handshake=False)
poll = lambda mask: print("->", tls.ioctl(3, mask))
`;

describe('an SSLSocket over a Python stream', () => {
  it('closes it through its ioctl, once', () => {
    assert.equal(printed(`${WIRE}tls.close()\ntls.close()`), 'ioctl 4 0\n');
  });

  it('asks a C stream nothing that it does not know', () => {
    const script = `import io, ssl
tls = ssl.wrap_socket(io.BytesIO(), do_handshake=False)
for request in (3, 10):
    try: tls.ioctl(request, 1)
    except OSError as e: print(e.errno)
tls.close()
print(tls.ioctl(3, 1))`;
    assert.equal(printed(script), '22\n22\n32\n');
  });

  it('polls for writing when a read was held up by its first message', () => {
    const script = `${WIRE}wire.busy = True
print(tls.read(1))
poll(READ)
wire.busy = False
poll(READ)`;
    assert.equal(printed(script), 'None\nioctl 3 4\n-> 0\nioctl 3 4\n-> 5\n');
  });

  it('polls for what it is asked when a read waits for the peer', () => {
    assert.equal(
      printed(`${WIRE}tls.read(1)\npoll(READ)\npoll(WRITE)`),
      'ioctl 3 1\n-> 0\nioctl 3 4\n-> 4\n',
    );
  });

  it('polls for reading when a write waits for the peer', () => {
    assert.equal(printed(`${WIRE}print(tls.write(b"x"))\npoll(WRITE)`), 'None\nioctl 3 1\n-> 0\n');
  });
});

describe('ssl.wrap_socket', () => {
  it('looks at the key before it misses the certificate', () => {
    const script = `import io, ssl
for key in (b"no key", 7):
    try: ssl.wrap_socket(io.BytesIO(), key=key)
    except (TypeError, ValueError) as e: print(repr(e))`;
    assert.equal(
      printed(script),
      `ValueError('invalid key',)\nTypeError("can't convert 'int' object to str implicitly",)\n`,
    );
  });
});
