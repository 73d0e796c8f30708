# What this board is and has; a line each, "name value". Nothing is assumed to be there.
import sys


def tell(name, value):
    print(name, value)


def attempt(name, function):
    try:
        value = function()
    except Exception:
        return
    if value is not None:
        tell(name, value)


def has(name):
    try:
        return __import__(name)
    except ImportError:
        return None


tell("implementation", sys.implementation[0])
attempt("version", lambda: ".".join([str(part) for part in sys.implementation[1][:3]]))
tell("platform", sys.platform)
attempt("build", lambda: sys.version)
gc = has("gc")
if gc:
    gc.collect()
    attempt("heap", gc.mem_free)
esp32 = has("esp32")
if esp32:
    attempt("idf", lambda: sum([region[1] for region in esp32.idf_heap_info(esp32.HEAP_DATA)]))
os = has("os")
if os:
    attempt("machine", lambda: os.uname().machine)
    attempt("cwd", os.getcwd)

    def room():
        block, _, _, free = os.statvfs(os.getcwd())[:4]
        return block * free

    attempt("room", room)
if not (os and hasattr(os, "uname")):
    attempt("machine", lambda: sys.implementation._machine)
time = has("time")
if time:
    attempt("time", lambda: int(time.time()))
    attempt("epoch", lambda: time.gmtime(0)[0])
machine = has("machine")
if machine:
    attempt("id", lambda: "".join(["%02x" % byte for byte in machine.unique_id()]))
    attempt("rtc", lambda: machine.RTC().datetime() and "settable")
modules = []
for name in (
    "ssl tls socket network hashlib binascii cryptolib json io errno builtins asyncio ntptime requests "
    "umqtt.simple websocket"
).split():
    if has(name.split(".")[0]):
        modules.append(name)
tell("modules", " ".join(modules))
attempt("tls", lambda: has("tls").MBEDTLS_VERSION)
