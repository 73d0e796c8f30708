# `vfs` as the board has it, without the interpreter's own file systems, which are the computer's.
import vfs as _host

__name__ = "vfs"

VfsRom = _host.VfsRom
mount = _host.mount
umount = _host.umount
