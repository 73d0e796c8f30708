/** Tasks and their loop: what the port's asyncio does, line by line, in virtual time. Streams have a file of their own. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

/** `say` prints with the time since the program began, in milliseconds, without what the console takes of it. */
const PRELUDE = `
import asyncio, time, sys
start = time.ticks_ms()
def say(*args):
    print(time.ticks_diff(time.ticks_ms(), start) // 100 * 100, *args)
async def work(name, ms, result=None, error=None):
    try:
        await asyncio.sleep_ms(ms)
        if error:
            raise error
        say(name, "done")
        return result
    except asyncio.CancelledError:
        say(name, "cancelled")
        raise
`;

const run = (body: string, options: Partial<Parameters<typeof runOn>[1]> = {}) =>
  runOn(PRELUDE + body, { pool, ...options });

/** Runs `body` as the main task; the output's lines. */
function lines(body: string): string[] {
  const indented = body.trim().replace(/^(?=.)/gm, '    ');
  const { output, of } = run(`async def main():\n${indented}\nasyncio.run(main())\n`);
  assert.equal(of('device.exception')[0]?.traceback, undefined);
  return output.split('\n').slice(0, -1);
}

describe('asyncio.run', () => {
  it('returns what the coroutine returns, having slept in virtual time', () => {
    const { output, world } = run(`
async def main():
    await asyncio.sleep(90)
    await asyncio.sleep_ms(1500)
    return 42
say(asyncio.run(main()))
`);
    assert.equal(output, '91500 42\n');
    assert.ok(world.now < 92 * SECOND);
  });

  it('raises what the coroutine raises, with the frames that the port has', () => {
    const { of } = run('async def main():\n    await asyncio.sleep_ms(10)\n    1 / 0\nasyncio.run(main())\n');
    assert.match(
      of('device.exception')[0]!.traceback,
      new RegExp(
        'Traceback \\(most recent call last\\):\\n' +
          '  File "main.py", line \\d+, in <module>\\n' +
          '  File "asyncio/core.py", line 1, in run\\n' +
          '  File "asyncio/core.py", line 1, in run_until_complete\\n' +
          '  File "asyncio/core.py", line 1, in run_until_complete\\n' +
          '  File "main.py", line \\d+, in main\\n' +
          'ZeroDivisionError: divide by zero\\n$',
      ),
    );
  });

  it('takes coroutines alone', () => {
    const { output } = run(`
for f in (asyncio.run, asyncio.create_task):
    for x in (work, 1, asyncio.sleep(0)):
        try: f(x)
        except TypeError as e: print(e)
try: asyncio.current_task()
except RuntimeError as e: print(e)
`);
    assert.equal(output, `${'coroutine expected\n'.repeat(6)}no running event loop\n`);
  });

  it('does not end while its task waits for what will never come', () => {
    const { outcome, world } = run(
      'async def main():\n    await asyncio.Event().wait()\nasyncio.run(main())',
      {
        timeLimit: 600 * SECOND,
      },
    );
    assert.equal(outcome.outcome, 'time-limit');
    assert.equal(world.now, 600 * SECOND);
  });

  it('leaves other tasks where they are; the next run goes on with them', () => {
    const { output } = run(`
async def main(ms):
    asyncio.create_task(work("left", 1000))
    await asyncio.sleep_ms(ms)
    say("main")
asyncio.run(main(500))
asyncio.run(main(700))
asyncio.new_event_loop()
asyncio.run(main(2000))
`);
    assert.equal(output, '500 main\n1000 left done\n1200 main\n2200 left done\n3200 main\n');
  });
});

describe('tasks', () => {
  it('run in the order of their times, and of creation', () => {
    assert.deepEqual(
      lines(`
for name, ms in (("a", 300), ("b", 100), ("c", 100), ("d", 0)):
    asyncio.create_task(work(name, ms))
say("main")
await asyncio.sleep_ms(1000)
say("end")
`),
      ['0 main', '0 d done', '100 b done', '100 c done', '300 a done', '1000 end'],
    );
  });

  it('take turns when they sleep for no time', () => {
    assert.deepEqual(
      lines(`
async def count(name):
    for i in range(3):
        print(name, i)
        await asyncio.sleep(0)
await asyncio.gather(count("a"), count("b"))
`),
      ['a 0', 'b 0', 'a 1', 'b 1', 'a 2', 'b 2'],
    );
  });

  it('are awaited, by several and again, and know their state', () => {
    assert.deepEqual(
      lines(`
async def waiter(task):
    say("waiter", await task)
task = asyncio.create_task(work("t", 200, 7))
other = asyncio.create_task(waiter(task))
print(task, task.done(), asyncio.current_task() is task)
print(await task, await task, task.done())
await other
`),
      ['<Task> False False', '200 t done', '7 7 True', '200 waiter 7'],
    );
  });

  it('pass their exception to who awaits them', () => {
    assert.deepEqual(
      lines(`
task = asyncio.create_task(work("t", 200, error=ValueError(1)))
for i in range(2):
    try: await task
    except ValueError as e: print(repr(e), task.done())
`),
      ['ValueError(1,) True', 'ValueError(1,) True'],
    );
  });

  it('end with the loop when they exit', () => {
    const { devices } = run(
      'async def f():\n    sys.exit(3)\nasync def main():\n    asyncio.create_task(f())\n' +
        '    await asyncio.sleep(1)\nasyncio.run(main())',
    );
    assert.deepEqual(devices[0]!.exit, { status: 3, reason: 'exit' });
  });
});

describe('the loop, with the heap locked,', () => {
  it('goes on: it takes no memory', () => {
    assert.deepEqual(
      lines(`
import micropython
async def count(name, ms):
    for i in range(2):
        print(name, i)
        await asyncio.sleep_ms(ms)
asyncio.create_task(count("a", 1000))
asyncio.create_task(count("b", 1500))
micropython.heap_lock()
await asyncio.sleep_ms(4000)
micropython.heap_unlock()
`),
      ['a 0', 'b 0', 'a 1', 'b 1'],
    );
  });
});

describe('cancellation', () => {
  it('reaches a task that sleeps, awaits a task, or has not begun', () => {
    assert.deepEqual(
      lines(`
async def outer():
    try:
        await work("inner", 5000)
    finally:
        say("outer")
async def awaiting():
    await asyncio.create_task(outer())
tasks = [asyncio.create_task(f) for f in (work("slow", 5000), awaiting())]
await asyncio.sleep_ms(100)
tasks.append(asyncio.create_task(work("new", 10)))
for task in tasks:
    print(task.cancel())
for task in tasks:
    try: await task
    except asyncio.CancelledError as e: print(repr(e), task.done(), task.cancel())
`),
      [
        'True',
        'True',
        'True',
        '100 slow cancelled',
        '100 inner cancelled',
        '100 outer',
        'CancelledError() True False',
        'CancelledError() True False',
        'CancelledError() True False',
      ],
    );
  });

  it('can be caught: the task goes on', () => {
    assert.deepEqual(
      lines(`
async def stubborn():
    for i in range(2):
        try: await asyncio.sleep_ms(1000)
        except asyncio.CancelledError: say("no", i)
    return "finished"
task = asyncio.create_task(stubborn())
await asyncio.sleep_ms(100)
task.cancel()
say(await task)
`),
      ['100 no 0', '1100 finished'],
    );
  });

  it('is not for oneself', () => {
    assert.deepEqual(
      lines(`
try: asyncio.current_task().cancel()
except RuntimeError as e: print(e)
`),
      ["can't cancel self"],
    );
  });

  it('of the main task ends the run', () => {
    const { of } = run(`
async def main():
    asyncio.create_task(killer(asyncio.current_task()))
    await asyncio.sleep(9)
async def killer(task):
    task.cancel()
asyncio.run(main())
`);
    assert.equal(of('device.exception')[0]!.name, 'CancelledError');
  });

  it('reaches a task in a queue: of an event, a lock, a gathering', () => {
    assert.deepEqual(
      lines(`
event = asyncio.Event()
lock = asyncio.Lock()
async def gathering():
    await asyncio.gather(work("g1", 5000), work("g2", 5000))
await lock.acquire()
tasks = [asyncio.create_task(f) for f in (event.wait(), lock.acquire(), gathering())]
await asyncio.sleep_ms(100)
for task in tasks:
    task.cancel()
for task in tasks:
    try: await task
    except asyncio.CancelledError: say("cancelled")
event.set()
lock.release()
await asyncio.sleep_ms(0)
print(lock.locked())
`),
      ['100 cancelled', '100 cancelled', '100 cancelled', '100 g1 cancelled', '100 g2 cancelled', 'False'],
    );
  });
});

describe('wait_for', () => {
  it('returns the result, raises the exception, or the time-out after cancelling', () => {
    assert.deepEqual(
      lines(`
say(await asyncio.wait_for(work("quick", 100, "r"), 1))
say(await asyncio.wait_for(work("any", 100, "r"), None))
for call in (asyncio.wait_for(work("slow", 50000), 2), asyncio.wait_for_ms(work("slower", 50000), 1000)):
    try: await call
    except asyncio.TimeoutError as e: say(repr(e))
try: await asyncio.wait_for_ms(work("bad", 100, error=KeyError("k")), 1000)
except KeyError as e: say(repr(e))
`),
      [
        '100 quick done',
        '100 r',
        '200 any done',
        '200 r',
        '2200 slow cancelled',
        '2200 TimeoutError()',
        '3200 slower cancelled',
        '3200 TimeoutError()',
        "3300 KeyError('k',)",
      ],
    );
  });

  it('passes its own cancellation on', () => {
    assert.deepEqual(
      lines(`
task = asyncio.create_task(asyncio.wait_for(work("inner", 50000), 9))
await asyncio.sleep_ms(100)
task.cancel()
try: await task
except asyncio.CancelledError: say("outer")
await asyncio.sleep_ms(100)
`),
      ['100 inner cancelled', '100 outer'],
    );
  });

  it('is nested: the shorter one counts', () => {
    assert.deepEqual(
      lines(`
try: await asyncio.wait_for(asyncio.wait_for(work("w", 50000), 1), 2)
except asyncio.TimeoutError: say("time-out")
try: await asyncio.wait_for(asyncio.wait_for(work("w", 50000), 2), 1)
except asyncio.TimeoutError: say("time-out")
`),
      ['1000 w cancelled', '1000 time-out', '2000 w cancelled', '2000 time-out'],
    );
  });
});

describe('gather', () => {
  it('returns the results in the order of its arguments', () => {
    assert.deepEqual(
      lines(`
say(await asyncio.gather(work("a", 200, 1), asyncio.create_task(work("b", 100, 2))))
print(await asyncio.gather())
`),
      ['100 b done', '200 a done', '200 [1, 2]', '[]'],
    );
  });

  it('raises the first exception and lets the others run, or returns exceptions', () => {
    assert.deepEqual(
      lines(`
try: await asyncio.gather(work("a", 200), work("b", 100, error=OSError(5)), work("c", 50))
except OSError as e: say(repr(e))
await asyncio.sleep_ms(200)
say(await asyncio.gather(work("a", 200, 1), work("b", 100, error=OSError(5)), return_exceptions=True))
`),
      ['0 c done', '100 OSError(5,)', '200 a done', '500 a done', '500 [1, OSError(5,)]'],
    );
  });

  it('takes tasks that have ended, with what they returned or raised', () => {
    assert.deepEqual(
      lines(`
asyncio.get_event_loop().set_exception_handler(lambda loop, context: None)
ended = asyncio.create_task(work("t", 100, 1))
failed = asyncio.create_task(work("f", 0, error=OSError(5)))
await asyncio.sleep_ms(200)
say(await asyncio.gather(ended, work("u", 100, 2)))
say(await asyncio.gather(failed, ended, return_exceptions=True))
try: await asyncio.gather(ended, failed, asyncio.create_task(work("v", 100)))
except OSError as e: say(repr(e))
await asyncio.sleep_ms(200)
`),
      ['100 t done', '300 u done', '300 [1, 2]', '300 [OSError(5,), 1]', '300 OSError(5,)', '400 v done'],
    );
  });

  it('takes no task that another awaits', () => {
    assert.deepEqual(
      lines(`
task = asyncio.create_task(work("t", 100))
async def waiting(task):
    await task
asyncio.create_task(waiting(task))
await asyncio.sleep_ms(0)
try: await asyncio.gather(task)
except RuntimeError as e: print(e)
async def gathering(task):
    await asyncio.gather(task)
task = asyncio.create_task(work("u", 100))
asyncio.create_task(gathering(task))
await asyncio.sleep_ms(0)
try: await task
except RuntimeError as e: print(e)
await asyncio.sleep_ms(500)
`),
      ["can't gather", "can't wait", '100 t done', '100 u done'],
    );
  });
});

describe('locks, events and flags', () => {
  it('Lock: one at a time, in the order of arrival', () => {
    assert.deepEqual(
      lines(`
lock = asyncio.Lock()
async def user(name):
    async with lock:
        say(name, lock.locked())
        await asyncio.sleep_ms(100)
await asyncio.gather(user("a"), user("b"), user("c"))
print(lock.locked())
try: lock.release()
except RuntimeError as e: print(e)
`),
      ['0 a True', '100 b True', '200 c True', 'False', 'Lock not acquired'],
    );
  });

  it('Lock: who is cancelled when it was his turn passes it on', () => {
    assert.deepEqual(
      lines(`
lock = asyncio.Lock()
async def user(name):
    async with lock:
        say(name)
await lock.acquire()
first = asyncio.create_task(user("first"))
second = asyncio.create_task(user("second"))
await asyncio.sleep_ms(100)
lock.release()
first.cancel()
await second
`),
      ['100 second'],
    );
  });

  it('Event: wakes all that wait, until it is cleared', () => {
    assert.deepEqual(
      lines(`
event = asyncio.Event()
async def waiter(name):
    say(name, await event.wait())
asyncio.create_task(waiter("a"))
asyncio.create_task(waiter("b"))
await asyncio.sleep_ms(100)
print(event.is_set())
event.set()
await asyncio.sleep_ms(0)
await waiter("c")
event.clear()
try: await asyncio.wait_for(event.wait(), 60)
except asyncio.TimeoutError: say("time-out")
`),
      ['False', '100 a True', '100 b True', '100 c True', '60100 time-out'],
    );
  });

  it('ThreadSafeFlag: wakes one, and clears itself', () => {
    assert.deepEqual(
      lines(`
flag = asyncio.ThreadSafeFlag()
async def waiter():
    for i in range(2):
        await flag.wait()
        say("flag")
task = asyncio.create_task(waiter())
await asyncio.sleep_ms(200)
flag.set()
await asyncio.sleep_ms(200)
flag.set()
flag.clear()
await asyncio.sleep_ms(200)
flag.set()
await task
flag.set()
await flag.wait()
say("already")
`),
      ['200 flag', '600 flag', '600 already'],
    );
  });
});

describe('exceptions that nobody awaits', () => {
  it('are printed, with the task, and the loop goes on', () => {
    const output = lines(`
task = asyncio.create_task(work("t", 100, error=ValueError("lost")))
await asyncio.sleep_ms(500)
say("end", task.done())
`);
    assert.match(
      output.join('\n'),
      new RegExp(
        "^Task exception wasn't retrieved\\n" +
          "future: <Task> coro= <generator object 'work' at [0-9a-f]+>\\n" +
          'Traceback \\(most recent call last\\):\\n' +
          '  File "asyncio/core.py", line 1, in run_until_complete\\n' +
          '  File "main.py", line \\d+, in work\\n' +
          'ValueError: lost\\n500 end True$',
      ),
    );
  });

  it('go to the handler that was set; a cancellation is none', () => {
    assert.deepEqual(
      lines(`
loop = asyncio.get_event_loop()
print(loop.get_exception_handler())
def handler(loop, context):
    say(context["message"], repr(context["exception"]), context["future"] is task)
loop.set_exception_handler(handler)
task = asyncio.create_task(work("t", 100, error=ValueError("lost")))
asyncio.create_task(work("u", 5000)).cancel()
await asyncio.sleep_ms(500)
loop.call_exception_handler({"message": "mine", "exception": None, "future": task})
print(loop.get_exception_handler() is handler)
`),
      ['None', "100 Task exception wasn't retrieved ValueError('lost',) True", '500 mine None True', 'True'],
    );
  });
});

describe('the loop', () => {
  it('runs until it is stopped, and again', () => {
    const { output } = run(`
loop = asyncio.get_event_loop()
async def stopper():
    await asyncio.sleep_ms(300)
    loop.stop()
    loop.stop()
loop.create_task(work("a", 100))
loop.create_task(work("b", 400, "result"))
loop.create_task(stopper())
loop.run_forever()
say("stopped")
say(loop.run_until_complete(work("c", 200)))
loop.close()
`);
    assert.equal(output, '100 a done\n300 stopped\n400 b done\n500 c done\n500 None\n');
  });

  it('has its parts where programs look for them, and no others', () => {
    const { output } = run(`
import uasyncio
from _asyncio import Task
print(asyncio.__version__, uasyncio.sleep is asyncio.sleep, asyncio.Task is Task)
for name in ("Queue", "to_thread", "TaskGroup"):
    try: getattr(asyncio, name)
    except AttributeError as e: print(e)
`);
    assert.equal(output, '(3, 0, 0) True True\nQueue\nto_thread\nTaskGroup\n');
  });
});
