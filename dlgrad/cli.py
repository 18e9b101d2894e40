"""The command ``dlgrad``: inspect, compile and check functions of files; look after the cache.

Exit codes: 0, 1 for a check that failed, 2 for a command that could not be carried out; then there
is one message on stderr. Nothing is written but the file given by -o or --html.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import inspect
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import gast

from .accelerate import AcceleratedFunction
from .check import check_gradients
from .files import UsageError, example_of, function_of, module_of, parted
from .models import calls_dlgradient, is_gradient, loss_of
from .runtime.errors import DLError
from .source_text import GradientSource
from .specials import SPECIALS
from .transforms import model_around
from .transpile import cache
from .transpile.fence import check_syntax
from .transpile.functions import opened
from .transpile.offline import standalone
from .transpile.pipeline import Written, bind_names, write
from .transpile.storage import Store, location

USAGE = """\
%(prog)s inspect FILE:FUNCTION --example EXAMPLE [--html OUT.html]
       %(prog)s compile FILE:FUNCTION --example EXAMPLE -o OUT.py
       %(prog)s check FILE[:FUNCTION] [--example EXAMPLE]
       %(prog)s cache list | clear"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit code."""
    sys.dont_write_bytecode = True
    try:
        options = parser().parse_args(argv)
        with cache.disabled():
            return int(options.run(options))
    except (UsageError, DLError) as error:
        return failed(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def failed(message: str) -> int:
    print(f"dlgrad: {message}", file=sys.stderr)
    return 2


class Parser(argparse.ArgumentParser):
    """Reports like the rest: one message, exit code 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parser() -> Parser:
    """The commands and their options."""
    top = Parser("dlgrad", usage=USAGE, description="Gradients as Python source.")
    commands = top.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser, prog="dlgrad")
    shown = commands.add_parser("inspect", help="print the source of the gradient")
    made = commands.add_parser("compile", help="write a module that needs NumPy alone")
    checked = commands.add_parser("check", help="compare gradients with differences; find what is refused")
    for command, run, needed in ((shown, inspect_command, True), (made, compile_command, True),
                                 (checked, check_command, False)):  # fmt: skip
        command.set_defaults(run=run)
        what = "FILE:FUNCTION" if needed else "FILE[:FUNCTION]"
        command.add_argument("target", metavar=what, help="a function of a Python file")
        command.add_argument("--example", metavar="EXAMPLE", required=needed,
                             help="a function of FILE (or FILE2:FUNCTION) that returns the arguments")  # fmt: skip
        which = command.add_mutually_exclusive_group()
        which.add_argument("--wrt", metavar="x,w", help="differentiate a plain function for these parameters")
        which.add_argument("--argnums", metavar="0,1", help="the same, by position")
    shown.add_argument("--html", metavar="OUT.html", help="write a page with both sources side by side")
    made.add_argument("-o", "--output", metavar="OUT.py", required=True, help="the file to write")
    checked.add_argument("--rtol", type=float, help="the largest relative error")
    stored = commands.add_parser("cache", help="the cache of generated modules")
    kinds = stored.add_subparsers(metavar="list|clear", required=True, parser_class=Parser, prog="dlgrad cache")
    kinds.add_parser("list", help="show the modules").set_defaults(run=list_command)
    kinds.add_parser("clear", help="remove them").set_defaults(run=clear_command)
    return top


# inspect, compile


def inspect_command(options: Any) -> int:
    """Print the generated module, or write a page that shows it beside the user's source."""
    if options.html is None:
        print(Job(options).written()[0].module.text, end="")
        return 0
    job = Job(options)
    out = job.output(options.html)
    save(out, GradientSource.of(job.written()[0]).html())
    return 0


def compile_command(options: Any) -> int:
    """Write a standalone module."""
    job = Job(options)
    out = job.output(options.output)
    written, fun, args = job.written()
    save(out, standalone(written, fun, args, {}, job.output_name, opened(job.given)[0]))
    return 0


def save(path: Path, text: str) -> None:
    """Write a file so that there is all of it or nothing.

    Raises:
        UsageError: if that is impossible.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(".tmp", f".{path.name}-", path.absolute().parent)
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


class Job:
    """A function of a file with example arguments, and what is to be differentiated."""

    def __init__(self, options: Any) -> None:
        self.path, name = parted(options.target)
        if name is None:
            raise UsageError(f"{options.target!r} names no function: write FILE:FUNCTION")
        self.name = name
        self.given = function_of(module_of(self.path), name)
        self.given = self.given.function if isinstance(self.given, AcceleratedFunction) else self.given
        self.args = example_of(options.example, self.path)
        self.positions = self.wanted(options)
        self.output_name: str | None = None
        try:
            fun, lead, extra = opened(self.given)
            bind_names(fun, (*lead, *self.args), extra)
        except TypeError as error:
            raise UsageError(f"the example does not fit {name}{signature(self.given)}: {error}") from error

    def output(self, given: str) -> Path:
        """The path of a file to write.

        Raises:
            UsageError: if it is a folder, or a file that the function comes from.
        """
        out = Path(given).expanduser()
        if out.is_dir():
            raise UsageError(f"{out} is a folder: give the name of a file")
        sources = {Path(file).resolve() for m in list(sys.modules.values()) if (file := getattr(m, "__file__", None))}
        if out.exists() and out.resolve() in sources | {self.path.resolve()}:
            raise UsageError(f"{out} is a file that the example is read from: it is not overwritten")
        return out

    def wanted(self, options: Any) -> tuple[int, ...] | None:
        """The positions given by --wrt or --argnums."""
        count = len(self.args)
        names = parameters(self.given)[:count]
        if options.wrt is not None:
            asked = [n.strip() for n in options.wrt.split(",") if n.strip()]
            for n in asked or [options.wrt]:
                if n not in names:
                    raise UsageError(f"--wrt: {self.name} has no parameter {n!r}; it has {', '.join(names) or 'none'}")
            return tuple(names.index(n) for n in asked)
        if options.argnums is None:
            return None
        try:
            found = tuple(int(n) for n in options.argnums.split(","))
        except ValueError:
            raise UsageError(f"--argnums takes positions such as 0,1, not {options.argnums!r}") from None
        for p in found:
            if not -count <= p < count:
                raise UsageError(f"--argnums: {p} is out of range, the example gives {count} arguments")
        return found

    def written(self) -> tuple[Written, FunctionType, tuple[Any, ...]]:
        """The program, for the function that is its model."""
        given, args = self.given, self.args
        if self.positions is not None:
            several = len(self.positions) > 1
            model, lead, named = model_around(given, len(args), (), self.positions, several, "value_and_grad")
            given = functools.partial(model, *lead, **named) if lead or named else model
            self.output_name = f"{self.name.replace('.', '_')}_and_gradient"
        fun, lead, extra = opened(given)
        written = write(fun, (*lead, *args), extra, SPECIALS)
        if not takes_gradients(written):
            raise UsageError(
                f"{self.name} takes no gradient: call dlgradient in it, or say with --wrt (such as --wrt "
                f"{','.join(parameters(fun)[:2])}) for which parameters its result is to be differentiated"
            )
        if extra:
            raise UsageError(f"{self.name} has keywords bound by functools.partial: write a function instead")
        return written, fun, (*lead, *args)


def takes_gradients(written: Written) -> bool:
    """Does the program call dlgradient, or one of its kin?"""
    scopes = written.function.attrs["lowerer"].program.scopes
    return any(is_gradient(node, fun) for fun, scope in scopes.items() for node in gast.walk(scope.tree))


def parameters(fun: Any) -> list[str]:
    try:
        return [p.name for p in inspect.signature(fun).parameters.values()]
    except (TypeError, ValueError):
        return []


def signature(fun: Any) -> str:
    try:
        return str(inspect.signature(fun))
    except (TypeError, ValueError):
        return ""


# check


def check_command(options: Any) -> int:
    """Compare with differences, or (without example) look for what is refused in any case."""
    path, name = parted(options.target)
    if options.example is None:
        if options.wrt or options.argnums:
            raise UsageError("--wrt and --argnums need --example")
        return check_syntax_of(module_of(path), name)
    job = Job(options)
    fun, args, positions = job.given, job.args, job.positions
    target, lead, _ = opened(fun)
    if positions is None and calls_dlgradient(target):
        job.written()  # what cannot be transpiled is reported for the whole function
        fun, positions = loss_of(target)
        args = (*lead, *args)
    with told_errors(job.name):
        report = check_gradients(fun, *args, argnums=positions, rtol=options.rtol)
    print(report)
    return 0 if report else 1


@contextlib.contextmanager
def told_errors(name: str) -> Any:
    """Errors of the user's function as one line, refusals as they are; what it prints goes to stderr."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except DLError:
        raise
    except Exception as error:
        raise UsageError(f"{name} raised {type(error).__name__}: {error}") from error


def check_syntax_of(module: ModuleType, name: str | None) -> int:
    """One line for each function with a gradient: fine, or what is refused whatever its arguments are."""
    chosen = {name: function_of(module, name)} if name else own_functions(module)
    bad = 0
    for label, given in sorted(chosen.items(), key=lambda pair: first_line(pair[1])):
        try:
            fun = opened(given)[0]
            if name is None and not calls_dlgradient(fun):
                continue
            check_syntax(fun)
            print(f"{label}: nothing is refused from its text alone")
        except (DLError, TypeError) as error:
            bad += 1
            print(f"{label}: refused\n{error}")
    if not bad and name is None and not any(map(has_gradient, chosen.values())):
        print(f"no function of {module.__file__} calls dlgradient")
    return 1 if bad else 0


def own_functions(module: ModuleType) -> dict[str, Any]:
    """The functions that a module defines, those of its classes included."""
    out: dict[str, Any] = {}
    for name, x in vars(module).items():
        if isinstance(x, (FunctionType, AcceleratedFunction)) and x.__module__ == module.__name__:
            out[name] = x
        elif isinstance(x, type) and x.__module__ == module.__name__:
            out.update({f"{name}.{n}": f for n, f in vars(x).items() if isinstance(f, FunctionType)})
    return out


def has_gradient(given: Any) -> bool:
    with contextlib.suppress(DLError, TypeError):
        return calls_dlgradient(opened(given)[0])
    return False


def first_line(fun: Any) -> int:
    code = getattr(getattr(fun, "function", fun), "__code__", None)
    return code.co_firstlineno if code is not None else 0


# cache


def list_command(options: Any) -> int:
    """Print the modules of the cache, one a line."""
    rows = Store().entries()
    if not rows:
        print(f"the cache in {location()} is empty")
        return 0
    width = max(len(row.name) for row in rows)
    for row in rows:
        print(f"{row.name:<{width}}  {ago(row.age):>8}  {row.size / 1024:6.1f} kB  {row.path}  {row.file}".rstrip())
    print(f"{len(rows)} modules, {sum(row.size for row in rows) / 1024:.1f} kB")
    return 0


def ago(seconds: float) -> str:
    """An age in the largest unit that fits."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def clear_command(options: Any) -> int:
    """Remove the modules of the cache."""
    count = Store().clear()
    print(f"removed {count} modules from {location()}")
    return 0
