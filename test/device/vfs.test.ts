/** `os` and `vfs`: results and error numbers of the port, for the flash and for what a program mounts. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run as runOn } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const printed = (script: string) => runOn(script, { pool }).output;

const SHELF = `
import os, vfs
class Shelf:
    def mount(self, readonly, mkfs): print("mount", readonly)
    def umount(self): print("umount")
    def stat(self, path): return (path, 28)
    def remove(self, path): raise OSError(28)
    def open(self, path, mode): print("open", path, mode)
vfs.mount(Shelf(), "/shelf")
`;

describe('os and vfs', () => {
  it('give stat as a plain tuple of ten numbers', () => {
    assert.equal(
      printed('import os\nprint(type(os.stat("/")), os.stat("/")[0], len(os.stat("/")))'),
      "<class 'tuple'> 16384 10\n",
    );
  });

  it('call the flash in the list of what is mounted what it is on a board', () => {
    assert.equal(
      printed(`${SHELF}print([(str(system)[:8], path) for system, path in vfs.mount()])`),
      "mount False\n[('<Shelf o', '/shelf'), ('<VfsLfs2', '/')]\n",
    );
  });

  it('take an empty path for the current folder', () => {
    assert.equal(
      printed('import os\nos.mkdir("/a")\nos.chdir("/a")\nprint(os.stat("") == os.stat("/a"))'),
      'True\n',
    );
  });

  it("mount a file system of the program's, which answers for itself", () => {
    assert.equal(
      printed(`${SHELF}print(os.stat("/shelf/cup"))\nopen("/shelf/cup", "wb")\nvfs.umount("/shelf")`),
      "mount False\n('/cup', 28)\nopen /cup wb\numount\n",
    );
  });

  it('pass on the error number of a mounted file system, and translate that of the flash', () => {
    const raised =
      'for path in ("/shelf/cup", "/cup"):\n    try: os.remove(path)\n    except OSError as e: print(e.errno)';
    assert.equal(printed(`${SHELF}${raised}`), 'mount False\n28\n2\n');
  });

  it("do not have the computer's file system", () => {
    assert.equal(
      printed('import os, vfs\nprint(hasattr(vfs, "VfsPosix"), hasattr(os, "VfsPosix"), vfs)').slice(0, 11),
      'False False',
    );
  });

  it('leave paths without a beginning to the file system that holds the current folder', () => {
    const cabinet = `
import os, vfs
class Cabinet:
    def mount(self, readonly, mkfs): pass
    def umount(self): pass
    def chdir(self, path): print("chdir", path)
    def getcwd(self): return "drawer"
    def ilistdir(self, path):
        print("ilistdir", repr(path))
        return iter([("spoon", 0x8000, 0)])
vfs.mount(Cabinet(), "/cabinet")
os.chdir("/cabinet")
print(os.listdir(), os.getcwd())
print(os.listdir("drawer"))
os.chdir("/")
print("cabinet" in os.listdir(), os.listdir("cabinet"))`;
    assert.equal(
      printed(cabinet),
      "chdir /\nilistdir ''\n['spoon'] /cabinetdrawer\nilistdir 'drawer'\n['spoon']\n" +
        "ilistdir '/'\nTrue ['spoon']\n",
    );
  });
});
