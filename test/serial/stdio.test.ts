import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBoard } from './board.ts';
import { CTRL_C, CTRL_D, LineClient } from './client.ts';

const board = await openBoard();
const client = await LineClient.open(board.socket);
await client.enterRaw();

/** Starts a program, waits until it says `ready`, and answers it. */
async function converse(program: string, ...answers: (string | Uint8Array)[]): Promise<string> {
  await client.paste(`import sys, select, time\n${program}`);
  for (const answer of answers) {
    await client.until('ready\r\n');
    client.type(answer);
  }
  const { output, error } = await client.outcome();
  assert.equal(error, '');
  return output;
}

describe('sys.stdin on the serial line', () => {
  it('has the types and the names of the port', async () => {
    assert.equal(
      await client.print('import sys\nprint(sys.stdin, sys.stdout.buffer, type(sys.stderr))'),
      "<io.TextIOWrapper 0> <io.FileIO 1> <class 'TextIOWrapper'>\r\n",
    );
  });

  it('reads as many characters as it is asked for, \\r as \\n', async () => {
    const output = await converse('print("ready")\nprint(repr(sys.stdin.read(5)))', 'aö\r€z');
    assert.equal(output, "'aö\\n€z'\r\n");
  });

  it('reads lines', async () => {
    const output = await converse(
      'print("ready")\nfor line in sys.stdin:\n  print(repr(line))\n  if line == "end\\n": break',
      'one\rtwo\nend\r',
    );
    assert.equal(output, "'one\\n'\r\n'two\\n'\r\n'end\\n'\r\n");
  });

  it('leaves bytes as they are in `buffer`, into a buffer or as bytes', async () => {
    const output = await converse(
      'b = bytearray(6)\nprint("ready")\nn = sys.stdin.buffer.readinto(b, 4)\nprint(n, bytes(b), sys.stdin.buffer.read(2))',
      Uint8Array.of(0x00, 0x0d, 0x0a, 0xff, 0x80, 0x04),
    );
    assert.equal(output, "4 b'\\x00\\r\\n\\xff\\x00\\x00' b'\\x80\\x04'\r\n");
  });

  it('reads Ctrl-C as a byte after micropython.kbd_intr(-1)', async () => {
    const output = await converse(
      'import micropython\nmicropython.kbd_intr(-1)\nprint("ready")\nprint(sys.stdin.buffer.read(3))\nmicropython.kbd_intr(3)',
      `a${CTRL_C}b`,
    );
    assert.equal(output, "b'a\\x03b'\r\n");
  });

  it('is polled, by itself and by its buffer, also when more than was read has come over', async () => {
    const output = await converse(
      `poller = select.poll()
poller.register(sys.stdin.buffer, select.POLLIN)
early = poller.poll(0)
print("ready")
print([event for _, event in poller.poll()])
got = sys.stdin.buffer.read(1)
while poller.poll(50): got += sys.stdin.buffer.read(1)
print(early, got, select.select([sys.stdin], [], [], 0)[0])`,
      'xyz',
    );
    assert.equal(output, "[1]\r\n[] b'xyz' []\r\n");
  });

  it('gives input() its line, and EOFError for Ctrl-D', async () => {
    const output = await converse(
      `print("ready")
print(repr(input("? ")))
print("ready")
try:
    input()
except EOFError:
    print("end")`,
      'Bob\r',
      CTRL_D,
    );
    assert.equal(output, 'end\r\n');
  });

  it('wakes a task that waits for it beside others', async () => {
    const output = await converse(
      `import asyncio
async def other():
    await asyncio.sleep_ms(20)
async def main():
    task = asyncio.create_task(other())
    print("ready")
    print(repr(await asyncio.StreamReader(sys.stdin).readline()))
    await task
asyncio.run(main())`,
      'typed\r',
    );
    assert.equal(output, "b'typed\\n'\r\n");
  });
});

describe('sys.stdout on the serial line', () => {
  it('ends lines with \\r\\n, and leaves bytes as they are in `buffer`', async () => {
    await client.paste(
      'import sys\nn = sys.stdout.write("a\\nb\\n")\nm = sys.stdout.buffer.write(bytes(range(5, 256)), 200)\nprint(n, m)',
    );
    assert.equal((await client.bytes(6)).toString(), 'a\r\nb\r\n');
    assert.deepEqual(await client.bytes(200), Buffer.from(Array.from({ length: 200 }, (_, at) => at + 5)));
    assert.deepEqual(await client.outcome(), { output: '4 200\r\n', error: '' });
  });

  it('takes what print, json and a traceback write to it', async () => {
    const output = await client.print(
      'import sys, json\nprint(1, file=sys.stdout)\njson.dump([2], sys.stderr)\nsys.print_exception(ValueError(3), sys.stdout)',
    );
    assert.equal(output, '1\r\n[2]ValueError: 3\r\n');
  });

  it('cannot be read, and standard input not be written', async () => {
    const output = await client.print(`import sys
for action in (lambda: sys.stdout.read(1), lambda: sys.stdin.write("x"), lambda: sys.stdin.buffer.write(b"x")):
    try:
        action()
    except OSError as error:
        print(error.errno)`);
    assert.equal(output, '1\r\n1\r\n1\r\n');
    await client.close();
  });
});
