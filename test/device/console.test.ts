import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Device } from '../../emulator/device/device.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run } from './bench.ts';
import { createLab } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

/** Bytes, each character one; a number is a pause in seconds before what follows. */
type Typed = string | number;

interface Options {
  readonly main?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly prompt?: boolean;
}

/** Control characters in caret notation, but for the ends of lines. */
function shown(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte < 32 && byte !== 10 && byte !== 13
      ? `^${String.fromCharCode(byte + 64)}`
      : String.fromCharCode(byte),
  ).join('');
}

/** Types into a board that has booted, and returns what its serial line said, until it wants more. */
function typing(typed: readonly Typed[], options: Options = {}): string {
  return runTyping(typed, options).said;
}

function runTyping(typed: readonly Typed[], { main = '', files, prompt = true }: Options) {
  const { world, stacks } = createLab();
  let said = '';
  const bench = run(main, {
    pool,
    world,
    stacks,
    prompt,
    ...(files && { files }),
    timeLimit: 120 * SECOND,
    prepare: ([device]) => {
      device!.console.onOutput((bytes) => {
        said += shown(bytes);
      });
      let time = 5 * SECOND;
      for (const part of typed) {
        if (typeof part === 'number') time += part * SECOND;
        else world.after(time, () => device!.console.write(Buffer.from(part, 'latin1')));
        time += 500 * MILLISECOND;
      }
    },
  });
  return { ...bench, said };
}

const BANNER =
  'MicroPython v1.29.0 on 2026-08-25; Generic ESP32 module with ESP32\r\nType "help()" for more information.\r\n';

/** What the prompt says after its banner. */
function session(...typed: Typed[]): string {
  const said = typing(typed);
  assert.ok(said.startsWith(`${BANNER}>>> `), JSON.stringify(said));
  return said.slice(BANNER.length + '>>> '.length);
}

const CTRL = { A: '\x01', B: '\x02', C: '\x03', D: '\x04', E: '\x05' } as const;
const UP = '\x1b[A';
const DOWN = '\x1b[B';
const LEFT = '\x1b[D';

describe('the prompt', () => {
  it('follows main.py, with the banner of the port', () => {
    assert.equal(typing([], { main: 'print("main")' }), `main\r\n${BANNER}>>> `);
  });

  it('follows a main.py that raises, after its traceback', () => {
    const said = typing([], { main: '1/0' });
    assert.match(said, /^Traceback .*main\.py", line 1, in <module>\r\nZeroDivisionError: .*>>> $/s);
  });

  it('knows what main.py has defined', () => {
    assert.match(typing(['x\r'], { main: 'x = 42' }), /x\r\n42\r\n>>> $/);
  });

  it('does not come when nobody is there', () => {
    assert.equal(typing([], { main: 'print("main")', prompt: false }), 'main\r\n');
  });

  it('evaluates a line and ends lines with \\r\\n', () => {
    assert.equal(session('print("a\\nb")\r'), 'print("a\\nb")\r\na\r\nb\r\n>>> ');
  });

  it('indents blocks by itself', () => {
    assert.match(session('for i in range(2):\rprint(i)\r\r\r\r'), /\r\n0\r\n1\r\n>>> $/);
  });

  it('recalls lines with the arrow keys', () => {
    assert.match(session('6*7\r', '1\r', UP + UP, '\r'), /6\*7\r\n42\r\n>>> $/);
  });

  it('stays on its line when the keys leave it empty', () => {
    assert.match(session('1\r', 'ab\x7f\x7f', UP, DOWN, DOWN, LEFT, '2\r'), /2\r\n2\r\n>>> $/);
    assert.equal(session('a\x7f', LEFT, DOWN, '2\r'), 'a^H^[[K2\r\n2\r\n>>> ');
  });

  it('completes names with TAB', () => {
    assert.match(
      session('import machine\r', 'machine.uniq\t()[:1]\r'),
      /machine\.unique_id\(\)\[:1\]\r\nb'\$'\r\n>>> $/,
    );
  });

  it('shows no frames of the firmware in a traceback', () => {
    const said = session('import socket\r', "socket.socket().connect(('203.0.113.9', 'x'))\r");
    assert.match(
      said,
      /Traceback \(most recent call last\):\r\n {2}File "<stdin>", line 1, in <module>\r\n\w+Error/,
    );
  });

  it('shows the frames of asyncio as of a frozen module', () => {
    const said = session('import asyncio\r', 'async def f(): 1/0\r\r', 'asyncio.run(f())\r');
    assert.match(said, /\r\n {2}File "asyncio\/core.py", line 1, in run\r\n/);
    assert.doesNotMatch(said, /\/rom\//);
  });

  it('leaves a line that only begins as a frame does', () => {
    assert.match(session('print("  File \\"/rom/x\\"")\r'), /\r\n {2}File "\/rom\/x"\r\n>>> $/);
  });

  it('has help() and help(object)', () => {
    assert.match(
      session('help()\r'),
      /Welcome to MicroPython on a simulated ESP32!\r\n.*machine.Pin.*CTRL-D/s,
    );
    assert.match(session('help(1)\r'), /object 1 is of type int/);
  });
});

describe('Ctrl-C', () => {
  it('at the prompt discards the line', () => {
    assert.equal(session(`abc${CTRL.C}1\r`), 'abc\r\n>>> 1\r\n1\r\n>>> ');
  });

  const blocked: readonly (readonly [string, string])[] = [
    ['time.sleep', 'import time; time.sleep(1000)'],
    ['a socket call', 'import socket; s = socket.socket(); s.bind(("", 80)); s.listen(1); s.accept()'],
    ['input', 'input("name? ")'],
    ['poll', 'import sys, select; p = select.poll(); p.register(sys.stdin, 1); p.poll()'],
    ['a loop that looks at the clock', 'import time\rwhile True: time.ticks_ms()\r'],
  ];
  for (const [what, line] of blocked) {
    it(`ends ${what}`, () => {
      const said = session(`${line}\r`, 1, CTRL.C, '"goes on"\r');
      assert.match(said, /in <module>\r\nKeyboardInterrupt: \r\n>>> "goes on"\r\n'goes on'\r\n>>> $/);
    });
  }

  it('ends main.py, and the prompt follows', () => {
    const said = typing([1, CTRL.C], { main: 'import time\nwhile True: time.sleep(1)' });
    assert.match(said, /main\.py", line 2, in <module>\r\nKeyboardInterrupt: \r\nMicroPython .*>>> $/s);
  });

  it('ends main.py where nobody waits for the prompt, too', () => {
    const main = 'import time\nwhile True: time.sleep(1)';
    const { outcome, of } = runTyping([1, CTRL.C], { main, prompt: false });
    assert.equal(of('device.exception')[0]!.name, 'KeyboardInterrupt');
    assert.equal(outcome.outcome, 'finished');
  });

  it('at the prompt leaves internal modules hidden', () => {
    assert.match(session('import _boot\r'), /ImportError: no module named '_boot'\r\n>>> $/);
  });

  it('is a byte like any other after micropython.kbd_intr(-1)', () => {
    const said = session(
      'import micropython, sys\r',
      'micropython.kbd_intr(-1); print(repr(sys.stdin.read(1)))\r',
      1,
      CTRL.C,
    );
    assert.match(said, /'\\x03'\r\n>>> $/);
  });
});

describe('reading the console', () => {
  it('input() echoes, and takes back what is deleted', () => {
    assert.match(session('input("name? ")\r', 'abx\x7fc\r'), /\r\nname\? abx\^H \^Hc\r\n'abc'\r\n>>> $/);
  });

  it('sys.stdin gives Enter as \\n', () => {
    assert.match(session('import sys\r', 'sys.stdin.readline()\r', 'abc\r'), /'abc\\n'\r\n>>> $/);
  });

  it('select.poll waits for it in virtual time', () => {
    const main = [
      'import sys, select, time',
      'p = select.poll()',
      'p.register(sys.stdin, select.POLLIN)',
      'print(p.poll(1000))',
      'print(p.poll()[0][1], sys.stdin.read(3))',
    ].join('\n');
    assert.equal(typing([1, 'abc'], { main, prompt: false }), '[]\r\n1 abc\r\n');
  });
});

describe('paste mode', () => {
  it('takes a text as it stands', () => {
    const said = session(CTRL.E, 'for i in range(2):\r    print(i)\r', CTRL.D);
    assert.match(said, /^\r\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n=== .*\r\n0\r\n1\r\n>>> $/s);
  });

  it('is cancelled by Ctrl-C', () => {
    assert.match(session(CTRL.E, 'print(1)', CTRL.C), /=== print\(1\)\r\n>>> $/);
  });
});

describe('the raw REPL', () => {
  const raw = (...typed: Typed[]) => {
    const said = session(CTRL.A, ...typed);
    const greeting = '\r\nraw REPL; CTRL-B to exit\r\n>';
    assert.ok(said.startsWith(greeting), JSON.stringify(said));
    return said.slice(greeting.length);
  };

  it('executes a text and separates its output from its errors', () => {
    assert.equal(raw(`print(1)\nprint(2)${CTRL.D}`), 'OK1\r\n2\r\n^D^D>');
    assert.equal(
      raw(`x${CTRL.D}`),
      "OK^DTraceback (most recent call last):\r\n  File \"<stdin>\", line 1, in <module>\r\nNameError: name 'x' isn't defined\r\n^D>",
    );
  });

  it('is left with Ctrl-B', () => {
    assert.equal(raw(CTRL.B, '1\r'), `\r\n${BANNER}>>> 1\r\n1\r\n>>> `);
  });

  it('outlasts a soft reset, without main.py', () => {
    const said = typing([CTRL.A, CTRL.D, 10, `print(3)${CTRL.D}`], { main: 'print("main")' });
    assert.match(said, /OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>OK3\r\n\^D\^D>$/);
    assert.equal(said.match(/main\r/g)?.length, 1);
  });

  it('does not outlast a reset of the chip', () => {
    const said = typing([CTRL.A, `import machine; machine.reset()${CTRL.D}`, 3], { main: 'print("main")' });
    assert.equal(said.match(/main\r/g)?.length, 2);
    assert.match(said, />>> $/);
  });

  const request = `${CTRL.E}A${CTRL.A}`;
  const granted = 'R^A\x80^@^A';

  it('knows raw paste', () => {
    assert.equal(raw(request, `print(1)${CTRL.D}`, `2${CTRL.D}`), `${granted}^D1\r\n^D^D>OK^D^D>`);
  });

  it('grants a window for each 128 bytes of raw paste', () => {
    const program = `#${'x'.repeat(299)}\nprint(1)`;
    assert.equal(raw(request, `${program}${CTRL.D}`), `${granted}^A^A^D1\r\n^D^D>`);
  });

  it('reports errors of a raw paste', () => {
    assert.match(raw(request, `1/0${CTRL.D}`), /\^D\^DTraceback .*ZeroDivisionError: .*\r\n\^D>$/s);
    assert.match(raw(request, `a b${CTRL.D}`), /\^D\^DTraceback .*SyntaxError: .*\r\n\^D>$/s);
  });

  it('cancels a raw paste at Ctrl-C', () => {
    assert.match(
      raw(request, `print(1${CTRL.C}`, `print(2)${CTRL.D}`),
      /KeyboardInterrupt: \r\n\^D>OK2\r\n\^D\^D>$/,
    );
  });

  it('takes functions for the native emitters, handed over in any way', () => {
    const program = (emitter: string) =>
      `import micropython\n@micropython.${emitter}\ndef f(x): return x + 1\nprint(f(1))`;
    assert.equal(raw(`${program('native')}${CTRL.D}`), 'OK2\r\n^D^D>');
    assert.equal(raw(request, `${program('viper')}${CTRL.D}`), `${granted}^D2\r\n^D^D>`);
    const pasted = session(CTRL.E, `${program('native')}${CTRL.D}`);
    assert.match(
      pasted,
      /=== import micropython\n@micropython\.native\ndef f\(x\).*\nprint\(f\(1\)\)\r\n2\r\n>>> $/,
    );
  });

  it('does an empty raw paste without a soft reset', () => {
    assert.equal(raw(request, CTRL.D), `${granted}^D^D^D>`);
  });
});

describe('a long line', () => {
  it('is printed whole at the prompt', () => {
    const said = session('print("x" * 300000)\r', 60, '1 + 1\r');
    assert.equal(said.match(/x{1000,}/)?.[0].length, 300_000);
    assert.match(said, /x\r\n>>> 1 \+ 1\r\n2\r\n>>> $/);
  });

  it('comes as it is printed, at 115,200 baud, and is one line in the trace', () => {
    const { world, stacks } = createLab();
    const sizes: number[] = [];
    let size = 0;
    const { of } = run('import time\ntime.sleep(1)\nprint("x" * 60000)', {
      pool,
      world,
      stacks,
      prepare: ([device]) => {
        device!.console.onOutput((bytes) => {
          size += bytes.length;
        });
        for (const time of [3, 5]) world.after(time * SECOND, () => sizes.push(size));
      },
    });
    // 11,520 bytes take a second; the program begins some tenths of a second after the world.
    assert.ok(sizes[0]! > 15_000 && sizes[0]! < 24_000, `${sizes}`);
    assert.ok(sizes[1]! > 38_000 && sizes[1]! < 48_000, `${sizes}`);
    assert.deepEqual(
      of('device.output').map(({ text }) => text.length),
      [60_001],
    );
  });
});

describe('a decorator for native code, typed at the prompt', () => {
  it('makes bytecode of the function, and is seen as it was typed', () => {
    const lines = 'import micropython\r@micropython.viper \rdef f(x): return x + 1\r\r';
    assert.equal(
      session(lines, 'f(1)\r'),
      'import micropython\r\n>>> @micropython.viper \r\n... def f(x): return x + 1\r\n... \r\n>>> f(1)\r\n2\r\n>>> ',
    );
  });

  it('can be taken back, or turn out to be another', () => {
    const said = session('@micropython.nati\x7f\x7fmes\rdef f(): pass\r\r');
    assert.match(said, /@micropython\.nati.*mes\r\n/);
    assert.match(said, /SyntaxError: invalid micropython decorator/);
  });
});

describe('a timer', () => {
  it('comes while the prompt waits for a key', () => {
    const said = session(
      'from machine import Timer\r',
      'ticks = []\r',
      'one = Timer(0, period=100, callback=lambda t: ticks.append(len(ticks)))\r',
      2,
      'print("ticks", len(ticks))\r',
    );
    const [, count] = /ticks (\d+)\r\n/.exec(said) ?? [];
    assert.ok(Number(count) >= 20 && Number(count) <= 30, said);
  });
});

describe('Ctrl-D', () => {
  it('at an empty prompt is a soft reset: variables are lost, main.py runs again', () => {
    const said = typing(['x = 1\r', CTRL.D, 10, 'x\r'], { main: 'print("main")' });
    assert.match(said, />>> \r\nMPY: soft reboot\r\nmain\r\nMicroPython .*>>> x\r\n.*NameError/s);
  });

  it('so does SystemExit', () => {
    assert.match(typing(['import sys; sys.exit()\r', 5]), /MPY: soft reboot\r\nMicroPython .*>>> $/s);
  });
});

describe('a console', () => {
  it('tells when all that was typed is consumed', () => {
    const { world, stacks } = createLab();
    const seen: (readonly [number, boolean])[] = [];
    let device: Device | undefined;
    const look = () => seen.push([world.now / SECOND, device!.console.waitsForInput]);
    run('import time\ntime.sleep(10)', {
      pool,
      world,
      stacks,
      prompt: true,
      prepare: ([only]) => {
        device = only;
        for (const time of [5, 15]) world.after(time * SECOND, look);
      },
    });
    assert.deepEqual(seen, [
      [5, false],
      [15, true],
    ]);
  });
});
