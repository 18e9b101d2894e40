"""Wrong programs are refused before anything runs: message and place are one assertion."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import dlgrad as dl
import pytest
import refusals

for _found in pkgutil.iter_modules(refusals.__path__):
    importlib.import_module(f"refusals.{_found.name}")

HEAD = re.compile(r"^(?P<file>/.+|[A-Z]:.+):(?P<line>\d+):(?P<column>\d+): ", re.M)


def file_of(program):
    return Path(inspect.getsourcefile(program.function))


def ends():
    """(file, last line) of each program, to know where the next begins."""
    for program in refusals.PROGRAMS:
        rows, first = inspect.getsourcelines(program.function)
        yield file_of(program), first + len(rows) - 1


def marks(program):
    """{line: [parts of the message]} as they are written into a program and what stands above it."""
    rows, first = inspect.getsourcelines(program.function)
    last = first + len(rows) - 1
    start = max((line for file, line in ends() if file == file_of(program) and line < last), default=0)
    out = {}
    for number, row in enumerate(file_of(program).read_text("utf-8").splitlines(), 1):
        if start < number <= last and "#!" in row:
            out[number] = [part.strip() for part in row.split("#!")[1].split("|")]
    return out


def problems(report, file):
    """{line: text} of a report; several problems of a line are joined."""
    heads = list(HEAD.finditer(report))
    assert heads, f"no place in {report!r}"
    assert heads[0].start() == 0, report
    out = {}
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        assert Path(head["file"]) == file, report
        text = report[head.start() : after.start() if after else None]
        out.setdefault(int(head["line"]), []).append(text)
    return out


def named(program):
    return f"{file_of(program).stem}-{program.function.__name__}"


@pytest.mark.parametrize("program", refusals.PROGRAMS, ids=named)
def test_refused(program, capsys):
    with pytest.raises(dl.DLError) as caught:
        dl.dlfeval(program.function, *program.arguments)
    assert capsys.readouterr().out == "", "something ran"
    expected = marks(program)
    assert expected, "no line of the program is marked"
    found = problems(str(caught.value), file_of(program))
    assert sorted(found) == sorted(expected), str(caught.value)
    for line, parts in expected.items():
        for part in parts:
            assert any(part in shown(text) for text in found[line]), (part, found[line])
        assert len(found[line]) == len({shown(text) for text in found[line]}) == 1, found[line]


def shown(text):
    """A problem without the user's line, which holds the mark itself."""
    return "\n".join(row for row in text.splitlines() if not re.match(r"\s*\d+ \| ", row))


@pytest.mark.parametrize("program", refusals.PROGRAMS, ids=named)
def test_text_and_caret(program):
    """The report quotes the line as it is and points at a place within it."""
    with pytest.raises(dl.DLError) as caught:
        dl.dlfeval(program.function, *program.arguments)
    lines = file_of(program).read_text("utf-8").splitlines()
    rows = str(caught.value).splitlines()
    for number in marks(program):
        quoted = f"{number:>5} | {lines[number - 1]}"
        assert quoted in rows, str(caught.value)
        caret = rows[rows.index(quoted) + 1]
        assert 8 <= caret.index("^") < len(quoted.split("#!")[0])
