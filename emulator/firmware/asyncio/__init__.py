# asyncio as the port freezes it, waiting in virtual time. Names that programs are known to use inside of it
# (core.cur_task, core._task_queue, core._io_queue, Stream.s, Event.state, …) are kept.
from .core import *
from .event import Event, ThreadSafeFlag
from .funcs import gather, wait_for, wait_for_ms
from .lock import Lock
from .stream import StreamReader, StreamWriter, open_connection, start_server

__version__ = (3, 0, 0)


def __getattr__(name):
    raise AttributeError(name)  # the port's text, whose modules are loaded by such a function
