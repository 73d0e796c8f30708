# The package installer: asks an index over HTTP which files a package has, and writes them to the flash.
# The protocol is that of https://docs.micropython.org/en/latest/reference/packages.html.
import sys

import requests
from _esp32 import note as _note

_INDEX = "https://micropython.org/pi/v2"
_CHUNK = 128
_REMOTE = ("http://", "https://", "github:", "gitlab:")

_NO_WAY_OUT = (
    "mip: no way to %s. A simulated world has only the hosts of its scenario: let one serve the package's files by HTTP "
    "and name it, mip.install('http://HOST/package.json') or index='http://HOST'."
)


class InstallError(RuntimeError):
    """An installation came to a stop; some of the files may be there."""


def _is_remote(name):
    return any([name.startswith(prefix) for prefix in _REMOTE])


def _rewritten(url, branch):
    # github:ORG/REPO/PATH and gitlab:ORG/REPO/PATH stand for raw files.
    for prefix, base, middle in (
        ("github:", "https://raw.githubusercontent.com/", "/"),
        ("gitlab:", "https://gitlab.com/", "/-/raw/"),
    ):
        if url.startswith(prefix):
            organisation, repository, path = url[len(prefix) :].split("/", 2)
            return base + organisation + "/" + repository + middle + (branch or "HEAD") + "/" + path
    return url


def _get(url):
    try:
        return requests.get(url)
    except OSError:
        _note(_NO_WAY_OUT % url)
        raise


def _make_folders(path):
    import os

    at = path.find("/", 1)
    while at > 0:
        try:
            os.stat(path[:at])
        except OSError:
            os.mkdir(path[:at])
        at = path.find("/", at + 1)


def _pump(source, take):
    buffer = memoryview(bytearray(_CHUNK))
    while True:
        count = source.readinto(buffer)
        if not count:
            return
        take(buffer[:count])


def _is_there(path, short_hash):
    from binascii import hexlify
    from hashlib import sha256

    found = sha256()
    try:
        with open(path, "rb") as file:
            _pump(file, found.update)
    except OSError:
        return False
    return hexlify(found.digest()).decode().startswith(short_hash)


def _download(url, path):
    response = _get(url)
    try:
        if response.status_code != 200:
            print("Error", response.status_code, "requesting", url)
            return False
        print("Copying:", path)
        _make_folders(path)
        with open(path, "wb") as file:
            _pump(response.raw, file.write)
        return True
    finally:
        response.close()


def _description(url, version):
    response = _get(_rewritten(url, version))
    try:
        if response.status_code == 200:
            return response.json()
        print("Package not found:", url)
    finally:
        response.close()


def _install_described(url, index, target, version, mpy):
    package = _description(url, version)
    if package is None:
        return False
    for name, short_hash in package.get("hashes", ()):
        path = target + "/" + name
        if _is_there(path, short_hash):
            print("Exists:", path)
        elif not _download("%s/file/%s/%s" % (index, short_hash[:2], short_hash), path):
            print("File not found: %s %s" % (name, short_hash))
            return False
    base = url.rpartition("/")[0]
    for name, source in package.get("urls", ()):
        if base and not _is_remote(source):
            source = base + "/" + source
        if not _download(_rewritten(source, version), target + "/" + name):
            print("File not found: %s %s" % (name, source))
            return False
    for name, wanted in package.get("deps", ()):
        if not _install_package(name, index, target, wanted, mpy):
            return False
    return True


def _install_package(package, index, target, version, mpy):
    if _is_remote(package):
        if package.endswith(".py") or package.endswith(".mpy"):
            print("Downloading %s to %s" % (package, target))
            return _download(_rewritten(package, version), target + "/" + package.split("/")[-1])
        if not package.endswith(".json"):
            package = package.rstrip("/") + "/package.json"
        print("Installing %s to %s" % (package, target))
    else:
        version = version or "latest"
        print("Installing %s (%s) from %s to %s" % (package, version, index, target))
        form = sys.implementation._mpy & 0xFF if mpy else "py"
        package = "%s/package/%s/%s/%s.json" % (index, form, package, version)
    return _install_described(package, index, target, version, mpy)


def _library_folder():
    for folder in sys.path:
        if folder.endswith("/lib") and not folder.startswith("/rom"):
            return folder
    raise InstallError("Unable to find lib dir in sys.path")


def install(package, index=None, target=None, version=None, mpy=True):
    target = target or _library_folder()
    index = (index or _INDEX).rstrip("/")
    if not _install_package(package, index, target, version, mpy):
        raise InstallError("Package may be partially installed")
    print("Done")
