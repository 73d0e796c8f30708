# Opens a pseudo-terminal, which Node cannot, and carries its bytes: what a program writes to the terminal comes out of
# standard output, what comes in by standard input the program reads. Descriptor 3 tells of the program: "pty NAME" once,
# then "open" and "closed". Ends with its standard input, and takes the link away again.
import os
import select
import sys
import termios
import tty

POLL = 0.05  # seconds between two looks whether a program has opened or closed the terminal
CHUNK = 4096
UNREAD = 4 * 1024 * 1024  # bytes kept for a program that does not read; what comes after that is lost


def tell(line):
    os.write(3, (line + "\n").encode())


def make_raw(slave):
    tty.setraw(slave)
    attributes = termios.tcgetattr(slave)
    attributes[4] = attributes[5] = termios.B115200
    termios.tcsetattr(slave, termios.TCSANOW, attributes)


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data) :]


class Line:
    def __init__(self, path):
        self.terminal, slave = os.openpty()
        self.name = os.ttyname(slave)
        make_raw(slave)
        os.close(slave)
        os.set_blocking(self.terminal, False)
        os.symlink(self.name, path)
        self.present = False
        self.unread = bytearray()

    def is_open(self):
        poller = select.poll()
        poller.register(self.terminal, 0)
        return not any(event & select.POLLHUP for _, event in poller.poll(0))

    def look(self):
        if self.present == self.is_open():
            return
        self.present = not self.present
        if not self.present:
            self.tidy()
        tell("open" if self.present else "closed")

    def tidy(self):
        # The next program finds the terminal as a board's is, and nothing that was said before.
        self.unread.clear()
        slave = os.open(self.name, os.O_RDWR | os.O_NOCTTY)
        make_raw(slave)
        termios.tcflush(slave, termios.TCIOFLUSH)
        os.close(slave)

    def carry(self):
        # False when there is nobody left to carry for.
        terminals = [self.terminal] if self.present else []
        readable, writable, _ = select.select([0, *terminals], terminals if self.unread else [], [], POLL)
        if 0 in readable:
            data = os.read(0, CHUNK)
            if not data:
                return False
            if self.present:
                self.unread += data[: UNREAD - len(self.unread)]
        try:
            if writable:
                del self.unread[: os.write(self.terminal, self.unread[:CHUNK])]
            if self.terminal in readable:
                write_all(1, os.read(self.terminal, CHUNK))
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            # The program has gone, or takes no more now.
        return True


path = sys.argv[1]
line = Line(path)
try:
    tell("pty " + line.name)
    line.look()
    while line.carry():
        line.look()
except (BrokenPipeError, KeyboardInterrupt):
    pass
finally:
    os.unlink(path)
