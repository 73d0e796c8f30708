# `builtins` as a module: what the firmware has put in place of the interpreter's functions counts there, too. (The
# interpreter itself finds them by their names alone.)
from _sys import modules


class _Builtins:
    def __getattr__(self, name):
        try:
            return eval(name, {})
        except NameError:
            raise AttributeError("'module' object has no attribute '%s'" % name)

    def __setattr__(self, name, value):
        setattr(_host, name, value)

    def __delattr__(self, name):
        delattr(_host, name)

    def __dir__(self):
        return dir(_host)

    def __repr__(self):
        return repr(_host)


def install():
    global _host
    import builtins as _host

    modules["builtins"] = _Builtins()
