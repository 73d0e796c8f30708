import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
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
