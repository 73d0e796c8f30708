# What tasks wait on that is neither time nor data.
import io

from . import core

_MP_STREAM_POLL = 3


class Event:
    def __init__(self):
        self.state = False
        self.waiting = core.TaskQueue()

    def is_set(self):
        return self.state

    def set(self):
        while self.waiting.peek():
            core._task_queue.push(self.waiting.pop())
        self.state = True

    def clear(self):
        self.state = False

    def wait(self):  # async
        if not self.state:
            self.waiting.push(core.cur_task)
            core.cur_task.data = self.waiting
            yield
        return True


class ThreadSafeFlag(io.IOBase):
    # A stream that is ready when the flag is set, so that the loop sees it whoever sets it.
    def __init__(self):
        self.state = 0

    def ioctl(self, request, argument):
        return self.state * argument if request == _MP_STREAM_POLL else -1

    def set(self):
        self.state = 1

    def clear(self):
        self.state = 0

    async def wait(self):
        if not self.state:
            yield core._io_queue.queue_read(self)
        self.state = 0
