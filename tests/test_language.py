"""Every line of `docs/language.md` has programs: what it says is supported agrees with Python and with differences,
what it says is refused is refused, at a line of the program, before anything runs."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import dlgrad as dl
import language
import numpy as np
import pytest
from agreement import difference, flat, gradients_of, run
from programs import Model
from test_programs import check

for _found in pkgutil.iter_modules(language.__path__):
    importlib.import_module(f"language.{_found.name}")

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "language.md").read_text("utf-8")


def rows(title):
    """The first cells of the table under a title."""
    section = PAGE.split(f"## {title}")[1].split("\n## ")[0]
    cells = [re.split(r"(?<!\\) \| ", row.strip("| \n"))[0] for row in section.splitlines() if row.startswith("| ")]
    return [c for c in cells if c != "what"]


TABLES = {"Supported": language.SUPPORTED, "Refused, and what to write instead": language.REFUSED}


def named(line):
    return line.program.function.__name__


@pytest.mark.parametrize("title", TABLES)
def test_every_line_has_a_program(title):
    starts = [line.start for line in TABLES[title]]
    assert [r for r in rows(title) if not any(r.startswith(s) for s in starts)] == []


@pytest.mark.parametrize("title", TABLES)
def test_every_program_has_one_line(title):
    for line in TABLES[title]:
        assert sum(r.startswith(line.start) for r in rows(title)) == 1, line.start


@pytest.mark.parametrize("line", language.SUPPORTED, ids=named)
def test_supported(line):
    program = line.program
    arguments = program.arguments(np.random.default_rng(4), 4)
    if isinstance(program, Model):
        found, expected = dl.dlfeval(program.function, *arguments), program.expected(*arguments)
        assert type(found) is type(expected)
        np.testing.assert_allclose(flat(found), flat(expected), rtol=1e-6, atol=1e-9)
        return
    mine = run(gradients_of(program.function, program.argnums), arguments)
    check(program, 4, mine)


@pytest.mark.parametrize("line", language.REFUSED, ids=named)
def test_refused(line):
    program = line.program
    arguments = program.arguments(np.random.default_rng(4), 4)
    own = {"dlgradient", "jacobian", "jvp"} & {*program.function.__code__.co_names}
    done = run((lambda *a: dl.dlfeval(program.function, *a)) if own else dl.grad(program.function), arguments)
    assert isinstance(done.raised, dl.DLError), done.value
    assert program.refused in str(done.raised)
    assert done.printed == "" and difference(done.arguments, arguments) is None, "something ran"
