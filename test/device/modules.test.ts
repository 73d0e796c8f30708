import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());
const run = (script: string, options: Partial<Parameters<typeof runOn>[1]> = {}) =>
  runOn(script, { pool, ...options });

describe('what a program can import', () => {
  it('is not what only the interpreter below has, nor the inner parts of the firmware', () => {
    const { output } = run(
      'for name in ("js", "jsffi", "datetime", "base64", "unittest", "_thread", "_esp32", "_tls_socket", "_boot"):\n' +
        '    try:\n        __import__(name)\n        print(name)\n    except ImportError as e:\n        print(e)',
    );
    const names = [
      'js',
      'jsffi',
      'datetime',
      'base64',
      'unittest',
      '_thread',
      '_esp32',
      '_tls_socket',
      '_boot',
    ];
    assert.equal(output, names.map((name) => `no module named '${name}'\n`).join(''));
  });

  it('is what the port has, whoever imported it first', () => {
    const { output, of } = run(
      'import array, asyncio, binascii, collections, cmath, deflate, errno, esp, esp32, framebuf, gc, hashlib, heapq\n' +
        'import io, json, machine, math, micropython, network, ntptime, os, platform, random, re, select, socket, ssl\n' +
        'import struct, sys, time, tls, uctypes, vfs\nprint("all")',
    );
    assert.deepEqual(of('device.exception'), []);
    assert.equal(output, 'all\n');
  });

  it('is what is in C by its second name, too, and shows no file of the firmware', () => {
    const { output } = run(
      'import usocket, utime, uos, ubinascii, ucryptolib, usys, uio\nprint(usocket, utime.time() < 10**9, uos, usys)\n' +
        'import gc, micropython, _asyncio, vfs, io, ntptime, requests\n' +
        'print(gc, micropython, _asyncio, vfs, io, ntptime, requests.__file__)\n' +
        'for name in ("utls", "ussl", "umath", "ugc"):\n    try: __import__(name)\n    except ImportError as e: print(e)',
    );
    assert.equal(
      output,
      "<module 'socket'> True <module 'os'> <module 'sys'>\n" +
        "<module 'gc'> <module 'micropython'> <module '_asyncio'> <module 'vfs'> <module 'io'> " +
        "<module 'ntptime' from 'ntptime.py'> requests/__init__.py\n" +
        ['utls', 'ussl', 'umath', 'ugc'].map((name) => `no module named '${name}'\n`).join(''),
    );
  });

  it('has a name, and a level that is not negative', () => {
    const { output } = run(
      'for args in ((1,), ("",), ("x", None, None, None, -1)):\n    try: __import__(*args)\n' +
        '    except Exception as e: print(type(e).__name__)',
    );
    assert.equal(output, 'TypeError\nValueError\nValueError\n');
  });

  it("is the user's own file of such a name", () => {
    const { output } = run('import datetime, logging\nprint(datetime.mine, logging.mine)', {
      files: { 'datetime.py': 'mine = 1', '/lib/logging.py': 'mine = 2' },
    });
    assert.equal(output, '1 2\n');
  });

  it('leaves no trace of itself in a traceback', () => {
    const { of } = run('import broken', { files: { 'broken.py': '\n1/0' } });
    assert.equal(
      of('device.exception')[0]!.traceback,
      'Traceback (most recent call last):\n  File "main.py", line 1, in <module>\n' +
        '  File "broken.py", line 2, in <module>\nZeroDivisionError: divide by zero\n',
    );
  });
});

describe('sys', () => {
  it('shows the path of the port, and the modules that its own would', () => {
    const { output } = run(
      'import sys, os, time, asyncio, mine\nprint(sys.path, sorted([n for n in sys.modules if "/" not in n and "." not in n]))\n' +
        'print("_boot" in sys.modules, "mine" in sys.modules, len(sys.modules) > 1)\ndel sys.modules["mine"]\nimport mine',
      { files: { 'mine.py': 'print("loaded")' } },
    );
    assert.equal(output, "loaded\n['', '.frozen', '/lib'] ['asyncio', 'mine']\nFalse True True\nloaded\n");
  });

  it('has what a program puts in the place of a built-in module, until the program takes it away', () => {
    const { output } = run(
      'import sys, socket\nreal = socket\nfor take in (sys.modules.pop, sys.modules.__delitem__):\n' +
        '    sys.modules["socket"] = 5\n    import socket\n    print(socket, "socket" in sys.modules)\n' +
        '    take("socket")\n    import socket\n    print(socket is real, "socket" in sys.modules)',
    );
    assert.equal(output, '5 True\nTrue False\n5 True\nTrue False\n');
  });

  it('looks for modules where a program says', () => {
    const { output } = run(
      'import sys\nsys.path.append("/more")\nimport extra\nsys.path.remove("/lib")\n' +
        'try: import lost\nexcept ImportError as e: print(e)\nimport ntptime, json',
      { files: { '/more/extra.py': 'print("extra")', '/lib/lost.py': '' } },
    );
    assert.equal(output, "extra\nno module named 'lost'\n");
  });

  it('prefers what is frozen to /lib, and a file in the root to both', () => {
    const names = 'import ntptime, urequests\nprint(hasattr(ntptime, "mine"), hasattr(urequests, "mine"))';
    const files = { '/lib/ntptime.py': 'mine = 1', 'urequests.py': 'mine = 1' };
    assert.equal(run(names, { files }).output, 'False True\n');
  });
});

describe('builtins', () => {
  it("as a module has what the names mean, the firmware's own functions too, and takes new ones", () => {
    const { output } = run(
      'import builtins\nprint(builtins.open is open, builtins.input is input, builtins.len is len, "print" in dir(builtins))\n' +
        'builtins.mine = 3\nprint(mine, builtins.mine, hasattr(builtins, "yours"))\ndel builtins.mine\nprint(hasattr(builtins, "mine"))',
    );
    assert.equal(output, 'True True True True\n3 3 False\nFalse\n');
  });
});

describe('help', () => {
  it("lists the port's modules, and every one of them can be imported", () => {
    const { output } = run('help("modules")');
    const lines = output.trimEnd().split('\n');
    assert.equal(lines.at(-1), 'Plus any modules on the filesystem');
    const names = lines.slice(0, -1).flatMap((line) => line.split(/ +/));
    assert.ok(
      ['__main__', 'asyncio/core', 'machine', 'umqtt/simple', 'websocket'].every((n) => names.includes(n)),
    );
    const statements = names.map((name) => `import ${name.replace('/__init__', '').replace('/', '.')}\n`);
    assert.deepEqual(run(statements.join('')).of('device.exception'), []);
    assert.ok(!names.some((name) => /^(js|pathlib|_boot|datetime)$/.test(name)));
  });
});

describe('gc and micropython.mem_info', () => {
  it('agree with the heap model', () => {
    const { output } = run(
      'import gc, micropython, esp32\nprint(gc.threshold(), gc.threshold(5000), gc.threshold(), gc.collect())\n' +
        'print(gc.mem_free(), gc.mem_alloc(), max([r[2] for r in esp32.idf_heap_info(esp32.HEAP_DATA)]))\nmicropython.mem_info()',
    );
    const [threshold, figures, , heap] = output.trimEnd().split('\n');
    assert.equal(threshold, '-1 None 5000 None');
    const [free, used, largest] = figures!.split(' ').map(Number) as [number, number, number];
    const inArea = free - largest;
    assert.equal(
      heap,
      `GC: total: ${used + inArea}, used: ${used}, free: ${inArea}, max new split: ${largest}`,
    );
  });
});

describe('micropython', () => {
  it('has the constants and the emergency buffer that programs ask for at their beginning', () => {
    const { output } = run(
      'import micropython\nfrom micropython import const\n_X = const(3)\nmicropython.alloc_emergency_exception_buf(100)\n' +
        'print(_X, micropython.opt_level())',
    );
    assert.equal(output, '3 0\n');
  });
});

describe('esp32.NVS', () => {
  it('keeps numbers and blobs over a reset, by namespace', () => {
    const { output } = run(
      'import esp32, machine\nn = esp32.NVS("app")\nif machine.reset_cause() == machine.PWRON_RESET:\n' +
        '    n.set_i32("count", -7)\n    n.set_blob("blob", b"\\x00\\x01")\n    n.commit()\n    machine.reset()\n' +
        'b = bytearray(8)\nprint(n.get_i32("count"), n.get_blob("blob", b), b[:2])\nn.erase_key("count")\n' +
        'for f in (lambda: n.get_i32("count"), lambda: n.get_i32("blob"), lambda: n.erase_key("count"),\n' +
        '          lambda: n.get_blob("blob", bytearray(1)), lambda: esp32.NVS("other").get_i32("count")):\n' +
        '    try: f()\n    except OSError as e: print(repr(e))',
    );
    const notFound = "OSError(-4354, 'ESP_ERR_NVS_NOT_FOUND')\n";
    assert.equal(
      output,
      `-7 2 bytearray(b'\\x00\\x01')\n${notFound}${notFound}${notFound}` +
        `OSError(-4364, 'ESP_ERR_NVS_INVALID_LENGTH')\n${notFound}`,
    );
  });
});

describe('the chip as a program sees it', () => {
  it('tells the regions of the heap', () => {
    const { output } = run(
      'import esp32\ninfo = esp32.idf_heap_info(esp32.HEAP_DATA)\n' +
        'print(len(info) > 1, all([len(r) == 4 and r[0] >= r[1] >= r[2] and r[1] >= r[3] for r in info]), sum([r[1] for r in info]))',
    );
    assert.equal(output, 'True True 137000\n');
  });

  it('has the flash and the partitions of the stock image', () => {
    const { output } = run(
      'import esp, esp32\nprint(esp.flash_size(), esp.flash_user_start())\nP = esp32.Partition\n' +
        'print(P(P.RUNNING).info(), P.find(P.TYPE_DATA, label="vfs")[0].ioctl(4, 0))\n' +
        'try: P("ota_0")\nexcept OSError as e: print(repr(e))',
    );
    assert.equal(output, "4194304 2097152\n(0, 0, 65536, 2031616, 'factory', False) 512\nOSError(2,)\n");
  });
});

describe('the flash by blocks', () => {
  it('is erased, written and kept over a reset', () => {
    const { output, of } = run(
      'import esp, esp32, machine\nP = esp32.Partition\nnvs = P("phy_init")\nb = bytearray(4)\n' +
        'if machine.reset_cause() == machine.PWRON_RESET:\n    nvs.readblocks(0, b)\n    print(b)\n' +
        '    nvs.writeblocks(0, bytes(4096))\n    nvs.ioctl(6, 0)\n    nvs.writeblocks(0, b"\\x0f\\x01", 1)\n' +
        '    nvs.writeblocks(0, b"\\xf1", 1)\n    P("factory").writeblocks(400, b"a" * 4096)\n    machine.reset()\n' +
        'nvs.readblocks(0, b)\nprint(b, esp.flash_read(0x10000 + 400 * 4096, 2), esp.flash_read(0xf000, 3))',
    );
    assert.deepEqual(of('device.exception'), []);
    const blank = "bytearray(b'\\xff\\xff\\xff\\xff')\n";
    assert.equal(output, `${blank}bytearray(b'\\xff\\x01\\x01\\xff') b'aa' b'\\xff\\x01\\x01'\n`);
  });

  it('ends where the partition does, and is not to be had of the file system', () => {
    const { output } = run(
      'from esp32 import Partition as P\nimport esp\np = P("phy_init")\nb = bytearray(16)\n' +
        'for f in (lambda: p.readblocks(1, b), lambda: p.readblocks(2, b), lambda: p.writeblocks(0, b),\n' +
        '          lambda: P(P.BOOT), lambda: p.set_boot(), lambda: P("factory").set_boot(), P.mark_app_valid_cancel_rollback,\n' +
        '          lambda: P("vfs").readblocks(0, b), lambda: esp.flash_erase(512), lambda: esp.flash_read(5000000, 1)):\n' +
        '    try: f()\n    except Exception as e: print(repr(e))',
    );
    assert.equal(
      output,
      "OSError(-260, 'ESP_ERR_INVALID_SIZE')\nOSError(-258, 'ESP_ERR_INVALID_ARG')\n" +
        "OSError(-260, 'ESP_ERR_INVALID_SIZE')\nOSError(2,)\nOSError(-5379, 'ESP_ERR_OTA_VALIDATE_FAILED')\n" +
        "OSError(-261, 'ESP_ERR_NOT_FOUND')\nOSError(-261, 'ESP_ERR_NOT_FOUND')\n" +
        `${'NotImplementedError("the sandbox keeps the file system\'s files and no raw blocks of it",)\n'.repeat(2)}OSError(5,)\n`,
    );
  });
});

describe('functions for machine code', () => {
  it('run as bytecode, in main.py and in modules, and a program reads its files as they are', () => {
    const function_ = (name: string) => `@micropython.${name}\ndef ${name}():\n    return 1\n`;
    const { output, of } = run(
      `import micropython\n${function_('native')}import m\nprint(native(), m.viper(), open("m.py").read(18), end="|")\n1/0`,
      { files: { 'm.py': function_('viper') } },
    );
    assert.ok(output.startsWith('1 1 @micropython.viper|'), output);
    assert.match(of('device.exception')[0]!.traceback, /main\.py", line 7, in <module>/);
  });
});

describe('waking up and temperature', () => {
  it('are those of the chip', () => {
    const program =
      'import esp32\nprint(sorted([n for n in dir(esp32) if n.startswith("wake") or n.endswith("temperature")]))';
    assert.equal(
      run(program).output,
      "['raw_temperature', 'wake_on_ext0', 'wake_on_ext1', 'wake_on_touch', 'wake_on_ulp']\n",
    );
    assert.equal(run(program, { board: boardByName('esp32-c3') }).output, "['mcu_temperature']\n");
  });

  it('refuse pins that cannot wake, and two that share the circuit', () => {
    const { output } = run(
      'import esp32\nfor f in (lambda: esp32.wake_on_ext0(5), lambda: esp32.wake_on_ext0(pin=4, level=1),\n' +
        '          lambda: esp32.wake_on_touch(True), lambda: esp32.wake_on_ext1((4, 16))):\n' +
        '    try: print(f())\n    except ValueError as e: print(e)',
    );
    assert.equal(output, 'invalid pin\nNone\nno resources\ninvalid pin\n');
  });
});

describe('machine', () => {
  it('computes slower at a lower frequency, and prints as fast as before', () => {
    const took = (frequency: number) =>
      Number(
        run(
          `import machine, time\nmachine.freq(${frequency})\nassert machine.freq() == ${frequency}\n` +
            't = time.ticks_us()\nfor i in range(100): time.ticks_us()\nprint(time.ticks_us() - t)',
        ).output,
      );
    const ratio = took(80_000_000) / took(240_000_000);
    assert.ok(Math.abs(ratio - 3) < 0.05, `${ratio}`);
    const wrong = run(
      'import machine\ntry: machine.freq(100000000)\nexcept ValueError as e: print(e)',
    ).output;
    assert.equal(wrong, 'frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz\n');
  });

  it('has pins that keep their level, and no more than the chip has', () => {
    const { output } = run(
      'from machine import Pin, Signal\nled = Pin(2, Pin.OUT, value=1)\nprint(led, led.value(), Pin(2)())\nled.off()\n' +
        'print(led(), Pin(4, Pin.IN, Pin.PULL_UP).value(), Signal(led, invert=True).value(), Pin(2) is led)\n' +
        'for f in (lambda: Pin(40), lambda: Pin(34, Pin.OUT)):\n    try: f()\n    except ValueError as e: print(e)',
    );
    assert.equal(output, 'Pin(2) 1 1\n0 1 1 True\ninvalid pin\npin can only be input\n');
  });

  it('has the pins that the port enables on each chip, as in its machine_pin.h', () => {
    const program =
      'from machine import Pin\nfor id in range(50):\n    try:\n        Pin(id)\n' +
      '        print(id, end=" ")\n    except ValueError: pass\n';
    const span = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index);
    for (const [board, pins] of [
      ['esp32', [...span(0, 23), 25, 26, 27, ...span(32, 39)]],
      ['esp32-s3', [...span(0, 21), ...span(33, 48)]],
      ['esp32-c3', [...span(0, 13), 20, 21]],
      ['esp32-c6', [...span(0, 11), ...span(14, 23)]],
    ] as const) {
      const { output } = run(program, { board: boardByName(board) });
      assert.deepEqual(output.trim().split(' ').map(Number), pins, board);
    }
  });

  it('says what the sandbox has not', () => {
    const { output } = run('import machine\ntry: machine.ADC(36)\nexcept NotImplementedError as e: print(e)');
    assert.equal(output, "the sandbox's board has no ADC\n");
  });

  it('holds timers back while interrupts are off', () => {
    const { output } = run(
      'import machine, time\nmachine.Timer(0, period=10, mode=0, callback=lambda t: print("fired"))\n' +
        's = machine.disable_irq()\ntime.sleep_ms(50)\nprint("now")\nmachine.enable_irq(s)\ntime.sleep_ms(1)',
    );
    assert.equal(output, 'now\nfired\n');
  });
});
