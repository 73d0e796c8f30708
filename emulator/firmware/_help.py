# help() of the board. help(object) is the interpreter's own.
from builtins import help as _host_help

_TEXT = """\
Welcome to MicroPython on a simulated ESP32!

The hardware is in the modules 'machine' and 'esp32', the network in 'network', 'socket' and 'ssl'.

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


def help(*args):
    if args:
        _host_help(*args)
    else:
        print(_TEXT, end="")
