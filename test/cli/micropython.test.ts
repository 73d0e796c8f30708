import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { file, folder, tool } from './tool.ts';

const micropython = (args: readonly string[], input = '') => tool(['micropython', ...args], input);

/** What a program prints that ends well. */
function printed(args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = micropython(args, input);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

describe('tls-sandbox micropython', () => {
  it('runs a text, a file, a module and standard input, and tells each its arguments', () => {
    const program = 'import sys\nprint(sys.argv, __name__)\n';
    file('program.py', program);
    assert.equal(printed(['-c', program, 'a', '-V', '--help']), "['-c', 'a', '-V', '--help'] __main__\n");
    assert.equal(printed(['program.py', '-x', '1']), "['program.py', '-x', '1'] __main__\n");
    assert.equal(printed(['-m', 'program', '2']), "['program', '2'] __main__\n");
    assert.equal(printed([], program), "[''] __main__\n");
  });

  it('imports what lies beside the program and in MICROPYPATH', () => {
    mkdirSync(join(folder, 'apart'));
    file('apart/beside.py', 'WHERE = "beside"\n');
    file('apart/main.py', 'import beside\nprint(beside.WHERE)\n');
    assert.equal(printed(['apart/main.py']), 'beside\n');
    process.env.MICROPYPATH = join(folder, 'apart');
    try {
      assert.equal(printed(['-c', 'import beside; print(beside.WHERE)']), 'beside\n');
    } finally {
      delete process.env.MICROPYPATH;
    }
  });

  it('has the modules of the board and no others', () => {
    for (const name of ['_thread', 'js', 'unittest', '_esp32']) {
      assert.match(
        tool(['micropython', '-c', `import ${name}`]).stderr,
        new RegExp(`no module named '${name}'`),
      );
    }
  });

  it('has the files of the computer: reads, writes, lists, renames and removes them', () => {
    file('in.bin', Uint8Array.of(0, 1, 255));
    const program = [
      'import os',
      'print(open("in.bin", "rb").read(), os.stat("in.bin")[6])',
      `print(open("${folder}/in.bin", "rb").read(1))`,
      'with open("out.bin", "wb") as f: f.write(b"ab")',
      'with open("out.bin", "ab") as f: f.write(b"c")',
      'with open("out.bin", "r+b") as f:\n    f.seek(1)\n    f.write(b"B")\n    print(f.tell(), f.seek(0, 2))',
      'os.mkdir("sub"); os.rename("out.bin", "sub/kept.bin"); print(os.listdir("sub"))',
      'for f in (open, os.listdir, os.remove):\n    try: f("absent")\n    except OSError as e: print(e.errno)',
      'try: os.rmdir("sub")\nexcept OSError as e: print(e.errno)',
    ];
    assert.equal(
      printed(['-c', program.join('\n')]),
      "b'\\x00\\x01\\xff' 3\nb'\\x00'\n2 3\n['kept.bin']\n2\n2\n2\n39\n",
    );
    assert.equal(readFileSync(join(folder, 'sub/kept.bin'), 'latin1'), 'aBc');
  });

  it('reads standard input', () => {
    file('ask.py', 'import sys\nprint(input("? "), sys.stdin.readline())\n');
    assert.equal(printed(['ask.py'], 'one\ntwo\n'), '? one two\n\n');
    assert.equal(printed(['-c', 'try: input()\nexcept EOFError: print("no more")'], ''), 'no more\n');
    const long = 'x'.repeat(300_000);
    assert.equal(printed(['-c', 'import sys; print(len(sys.stdin.read()))'], long), '300000\n');
    assert.equal(printed(['-c', 'print(input() == "\\x03")'], '\x03\n'), 'True\n');
  });

  it('runs what the port compiles to machine code as bytecode, in the program and in what it imports', () => {
    const native = '@micropython.native\ndef plus(x): return x + 1\n';
    const viper = 'import micropython\n@micropython.viper\ndef twice(x: int) -> int: return x * 2\n';
    file('fast.py', `import micropython\n${native}`);
    const program = `import fast\n${viper}print(fast.plus(1), twice(4), open("fast.py").read()[19:38])`;
    file('fast_main.py', program);
    for (const args of [['fast_main.py'], ['-c', program]])
      assert.equal(printed(args), '2 8 @micropython.native\n');
  });

  it('compiles at the level of optimisation that -O says, and takes -v', () => {
    const program = 'import micropython; print(__debug__, micropython.opt_level())';
    for (const [option, output] of [
      ['-v', 'True 0'],
      ['-O', 'False 1'],
      ['-OO', 'False 2'],
      ['-O3', 'False 3'],
    ] as const)
      assert.equal(printed([option, '-c', program]), `${output}\n`);
  });

  it('ends when the program has left the heap locked', () => {
    const { status, stderr } = micropython(['-c', 'import micropython\nmicropython.heap_lock()\n1/0']);
    assert.deepEqual([status, stderr.trim()], [1, 'ZeroDivisionError:']);
  });

  it('prints more between two calls than one message to the world holds, to a pipe that is full', () => {
    const lines = printed(['-c', 'print("x" * 200_000)\nfor i in range(3000): print("line", i)']).split('\n');
    assert.deepEqual([lines[0]!.length, lines.length, lines[3000]], [200_000, 3_002, 'line 2999']);
  });

  it("exits with the program's status", () => {
    for (const [value, status] of [
      ['', 0],
      ['3', 3],
      ['257', 1],
      ['"text"', 1],
    ] as const) {
      assert.equal(micropython(['-c', `import sys; sys.exit(${value})`]).status, status, value);
    }
  });

  it('prints an uncaught exception as MicroPython does, on standard error, and exits with 1', () => {
    file('raises.py', 'import os\ndef f():\n    os.remove("absent")\nprint("before")\nf()\n');
    const { status, stdout, stderr } = micropython(['raises.py']);
    assert.equal(stdout, 'before\n');
    assert.equal(
      stderr,
      'Traceback (most recent call last):\n  File "raises.py", line 5, in <module>\n' +
        '  File "raises.py", line 3, in f\nOSError: [Errno 2] ENOENT\n',
    );
    assert.equal(status, 1);
    assert.match(micropython(['-c', '1/0']).stderr, /^ {2}File "<stdin>", line 1, in <module>$/m);
  });

  it('gives the prompt after the program with -i', () => {
    const { status, stdout } = micropython(['-i', '-c', 'x = 6'], 'print(x * 7)\r\x04');
    assert.match(stdout, /^>>> print\(x \* 7\)\s+42$/m);
    assert.equal(status, 0);
  });

  it('gives there tracebacks without the firmware, as the port does, and ends with its input', () => {
    const { status, stdout } = micropython(
      ['-i', '-c', 'pass'],
      'import socket\rsocket.socket().connect(1)\r',
    );
    assert.equal(status, 0);
    assert.match(stdout, /File "<stdin>", line 1, in <module>\r?\nTypeError/);
    assert.doesNotMatch(stdout, /\/rom\//);
  });

  it('follows the wall clock', () => {
    const before = Date.now() / 1000;
    const program =
      'import time; t = time.ticks_ms(); time.sleep(0.2); print(time.time(), time.ticks_diff(time.ticks_ms(), t))';
    const [seconds, slept] = printed(['-c', program]).split(' ').map(Number) as [number, number];
    const EPOCH_2000 = 946_684_800;
    assert.ok(seconds + EPOCH_2000 >= Math.floor(before) && seconds + EPOCH_2000 <= Date.now() / 1000);
    assert.ok(slept >= 199, `${slept} ms`);
  });

  it('has the memory of the computer, or of the board with --memory board', () => {
    const program =
      'import socket, ssl\nopen = []\ntry:\n    for i in range(40):\n        open.append(socket.socket())\n' +
      '        open.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))\nexcept OSError as e: print(e.errno)\n' +
      'print(len(open))';
    assert.equal(printed(['-c', program]), '80\n');
    assert.equal(printed(['--memory', 'board', '-c', program]), '23\n20\n');
  });

  it('accepts the options of the unix port and refuses others', () => {
    for (const size of ['heapsize=4M', 'heapsize=700', 'heapsize=64wk', 'heapsize=0x10000']) {
      assert.equal(printed(['-X', size, '-X', 'emit=native', '-c', 'print(1)']), '1\n');
    }
    for (const words of [
      ['-X', 'nonsense'],
      ['-X', 'heapsize=699'],
      ['-X', 'heapsize=1G'],
      ['-X', 'emit=none'],
      ['--memory', 'little'],
      ['--nonsense'],
      ['-c'],
      ['--allow', 'host'],
      ['--cpu', 'z80'],
    ]) {
      const { status, stderr } = micropython(words);
      assert.equal(status, 2, words.join(' '));
      assert.doesNotMatch(stderr, /defect/);
    }
    const { status, stderr } = micropython(['absent.py']);
    assert.match(stderr, /can't open file 'absent.py': \[Errno 2\]/);
    assert.equal(status, 2);
  });
});
