"""Reports of problems: their look, their places, their order."""

import importlib
import textwrap

import gast
import pytest
from dlgrad.runtime.errors import DLError, NotDifferentiable, UnsupportedSyntax
from dlgrad.transpile.diagnose import Problem, raise_problems, report
from dlgrad.transpile.source import read


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Makes the source of the function `f` of a text."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(text, name="model"):
        name = f"{tmp_path.name}_{name}".replace("-", "_")
        tmp_path.joinpath(name + ".py").write_text(textwrap.dedent(text), encoding="utf-8")
        importlib.invalidate_caches()
        return read(importlib.import_module(name).f)

    return make


def node(source, text):
    """The outermost node whose text this is."""
    return next(n for n in gast.walk(source.tree) if hasattr(n, "lineno") and source.segment(n) == text)


def lines_of(problem):
    """The report without its head, whose path is different in each run."""
    return report([problem]).split("\n")[1:]


MODEL = """\
    import numpy as np

    def f(y, C):
        loss = 0.0
        k = np.argmax(y, axis=1)
        loss = loss + C[k].sum()
        return loss
"""


def test_the_whole_look(source):
    s = source(MODEL)
    used = next(n for n in gast.walk(s.tree) if isinstance(n, gast.Name) and n.id == "k" and n.lineno == 6)
    problem = Problem(
        s, node(s, "np.argmax(y, axis=1)"), "cannot differentiate through np.argmax(y, axis=1)",
        "argmax has no gradient: its result is an integer.",
        "If none is wanted, write stop_gradient(np.argmax(y, axis=1)).",
        ((used, "the loss depends on k here"), "A last word."))  # fmt: skip
    assert report([problem]) == f"{s.file}:5:9: cannot differentiate through np.argmax(y, axis=1)" + """

    5 |     k = np.argmax(y, axis=1)
      |         ^^^^^^^^^^^^^^^^^^^^
    6 |     loss = loss + C[k].sum()
      |                     - the loss depends on k here

  argmax has no gradient: its result is an integer.
  If none is wanted, write stop_gradient(np.argmax(y, axis=1)).
  A last word."""


def test_a_problem_without_a_node_is_shown_at_the_function(source):
    s = source(MODEL)
    assert report([Problem(s, None, "no gradient at all")]) == (
        f"{s.file}:3:1: no gradient at all\n\n    3 | def f(y, C):\n      | ^^^^^^^^^^^^")


def test_nodes_without_a_place_of_their_own(source):
    s = source("""
        def f(x):
            with open(x) as g:
                pass
            return [i for i in x if i]
        """)
    item = next(n for n in gast.walk(s.tree) if isinstance(n, gast.withitem))
    loop = next(n for n in gast.walk(s.tree) if isinstance(n, gast.comprehension))
    assert lines_of(Problem(s, item, "w"))[1:] == [
        "    3 |     with open(x) as g:", "      |          ^^^^^^^^^^^^"]  # fmt: skip
    assert lines_of(Problem(s, loop, "w"))[2] == "      |                   ^^^^^^^^^^^"
    assert lines_of(Problem(s, gast.Load(), "w"))[1] == "    2 | def f(x):"


def test_a_node_of_several_lines_is_marked_on_its_first(source):
    s = source("""
        def f(x):
            return g(x,
                     1) + 2
        """)
    assert lines_of(Problem(s, s.tree.body[0], "w"))[1:] == [
        "    3 |     return g(x,", "      |     ^^^^^^^^^^^"]  # fmt: skip


def test_carets_count_characters_not_bytes(source):
    s = source("""
        def f(größe):
            return "äöü" + größe
        """)
    problem = Problem(s, s.tree.body[0].value.right, "w")
    assert report([problem]).startswith(f"{s.file}:3:20: w")
    assert lines_of(problem)[2] == "      |                    ^^^^^"


def test_wide_characters_take_two_columns(source):
    s = source("""
        def f(x):
            return "日本" + g(x, "語")
        """)
    line, mark = lines_of(Problem(s, s.tree.body[0].value.right, "w"))[1:]
    assert line == '    3 |     return "日本" + g(x, "語")'
    assert mark == "      | " + " " * len("    return '1122' + ") + "^" * len('g(x, "33")')


def test_tabs_stay_tabs(source):
    s = source("def f(x):\n\tif x:\n\t\ty =\tg(x)\n")
    line, mark = lines_of(Problem(s, node(s, "g(x)"), "w"))[1:]
    assert line == "    3 | \t\ty =\tg(x)"
    assert mark == "      | \t\t   \t^^^^"


def test_long_line_numbers_keep_the_margin_straight(source):
    s = source("\n" * 123456 + "def f(x):\n    return g(x)\n")
    assert lines_of(Problem(s, node(s, "g(x)"), "w"))[1:] == [
        "123458 |     return g(x)", "       |            ^^^^"]  # fmt: skip


def test_reasons_of_several_lines_are_indented(source):
    s = source(MODEL)
    assert lines_of(Problem(s, None, "w", "one\ntwo", "three"))[-3:] == ["  one", "  two", "  three"]


def test_a_report_is_sorted_by_line_and_says_nothing_twice(source):
    s = source(MODEL)
    late, early = node(s, "loss + C[k].sum()"), node(s, "np.argmax(y, axis=1)")
    given = ((late, "b"), (None, "c"), (early, "a"), (late, "b"))
    text = report([Problem(s, node, what) for node, what in given])
    heads = [line for line in text.split("\n") if line.startswith(s.file)]
    assert heads == [f"{s.file}:{place}" for place in ("3:1: c", "5:9: a", "6:12: b")]
    assert "\n\n" + heads[1] in text and not text.endswith("\n")


def test_the_same_problem_seen_through_another_function_of_the_code_is_one(source):
    s = source(MODEL)
    said = "the very same problem"  # and no part of a folder's name
    assert report([Problem(s, None, said), Problem(read(s.fun), None, said)]).count(said) == 1


def test_files_keep_together(source):
    a, b = source(MODEL, "a"), source(MODEL, "b")
    text = report([Problem(b, None, "1"), Problem(a, None, "2"), Problem(b, node(b, "0.0"), "3")])
    heads = [line for line in text.split("\n") if line.endswith(("1", "2", "3"))]
    assert [h.split(":")[0] for h in heads] == [b.file, b.file, a.file]


def test_raising(source):
    s = source(MODEL)
    raise_problems([], DLError)
    for cls in (UnsupportedSyntax, NotDifferentiable):
        with pytest.raises(cls) as caught:
            raise_problems(iter([Problem(s, None, "w")]), cls)
        assert str(caught.value) == report([Problem(s, None, "w")])
