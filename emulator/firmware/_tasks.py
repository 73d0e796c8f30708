# `_asyncio`, which is C on the port. The interpreter below has one too, but it orders tasks by the computer's
# clock; here they are ordered by the device's.
from time import ticks_diff, ticks_ms


class TaskQueue:
    # Tasks by time (`ph_key`, in ticks_ms); those of the same millisecond in the order of arrival.
    def __init__(self):
        self._tasks = []

    def __repr__(self):
        return "<TaskQueue>"

    def peek(self):
        return self._tasks[0] if self._tasks else None

    def push(self, task, key=None):
        task.data = None
        task.ph_key = key = ticks_ms() if key is None else key
        tasks = self._tasks
        index = len(tasks)
        while index and ticks_diff(key, tasks[index - 1].ph_key) < 0:
            index -= 1
        tasks.insert(index, task)

    def pop(self):
        if not self._tasks:
            raise IndexError("empty heap")
        return self._tasks.pop(0)

    def remove(self, task):
        self._tasks.remove(task)


# The globals of asyncio.core: what cancel() and an await must know of the loop.
_loop = {}


class Task:
    # `state` is True while the task runs and nobody waits for it; the queue of those who wait, or a function
    # to call when it ends; then None until somebody asks for the result, and False.
    # `data` is what the task waits on, or what is to be thrown into it; then how it ended.
    def __init__(self, coro, globals=None):
        global _loop
        self.coro = coro
        self.data = None
        self.state = True
        self.ph_key = 0
        if globals is not None:
            _loop = globals

    def __repr__(self):
        return "<Task>"

    def __iter__(self):
        if not self.state:
            self.state = False
        elif self.state is True:
            self.state = TaskQueue()
        elif not isinstance(self.state, TaskQueue):
            raise RuntimeError("can't wait")
        return self

    def __next__(self):
        if not self.state:
            raise self.data
        waiter = _loop["cur_task"]
        self.state.push(waiter)
        waiter.data = self

    def done(self):
        return not self.state

    def cancel(self):
        if not self.state:
            return False
        if self is _loop["cur_task"]:
            raise RuntimeError("can't cancel self")
        task = self
        while isinstance(task.data, Task):  # the one at the end of the chain is cancelled
            task = task.data
        run_queue = _loop["_task_queue"]
        if hasattr(task.data, "remove"):
            task.data.remove(task)
            run_queue.push(task)
        elif ticks_diff(task.ph_key, ticks_ms()) > 0:
            run_queue.remove(task)
            run_queue.push(task)
        task.data = _loop["CancelledError"]
        return True
