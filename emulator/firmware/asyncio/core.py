# Tasks and their loop. The only place that waits is IOQueue.wait_io_event. As on the port, the loop itself takes
# no memory.
import select
import sys
from time import sleep_ms as _pause, ticks_add, ticks_diff, ticks_ms as ticks

from _asyncio import Task, TaskQueue
from _esp32 import loop_turn as _turn


class CancelledError(BaseException):
    pass


class TimeoutError(Exception):
    pass


# How a coroutine can end; any other exception ends the loop. Named once: the heap only grows.
_ENDINGS = (CancelledError, Exception)
_QUIET_ENDINGS = (CancelledError, StopIteration)

# A loop in which nothing can happen any more must not end while its main task waits: it looks again this
# often, in milliseconds.
_IDLE = 100

_exc_context = {"message": "Task exception wasn't retrieved", "exception": None, "future": None}

cur_task = None
_stop_task = None


# ---- sleeping


class SingletonGenerator:
    # What sleep() returns: awaited once, it puts the task back for the time asked for. One object for all.
    def __init__(self):
        self.state = None
        self.exc = StopIteration()

    def __iter__(self):
        return self

    def __next__(self):
        if self.state is None:
            self.exc.__traceback__ = None
            raise self.exc
        _task_queue.push(cur_task, self.state)
        self.state = None


_sleeping = SingletonGenerator()


def sleep_ms(t):
    _sleeping.state = ticks_add(ticks(), max(0, t))
    return _sleeping


def sleep(t):
    return sleep_ms(int(t * 1000))


# ---- streams

_READER = 0
_WRITER = 1


class IOQueue:
    def __init__(self):
        self.poller = select.poll()
        self.map = {}  # id of the stream -> [task that reads, task that writes, stream]

    def queue_read(self, stream):
        self._enqueue(stream, _READER, select.POLLIN)

    def queue_write(self, stream):
        self._enqueue(stream, _WRITER, select.POLLOUT)

    def _enqueue(self, stream, side, mask):
        entry = self.map.get(id(stream))
        if entry is None:
            self.poller.register(stream, mask)
            entry = self.map[id(stream)] = [None, None, stream]
        else:
            self.poller.modify(stream, select.POLLIN | select.POLLOUT)
        entry[side] = cur_task
        cur_task.data = self  # cancel() finds the queue here

    def _dequeue(self, stream):
        del self.map[id(stream)]
        self.poller.unregister(stream)

    def remove(self, task):
        # As on the port the whole stream goes: who waited for its other side is not woken any more.
        for entry in list(self.map.values()):
            if task is entry[_READER] or task is entry[_WRITER]:
                self._dequeue(entry[2])

    def wait_io_event(self, dt):
        if not self.map:
            if dt > 0:
                _pause(dt)
            else:
                _turn()
            return
        # An event that nobody asked for (an error, the peer's end) wakes both sides.
        for stream, events in self.poller.ipoll(dt):
            entry = self.map[id(stream)]
            if events & ~select.POLLOUT and entry[_READER]:
                _task_queue.push(entry[_READER])
                entry[_READER] = None
            if events & ~select.POLLIN and entry[_WRITER]:
                _task_queue.push(entry[_WRITER])
                entry[_WRITER] = None
            if entry[_READER]:
                self.poller.modify(stream, select.POLLIN)
            elif entry[_WRITER]:
                self.poller.modify(stream, select.POLLOUT)
            else:
                self._dequeue(stream)


# ---- the loop


def create_task(coro):
    if not hasattr(coro, "send"):
        raise TypeError("coroutine expected")
    task = Task(coro, globals())
    _task_queue.push(task)
    return task


def _promote_to_task(awaitable):
    return awaitable if isinstance(awaitable, Task) else create_task(awaitable)


def _next_task(main_task):
    # Waits for it. None: there is nothing to wait for.
    while True:
        task = _task_queue.peek()
        if task:
            wait = max(0, ticks_diff(task.ph_key, ticks()))
        elif _io_queue.map:
            wait = -1
        elif main_task and main_task.state:
            wait = _IDLE
        else:
            return None
        _io_queue.wait_io_event(wait)
        if wait <= 0:
            return _task_queue.pop()


def _ended(task, ending, awaited):
    # Tells those who wait for the task. An exception that nobody waits for is queued, to be reported unless
    # somebody asks for it until then.
    state = task.state
    if state is True:
        task.state = False if awaited else None
    else:
        if callable(state):
            state(task, ending)
        else:
            while state.peek():
                _task_queue.push(state.pop())
        task.state = False
    if task.state is None and not isinstance(ending, _QUIET_ENDINGS):
        _task_queue.push(task)
    task.data = ending


def _report(task):
    _exc_context["exception"] = task.data
    _exc_context["future"] = task
    Loop.call_exception_handler(_exc_context)


def run_until_complete(main_task=None):
    global cur_task
    while True:
        cur_task = None
        task = _next_task(main_task)
        if task is None:
            return
        cur_task = task
        if not task.state:  # back with its exception, see _ended
            if task.state is None:
                _report(task)
            continue
        thrown = task.data
        try:
            if thrown:
                task.data = None
                task.coro.throw(thrown)
            else:
                task.coro.send(None)
        except _ENDINGS as ending:
            if task is not main_task:
                _ended(task, ending, False)
                continue
            cur_task = None
            if not isinstance(ending, StopIteration):
                task.state = False
                raise ending
            _ended(task, ending, True)
            return ending.value


def run(coro):
    return run_until_complete(create_task(coro))


async def _stopper():
    pass


class Loop:
    # Used as a class, never made an object: there is one loop.
    _exc_handler = None

    def create_task(coro):
        return create_task(coro)

    def run_forever():
        global _stop_task
        _stop_task = Task(_stopper(), globals())
        run_until_complete(_stop_task)

    def run_until_complete(aw):
        return run_until_complete(_promote_to_task(aw))

    def stop():
        global _stop_task
        if _stop_task is not None:
            _task_queue.push(_stop_task)
            _stop_task = None

    def close():
        pass

    def set_exception_handler(handler):
        Loop._exc_handler = handler

    def get_exception_handler():
        return Loop._exc_handler

    def default_exception_handler(loop, context):
        future = context["future"]
        print(context["message"], file=sys.stderr)
        print("future:", future, "coro=", future.coro, file=sys.stderr)
        sys.print_exception(context["exception"], sys.stderr)

    def call_exception_handler(context):
        (Loop._exc_handler or Loop.default_exception_handler)(Loop, context)


def get_event_loop(runq_len=0, waitq_len=0):
    return Loop


def current_task():
    if cur_task is None:
        raise RuntimeError("no running event loop")
    return cur_task


def new_event_loop():
    global _task_queue, _io_queue
    _task_queue = TaskQueue()
    _io_queue = IOQueue()
    return Loop


new_event_loop()
