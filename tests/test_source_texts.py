"""Texts come from files, cells, archives and doctests; functions whose text is not to be had are refused."""

import asyncio
import doctest
import functools
import importlib
import linecache
import sys
import textwrap
import zipfile
from types import FunctionType

import gast
import numpy as np
import pytest
from dlgrad.runtime.errors import DLError, UnsupportedSyntax
from dlgrad.transpile.source import code_key, read
from usermodules import body_of, module_fixture, run_python  # noqa: F401

# Texts


def test_a_notebook_cell():
    """Cells are left in linecache without a time, and compiled statement by statement."""
    name = "/tmp/ipykernel_1/123456.py"
    text = "import math\n\ndef f(x):\n    return x * 2\ng = lambda x: x * 3"
    linecache.cache[name] = (len(text), None, [line + "\n" for line in text.splitlines()], name)
    namespace = {"__name__": "__main__"}
    for stmt in compile(text, name, "exec", 0x400).body:
        exec(compile(gast.gast_to_ast(gast.Module([gast.ast_to_gast(stmt)], [])), name, "exec"), namespace)
    try:
        assert body_of(namespace["f"]) == "return x * 2" and body_of(namespace["g"]) == "x * 3"
    finally:
        del linecache.cache[name]


def test_a_cell_that_awaits_and_a_cell_with_features():
    text = "import asyncio\nawait asyncio.sleep(0)\nf = lambda x: x"
    future = "def g(x):\n    y: int = 2\n    def h(z: w): pass\n    return h"
    linecache.cache["<cell 1>"] = len(text), None, text.splitlines(True), "<cell 1>"
    linecache.cache["<cell 2>"] = len(future), None, future.splitlines(True), "<cell 2>"
    namespace = {}
    awaiting = FunctionType(compile(text, "<cell 1>", "exec", 0x2000), namespace)  # top-level await
    asyncio.run(awaiting())
    exec(compile(future, "<cell 2>", "exec", 0x1000000), namespace)  # annotations, of an earlier cell
    assert body_of(namespace["f"]) == "x" and body_of(namespace["g"]) == "y: int = 2"
    assert body_of(namespace["g"](1)) == "pass"


def in_a_docstring():
    """
    >>> def f(x):
    ...     return x + 1
    >>> body_of(f)
    'return x + 1'
    >>> body_of(lambda x: x), body_of(lambda x: -x)
    ('x', '-x')
    """


def test_doctests(capsys):
    test = doctest.DocTestFinder().find(in_a_docstring, globs={"body_of": body_of})[0]
    assert doctest.DocTestRunner().run(test).failed == 0, capsys.readouterr().out


def test_a_module_in_a_zip_file(tmp_path, monkeypatch):
    name = "zipped_" + tmp_path.name.replace("-", "_")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr(f"{name}.py", "def f(x):\n    return x - 1\n")
    monkeypatch.syspath_prepend(str(tmp_path / "all.zip"))
    assert body_of(importlib.import_module(name).f) == "return x - 1"


def test_a_script_with_a_relative_name_after_a_change_of_folder(tmp_path):
    folder = tmp_path / "sub"
    folder.mkdir()
    code = ("import os\nfrom dlgrad.transpile.source import read\nf = lambda x: x\n"
            "os.chdir('/')\nprint(read(f).own_text)")  # fmt: skip
    folder.joinpath("script.py").write_text(code)
    done = run_python(tmp_path, "sub/script.py")
    assert done.stdout == "lambda x: x\n", done.stderr


def test_text_from_the_prompt(tmp_path):
    code = "from dlgrad.transpile.source import read\ndef f(x): return x\n\nprint(read(f).own_text)\n"
    done = run_python(tmp_path, "-i", input=code)
    if sys.version_info < (3, 13):
        assert "typed at the >>> prompt" in done.stderr and "IPython" in done.stderr
    else:
        assert done.stdout == "def f(x): return x\n"


def test_python_without_columns(tmp_path):
    """Columns can be switched off: then Python itself makes one of two equal lambdas on a line."""
    code = """
        from dlgrad.transpile.source import read
        g = lambda x: x
        f = lambda x: x
        a, b, c, d = lambda: 1, lambda: (lambda: 1), lambda: 1, lambda: 2
        for fun in (f, a, b, b(), c, d):
            print(read(fun).first_line, read(fun).own_text)
        """
    tmp_path.joinpath("s.py").write_text(textwrap.dedent(code))
    done = run_python(tmp_path, "-X", "no_debug_ranges", "s.py")
    one, two, nested = "5 lambda: 1", "5 lambda: 2", "5 lambda: (lambda: 1)"
    expected = ["4 lambda x: x", one, nested, one, one, two]
    assert done.stdout.splitlines() == expected, done.stderr


# Refusals


def test_functions_without_text():
    namespace = {}
    exec("def f(x):\n    return x\ng = lambda x: x", namespace)
    for fun in (namespace["f"], namespace["g"], eval("lambda: 1")):
        with pytest.raises(UnsupportedSyntax, match=r"made from a string.*save the function in a file"):
            read(fun)


def test_a_cell_that_is_timed():
    namespace = {}
    exec(compile("def f(x): return x", "<timed exec>", "exec"), namespace)
    with pytest.raises(UnsupportedSyntax, match="define the function in a cell of its own"):
        read(namespace["f"])


def test_an_expression_too_deep_for_python(module):
    m = module("def f(x): return " + "+".join(["x"] * 900) + "\ndef g(x): return x\n")
    assert body_of(m.g) == "return x"
    with pytest.raises(UnsupportedSyntax, match=r":1: .*too deeply nested"):
        read(m.f)


def test_a_string_that_borrows_the_name_of_a_file():
    namespace = {"__name__": __name__, "__loader__": __loader__}
    exec(compile("def read_it(x):\n    return x", __file__, "exec"), namespace)
    with pytest.raises(DLError, match="not what the function was made from"):
        read(namespace["read_it"])


@pytest.mark.parametrize("thing", [len, np.exp, int, "text", functools.partial(len)])
def test_things_that_are_no_python_function(thing):
    with pytest.raises(UnsupportedSyntax, match="not a function written in Python"):
        read(thing)


EDITS = {
    "constant": "return x * 2.5",
    "constant_type": "return x * 2",
    "name": "return z * 2.0",
    "operator": "return x + 2.0",
    "position": "return (x * 2.0)",
    "syntax": "return x * (",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_file_is_refused(module, edit):
    m = module("def f(x):\n    return x * 2.0\n")
    with open(m.__file__, "w") as file:
        file.write(f"def f(x):\n    {edit}\n# longer\n")
    with pytest.raises(DLError, match=r"has changed since.*import it again"):
        read(m.f)


def test_an_edit_of_a_nested_function_is_seen(module):
    m = module("def f(x):\n    g = lambda: 1.0\n    return g() * x\n")
    with open(m.__file__, "w") as file:
        file.write("def f(x):\n    g = lambda: 2.0\n    return g() * x\n#\n")
    with pytest.raises(DLError, match="has changed since"):
        read(m.f)


def test_an_edit_elsewhere_moves_the_function(module):
    m = module("def f(x):\n    return x * 2.0\n")
    with open(m.__file__, "w") as file:
        file.write("import os\n\ndef f(x):\n    return x * 2.0\n")
    assert read(m.f).first_line == 3 and body_of(m.f) == "return x * 2.0"


def test_an_edit_after_reading_does_not_matter(module):
    m = module("def f(x):\n    return x * 2.0\n")
    before = read(m.f)
    with open(m.__file__, "w") as file:
        file.write("# gone\n")
    assert read(m.f).tree is before.tree


def test_an_edit_that_linecache_has_not_noticed(module):
    m = module("def f(x):\n    return x * 2.0\n")
    linecache.getlines(m.__file__)
    with open(m.__file__, "w") as file:
        file.write("# gone\n")
    assert body_of(m.f) == "return x * 2.0"


def test_a_deleted_file(module, tmp_path):
    m = module("def f(x):\n    return x * 2.0\n")
    for path in tmp_path.glob("*.py"):
        path.unlink()
    with pytest.raises(UnsupportedSyntax, match="cannot be read"):
        read(m.f)


def test_assertions_that_pytest_rewrote():
    def model(x, n=2):
        assert x.shape[0] in (1, 2, n), "shape"

        def inner(y):
            return y + n

        assert all(inner(i) > 0 for i in range(n))
        return x * n

    assert any(name.startswith("@") for name in model.__code__.co_varnames)
    assert body_of(model).startswith("assert x.shape[0]")
    assert body_of(lambda x: model(x)) == "model(x)"


# Digests and keys


def test_digests_tell_texts_not_places(module):
    m = module("""
        def f(x):
            return x + 1
        first = f
        class A:
            @staticmethod
            @lambda f: f
            def f(x):
                return x + 1
        def f(x):
            return x + 1.
        """)
    assert read(m.first).digest == read(m.A.f).digest != read(m.f).digest
    assert code_key(m.first) != code_key(m.A.f)
    assert code_key(m.first) != code_key(m.f)


def test_digests_see_the_margin_in_strings(module):
    m = module('''
        def f():
            return """
            a"""
        first = f
        if 1:
            def f():
                return """
                a"""
        second = f
        if 1:
            def f():
                return f"""
                {1}a"""
        third = f
        def f():
            return f"""
            {1}a"""
        ''')
    digests = {read(f).digest for f in (m.first, m.second, m.third, m.f)}
    assert m.first() != m.second() and len(digests) == 4


def test_keys_know_captured_names(module):
    m = module("""
        def make(a):
            def f(x):
                return x + a
            return f
        """)
    n = module("""
        a = 1
        def f(x):
            return x + a
        """)
    assert code_key(m.make(1)) == code_key(m.make(2)) != code_key(n.f)
    assert read(n.f).digest == read(m.make(1)).digest


def test_keys_are_the_same_in_every_process(tmp_path):
    text = ("from dlgrad.transpile.source import code_key\ndef f(x):\n    return x in {'a', 'b'}\n"
            "print(code_key(f))")  # fmt: skip
    keys = set()
    for name, lead in (("a.py", ""), ("b.py", "\n\n")):
        tmp_path.joinpath(name).write_text(lead + text)
        done = run_python(tmp_path, name)
        assert done.returncode == 0, done.stderr
        keys.add(done.stdout)
    assert len(keys) == 1
