# help() of the board. help(object) is the interpreter's own.
from builtins import help as _host_help

from _sys import BUILT_IN, FROZEN

_TEXT = """\
Welcome to MicroPython on a simulated ESP32!

Its documentation is that of the board: https://docs.micropython.org/

The hardware is in the module 'machine':

import machine
led = machine.Pin(2, machine.Pin.OUT)
led.value(1)
button = machine.Pin(13, machine.Pin.IN, machine.Pin.PULL_UP)
print(button.value())

To join a Wi-Fi network:

import network
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.scan()
wlan.connect('ssid', 'password')
wlan.isconnected()
wlan.ifconfig()

Keys at the prompt:
  CTRL-A        on an empty line: raw REPL, for programs at the other end
  CTRL-B        on an empty line: the ordinary prompt again
  CTRL-C        stop the program
  CTRL-D        on an empty line: soft reset
  CTRL-E        on an empty line: paste mode
  TAB           complete a name

help(object) tells about an object, help('modules') lists the modules.
"""

_COLUMNS = 4
_WIDTH = 18


def help(*args):
    if args == ("modules",):
        _list_modules()
    elif args:
        _host_help(*args)
    else:
        print(_TEXT, end="")


def _list_modules():
    names = sorted(BUILT_IN + FROZEN)
    rows = (len(names) + _COLUMNS - 1) // _COLUMNS
    for row in range(rows):
        line = ""
        for name in names[row::rows]:
            # A name that fills its column takes a part of the next.
            line += " " * (-len(line) % _WIDTH or (_WIDTH if line else 0)) + name
        print(line)
    print("Plus any modules on the filesystem")
