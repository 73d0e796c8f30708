# Streams over non-blocking sockets, plain or TLS.
from . import core

_NEWLINE = 10


class Stream:
    def __init__(self, s, e={}):
        self.s = s
        self.e = e
        self.out_buf = b""

    def get_extra_info(self, name):
        return self.e[name]

    def close(self):
        pass  # wait_closed() closes

    async def wait_closed(self):
        self.s.close()

    # What follows is generators, each an `async def` to its caller. A TLS stream may be readable and yet
    # have no data (None): it is waited for again.

    def read(self, n=-1):
        data = b""
        while True:
            yield core._io_queue.queue_read(self.s)
            part = self.s.read(n)
            if part is None:
                continue
            if n >= 0:
                return part
            if not part:
                return data
            data += part

    def readinto(self, buf):
        yield core._io_queue.queue_read(self.s)
        return self.s.readinto(buf)

    def readexactly(self, n):
        data = b""
        while n:
            yield core._io_queue.queue_read(self.s)
            part = self.s.read(n)
            if part is None:
                continue
            if not part:
                raise EOFError
            data += part
            n -= len(part)
        return data

    def readline(self):
        line = b""
        while True:
            yield core._io_queue.queue_read(self.s)
            part = self.s.readline()
            if part is None:
                continue
            line += part
            if not part or line[-1] == _NEWLINE:
                return line

    def write(self, buf):
        # At once, as far as the stream takes it; drain() sends the rest.
        if not self.out_buf:
            sent = self.s.write(buf)
            if sent == len(buf):
                return
            if sent is not None:
                buf = buf[sent:]
        self.out_buf += buf

    def drain(self):
        if not self.out_buf:
            return (yield from core.sleep_ms(0))  # others get their turn in any case
        rest = memoryview(self.out_buf)
        while rest:
            yield core._io_queue.queue_write(self.s)
            sent = self.s.write(rest)
            if sent is not None:
                rest = rest[sent:]
        self.out_buf = b""

    # Names of earlier versions.

    aclose = wait_closed

    async def awrite(self, buf, off=0, sz=-1):
        if off != 0 or sz != -1:
            buf = memoryview(buf)[off : len(buf) if sz == -1 else off + sz]
        self.write(buf)
        await self.drain()

    awritestr = awrite


StreamReader = Stream
StreamWriter = Stream


def open_connection(host, port, ssl=None, server_hostname=None):  # async
    import socket
    from errno import EINPROGRESS

    family, kind, protocol, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    s = socket.socket(family, kind, protocol)
    s.setblocking(False)
    try:
        s.connect(address)
    except OSError as er:
        if er.errno != EINPROGRESS:
            raise er
    if ssl:
        if ssl is True:
            from ssl import PROTOCOL_TLS_CLIENT, SSLContext

            ssl = SSLContext(PROTOCOL_TLS_CLIENT)
        # The handshake is part of the first read or write.
        s = ssl.wrap_socket(s, server_hostname=server_hostname or host, do_handshake_on_connect=False)
        s.setblocking(False)
    stream = Stream(s)
    yield core._io_queue.queue_write(s)
    return stream, stream


class Server:
    async def __aenter__(self):
        return self

    async def __aexit__(self, exc_type, exc, tb):
        self.close()
        await self.wait_closed()

    def close(self):
        self.state = True  # closed on purpose
        self.task.cancel()

    async def wait_closed(self):
        await self.task

    async def _serve(self, s, cb, ssl):
        self.state = False
        while True:
            try:
                yield core._io_queue.queue_read(s)
            except core.CancelledError as er:
                s.close()
                if self.state:
                    return
                raise er
            try:
                client, address = s.accept()
            except Exception:
                continue  # the client is gone already, or there is no socket left
            if ssl:
                try:
                    client = ssl.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
                except OSError as er:
                    core.sys.print_exception(er)
                    client.close()
                    continue
            client.setblocking(False)
            stream = Stream(client, {"peername": address})
            core.create_task(cb(stream, stream))


async def start_server(cb, host, port, backlog=5, ssl=None):
    import socket

    family, _, _, _, address = socket.getaddrinfo(host, port)[0]
    s = socket.socket(family)
    s.setblocking(False)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(address)
    s.listen(backlog)
    server = Server()
    server.task = core.create_task(server._serve(s, cb, ssl))
    try:
        # The task begins, so that close() and a cancellation find it waiting.
        await core.sleep_ms(0)
    except core.CancelledError as er:
        server.task.cancel()
        raise er
    return server
