import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab, serveEcho } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());
const run = (script: string, options: Partial<Parameters<typeof runOn>[1]> = {}) =>
  runOn(`import time\nfrom machine import Timer\nt0 = time.ticks_ms()\n${script}`, { pool, ...options });

describe('machine.Timer', () => {
  it('calls back at its times while the program sleeps, and no more after deinit()', () => {
    const { output } = run(
      't = Timer(0, period=300, callback=lambda t: print(time.ticks_ms() - t0, t))\ntime.sleep(1)\nt.deinit()\n' +
        'time.sleep(1)\nprint("end", time.ticks_ms() - t0)',
    );
    const fired = (at: number) => `${at} Timer(0, mode=PERIODIC, period=300)\n`;
    assert.match(
      output,
      new RegExp(`^${[300, 600, 900].map((at) => `${at} Timer.*\n`).join('')}end 20\\d\\d\n$`),
    );
    assert.ok(output.startsWith(fired(300)));
  });

  it('calls once, by period or frequency', () => {
    const { output } = run(
      'Timer(1, mode=Timer.ONE_SHOT, period=50, callback=lambda t: print("once"))\n' +
        'Timer(-1, mode=Timer.PERIODIC, freq=4, callback=lambda t: print("tick"))\ntime.sleep_ms(600)',
    );
    assert.equal(output, 'once\ntick\ntick\n');
  });

  it('calls back while a program waits for a socket, or only looks at the clock', () => {
    const { world, server, stacks } = createLab();
    serveEcho(server, 7);
    const { output } = run(
      'import socket\nn = 0\ndef count(t):\n    global n\n    n += 1\nTimer(0, period=100, callback=count)\n' +
        's = socket.socket()\ns.connect(("192.168.4.2", 7))\ns.settimeout(0.95)\ntry: s.recv(1)\n' +
        'except OSError as e: print(repr(e), n, 950 <= time.ticks_ms() - t0 < 1100)\n' +
        'while n < 12: time.ticks_ms()\nprint(n)',
      { world, stacks },
    );
    assert.equal(output, 'OSError(110,) 10 True\n12\n');
  });

  it('prints an exception of its callback, and the program goes on', () => {
    const { output } = run(
      'def bad(t):\n    raise ValueError("no")\nTimer(2, mode=Timer.ONE_SHOT, period=5, callback=bad)\ntime.sleep(1)\nprint("on")',
    );
    assert.equal(
      output,
      'Traceback (most recent call last):\n  File "main.py", line 5, in bad\nValueError: no\non\n',
    );
  });

  it('may reset the board', () => {
    const { output } = run(
      'import machine\nif machine.reset_cause() == 1:\n    Timer(0, period=10, callback=lambda t: machine.reset())\n' +
        '    time.sleep(5)\nprint(machine.reset_cause())',
    );
    assert.equal(output, '2\n');
  });

  it('exists four times', () => {
    const { output } = run('try: Timer(4)\nexcept ValueError as e: print(e)\nprint(Timer(3) is Timer(3))');
    assert.equal(output, 'invalid Timer number, max 4\nTrue\n');
  });
});
