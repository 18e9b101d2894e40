"""The disk cache of generated modules: real Python files in a private directory.

What is loaded is what this user's transpiler wrote: the directory and its files belong to the
user and nobody else can write there, and each file ends in a checksum of all that stands before
it. Anything else is not there: a cache that cannot be used is no error.
"""

from __future__ import annotations

import hashlib
import json
import linecache
import os
import re
import stat
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
META, CHECKSUM = "# dlgrad-meta: ", "# dlgrad-checksum: "
FILE_NAME = re.compile(r"\w+_([0-9a-f]{12})_[0-9a-f]{8}\.py", re.ASCII)
TEMPORARY = ".dlgrad-"


@dataclass(frozen=True)
class Entry:
    """A generated module that was found: its text, what was noted about it, its file."""

    text: str
    meta: dict[str, Any]
    path: Path


@dataclass(frozen=True)
class Listing:
    """A line of `dlgrad cache list`; `age` in seconds, `file` is where the user's function is."""

    name: str
    key: str
    path: Path
    size: int
    age: float
    file: str


class Store:
    """Generated modules by key. Several processes and threads may use it at once."""

    def load(self, text: str, name: str, path: Path | None = None) -> dict[str, Any]:
        """Run a generated module: see the function `load`."""
        return load(text, name, path)

    def directory(self) -> Path | None:
        """The directory to write to, made if need be; None if there is none to use."""
        place = location()
        if place is None:
            return None
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir(mode=0o700, exist_ok=True)
        usable = is_private(place) and os.access(place, os.W_OK | os.X_OK)
        return place if usable else None

    def read(self, key: str) -> list[Entry]:
        """All valid modules under a key, in the order of their file names."""
        found = [load_entry(path) for path in self._paths(short(key))]
        own = [e for e in found if e is not None and e.meta["key"] == key]
        return [Entry(e.text, e.meta["meta"], e.path) for e in own]

    def write(self, key: str, name: str, text: str, meta: dict[str, Any]) -> Path | None:
        """Keep a module; a last line without an end is given one. None if that is impossible.

        `meta` comes back as JSON makes it: tuples as lists, keys as strings. Modules that differ
        in text or meta lie side by side under one key.
        """
        place = self.directory()
        if place is None:
            return None
        facts = {"format": FORMAT, "key": key, "name": name, "meta": meta}
        try:
            data = sealed(text, facts)
        except UnicodeEncodeError:
            return None
        variant = hashlib.sha256(data).hexdigest()[:8]
        path = place / f"{file_stem(name)}_{short(key)}_{variant}.py"
        return path if holds(path, data) or replace(path, data) else None

    def entries(self) -> list[Listing]:
        """All valid modules, sorted by name, the youngest first."""
        out = []
        for path in self._paths():
            entry = load_entry(path)
            with suppress(OSError):
                if entry is not None:
                    facts, status = entry.meta, path.stat()
                    age = max(0.0, time.time() - status.st_mtime)
                    file = str(facts["meta"].get("file", ""))
                    out.append(Listing(facts["name"], facts["key"], path, status.st_size, age, file))
        return sorted(out, key=lambda item: (item.name, item.age, item.path))

    def clear(self) -> int:
        """Remove all modules, the damaged ones too, and say how many; other files are left alone."""
        removed = 0
        for path in self._paths():
            with suppress(OSError):
                path.unlink()
                removed += 1
        for path in self._files(TEMPORARY):  # of processes that were killed
            with suppress(OSError):
                path.unlink()
        return removed

    def _paths(self, start_of_key: str = "") -> list[Path]:
        matches = ((FILE_NAME.fullmatch(path.name), path) for path in self._files())
        return [path for m, path in matches if m and m[1].startswith(start_of_key)]

    def _files(self, prefix: str = "") -> list[Path]:
        place = location()
        if place is None or not is_private(place):
            return []
        try:
            return [place / name for name in sorted(os.listdir(place)) if name.startswith(prefix)]
        except OSError:
            return []


# The directory


def location() -> Path | None:
    """Where the cache is to be: DLGRAD_CACHE_DIR, else dlgrad in the user's cache directory."""
    try:
        own = os.environ.get("DLGRAD_CACHE_DIR")
        if own:
            return Path(own).expanduser().absolute()
        base = os.environ.get("XDG_CACHE_HOME", "")
        return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "dlgrad"
    except (RuntimeError, OSError):  # no home, no working directory
        return None


def is_private(path: Path) -> bool:
    """Is it a directory that belongs to the user and that nobody else can write to?"""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISDIR(status.st_mode) and belongs_to_user(status)


def belongs_to_user(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):  # Windows keeps a user's folders apart by other means
        return True
    others = stat.S_IWGRP | stat.S_IWOTH
    return status.st_uid == os.geteuid() and not status.st_mode & others


# The files


def short(key: str) -> str:
    """The part of a key that stands in file names.

    Raises:
        ValueError: if the key is not a hash in hexadecimal digits.
    """
    if not re.fullmatch(r"[0-9a-f]{12,}", key):
        raise ValueError(f"a key of the cache is 12 or more hexadecimal digits, not {key!r}")
    return key[:12]


def file_stem(name: str) -> str:
    """A function's name as every file system takes it: ``<lambda>`` -> ``lambda``."""
    return re.sub(r"\W", "_", name, flags=re.ASCII)[:60].strip("_") or "model"


def sealed(text: str, facts: dict[str, Any]) -> bytes:
    """The contents of a file: the text, the facts, the checksum of both."""
    body = text if text.endswith("\n") else text + "\n"
    data = f"{body}{META}{json.dumps(facts, sort_keys=True)}\n".encode()
    return data + f"{CHECKSUM}{hashlib.sha256(data).hexdigest()}\n".encode()


def load_entry(path: Path) -> Entry | None:
    """The module of a file, with all facts as its meta; None if it is not as we wrote it."""
    data = contents(path)
    if data is None:
        return None
    body, checksum = split_last_line(data)
    if checksum != f"{CHECKSUM}{hashlib.sha256(body).hexdigest()}\n".encode():
        return None
    text, line = split_last_line(body)
    try:
        facts = json.loads(line.decode().removeprefix(META))
        known = facts["format"] == FORMAT and isinstance(facts["meta"], dict)
        named = isinstance(facts["key"], str) and isinstance(facts["name"], str)
        return Entry(text.decode(), facts, path) if known and named else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def split_last_line(data: bytes) -> tuple[bytes, bytes]:
    end = data.rfind(b"\n", 0, len(data) - 1) + 1
    return data[:end], data[end:]


def contents(path: Path) -> bytes | None:
    """The bytes of a regular file that only the user can have written."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # no links, no waiting at pipes
        flags |= getattr(os, name, 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            trusted = stat.S_ISREG(status.st_mode) and belongs_to_user(status)
            return file.read() if trusted else None
    except OSError:
        return None


def holds(path: Path, data: bytes) -> bool:
    return contents(path) == data


def replace(path: Path, data: bytes) -> bool:
    """Write a file so that readers see all of it or nothing."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(".tmp", TEMPORARY, path.parent)
        with open(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
        return True
    except OSError:
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)
        return False


# Loading


def load(text: str, name: str, path: Path | None = None) -> dict[str, Any]:
    """Run a generated module and give its namespace.

    Python knows it by its path, if the file is there and holds the text. If not, its lines are
    left with `linecache`, where tracebacks, debuggers and `inspect` find them.
    """
    file = (file_of(path, text) if path is not None else None) or pseudo_file(text, name)
    namespace = {"__name__": f"dlgrad_generated.{file_stem(name)}", "__file__": file}
    exec(compile(text, file, "exec", dont_inherit=True), namespace)
    return namespace


def file_of(path: Path, text: str) -> str | None:
    """The path as Python is to know it, if the file shows this text now."""
    data = contents(path)
    if data is None or not data.startswith(text.encode(errors="replace")):
        return None
    linecache.checkcache(str(path))
    return str(path)


def pseudo_file(text: str, name: str) -> str:
    """A name under which `linecache` knows the text, and keeps it: there is no time to check."""
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    file = f"<dlgrad {file_stem(name)}-{digest[:12]}>"
    lines = [line + "\n" for line in text.removesuffix("\n").split("\n")]
    linecache.cache[file] = len(text), None, lines, file
    return file
