# `vfs` as the board has it, without the interpreter's own file systems, which are the computer's.
import vfs as _host

from _esp32 import is_command as _is_command

__name__ = "vfs"

VfsRom = _host.VfsRom
umount = _host.umount

# With the interpreter's own.
mounted = _host.mount


class _Flash:
    # What the flash is called in a list of what is mounted; it is no block device to mount again.
    def __repr__(self):
        return "<VfsLfs2>"


_flash = _Flash()


def mount(*args, **kwargs):
    systems = _host.mount(*args, **kwargs)
    if args or kwargs or _is_command():
        return systems
    return [(_flash if isinstance(system, _host.VfsPosix) else system, path) for system, path in systems]
