"""Functions in files: ``FILE:FUNCTION`` as the command line takes it."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


class UsageError(Exception):
    """A command that cannot be carried out; the message is all the user gets to see."""


def parted(text: str, default: Path | None = None) -> tuple[Path, str | None]:
    """``FILE:FUNCTION`` as a path and a name; `default` where only the name is given."""
    file, colon, name = text.rpartition(":")
    if colon and not (len(file) == 1 and name[:1] in ("\\", "/")):  # a Windows drive
        if not file or not name:
            raise UsageError(f"{text!r} is not of the form FILE:FUNCTION")
        return Path(file), name
    return (default, text) if default is not None else (Path(text), None)


def module_of(path: Path) -> ModuleType:
    """The module of a file, imported under its own name.

    What it prints goes to stderr.

    Raises:
        UsageError: if there is none, or importing it fails.
    """
    path = path.expanduser().absolute()
    if path.is_dir():
        raise UsageError(f"{path} is a folder, not a Python file")
    if not path.is_file():
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.py")], 1)
        raise UsageError(f"there is no file {path}" + (f"; did you mean {near[0]}?" if near else ""))
    if path.suffix != ".py":
        raise UsageError(f"{path} is not a Python file: its name does not end in .py")
    folder, name = path.parent, path.stem
    while folder.joinpath("__init__.py").is_file() and folder.name.isidentifier():
        folder, name = folder.parent, f"{folder.name}.{name}"
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    with told(f"importing {path}"):
        return _imported(name, path)


def _imported(name: str, path: Path) -> ModuleType:
    if "." in name:
        return importlib.import_module(name)
    known = sys.modules.get(name)
    if known is not None and Path(getattr(known, "__file__", None) or "").absolute() == path:
        return known
    name = name if known is None else f"{name}_"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} cannot be imported")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextlib.contextmanager
def told(what: str) -> Any:
    """Errors of the user's own code as one line; its output to stderr."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except UsageError:
        raise
    except SyntaxError as error:
        raise UsageError(f"{what}: {error.filename}:{error.lineno}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        raise UsageError(f"{what} raised {type(error).__name__}: {error}") from error


def function_of(module: ModuleType, name: str) -> Any:
    """A function of a module by its name, which may have dots.

    Raises:
        UsageError: with the nearest names.
    """
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            names = [n for n, v in vars(found).items() if callable(v) and not n.startswith("__")]
            near = difflib.get_close_matches(part, names, 3)
            advice = f"; did you mean {' or '.join(near)}?" if near else ""
            raise UsageError(f"{module.__file__} has no function {name}{advice}")
        found = getattr(found, part)
    if not callable(found):
        raise UsageError(f"{name} in {module.__file__} is a {type(found).__name__}, not a function")
    return found


def example_of(text: str, path: Path) -> tuple[Any, ...]:
    """The tuple that an example function returns.

    Raises:
        UsageError: if it raises or returns something else.
    """
    file, name = parted(text, path)
    if name is None:
        raise UsageError(f"{text!r} is not the name of an example function")
    make = function_of(module_of(file), name)
    with told(f"the example {name}"):
        given = make()
    if not isinstance(given, (tuple, list)):
        raise UsageError(
            f"the example {name} returned a {type(given).__name__}: it must return the tuple of arguments, as in "
            f"return x, (with a comma) for one"
        )
    return tuple(given)
