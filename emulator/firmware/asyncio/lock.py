from . import core

_UNLOCKED = 0
_LOCKED = 1


class Lock:
    def __init__(self):
        # Or the task that the lock was handed to and that has not run yet.
        self.state = _UNLOCKED
        self.waiting = core.TaskQueue()

    def locked(self):
        return self.state == _LOCKED

    def release(self):
        if self.state != _LOCKED:
            raise RuntimeError("Lock not acquired")
        if self.waiting.peek():
            self.state = self.waiting.pop()
            core._task_queue.push(self.state)
        else:
            self.state = _UNLOCKED

    def acquire(self):  # async
        if self.state != _UNLOCKED:
            self.waiting.push(core.cur_task)
            core.cur_task.data = self.waiting
            try:
                yield
            except core.CancelledError as er:
                if self.state == core.cur_task:  # handed over already: pass it on
                    self.state = _LOCKED
                    self.release()
                raise er
        self.state = _LOCKED
        return True

    async def __aenter__(self):
        return await self.acquire()

    async def __aexit__(self, exc_type, exc, tb):
        return self.release()
