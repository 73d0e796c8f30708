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
