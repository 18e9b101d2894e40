"""Functions are found in their text whatever way they were made, and nodes at their exact places."""

import asyncio
import doctest
import functools
import inspect
import re
import sys
import textwrap
from pathlib import Path
from types import FunctionType

import gast
import pytest
from dlgrad.transpile.source import read
from usermodules import body_of, module_fixture  # noqa: F401

# Finding the function


def test_a_plain_function_with_all_that_is_known_of_it(module):
    m = module("""
        import numpy as np

        SCALE = 2.0

        def loss(W, x, *, b: float = 0.0, **rest):
            y = np.tanh(W @ x)  # a comment
            return (y * SCALE).sum()
        """)
    source = read(m.loss)
    assert (source.name, source.file, source.first_line) == ("loss", m.__file__, 6)
    assert source.text == Path(m.__file__).read_text()
    assert source.lines[5] == "def loss(W, x, *, b: float = 0.0, **rest):"
    assert source.module_globals is m.__dict__ and source.closure == {} and source.class_name is None
    assert isinstance(source.tree, gast.FunctionDef)
    assert source.own_text.startswith("def loss(W") and source.own_text.endswith(".sum()")
    first, last = source.tree.body
    assert source.segment(first) == "y = np.tanh(W @ x)"
    assert source.segment(last.value) == "(y * SCALE).sum()"
    assert first.lineno == 7
    assert source.parents[first.value] is first and source.parents[first] is source.tree
    assert source.segment(source.tree.args.kwonlyargs[0]) == "b: float"
    assert source.segment(source.tree.args).startswith("W, x, *, b: float")


def test_several_lambdas_on_a_line(module):
    m = module("""
        fs = [lambda x: x + 1, lambda x: x + 2, (lambda x: x + 1), lambda x: lambda x: x + 1]
        """)
    assert [body_of(f) for f in m.fs] == ["x + 1", "x + 2", "x + 1", "lambda x: x + 1"]
    columns = [read(f).tree.col_offset for f in (*m.fs, m.fs[3](0))]
    line = read(m.fs[0]).lines[1]
    places = [i for i in range(len(line)) if line.startswith("lambda", i)]
    assert columns == places


def test_nested_lambdas_with_the_same_body(module):
    m = module("""
        f = lambda: (lambda: (lambda: 1))
        """)
    columns = [read(g).tree.col_offset for g in (m.f, m.f(), m.f()())]
    assert columns == [4, 13, 22]


def test_lambdas_in_calls_over_several_lines(module):
    m = module("""
        def both(*fs, **kw): return [*fs, *kw.values()]
        fs = both(lambda x: x *
                     2,
                  lambda x: x *
                     2, key=lambda x: (
            x,
            [lambda: x])[0])
        """)
    first, second, third = m.fs
    assert (read(first).first_line, read(second).first_line, read(third).first_line) == (3, 5, 6)
    assert read(first).segment(read(first).tree).split() == ["lambda", "x:", "x", "*", "2"]


def test_nested_functions_and_what_they_capture(module):
    m = module("""
        def outer(a):
            def inner(x):
                def deepest():
                    return x + a
                return deepest
            return inner
        """)
    inner = m.outer(3.0)
    deepest = inner(4.0)
    assert read(inner).first_line == 3 and read(deepest).first_line == 4
    assert {k: c.cell_contents for k, c in read(deepest).closure.items()} == {"a": 3.0, "x": 4.0}
    assert read(deepest).own_text == "def deepest():\n    return x + a"
    assert read(deepest).tree is read(m.outer(1.0)(2.0)).tree


def test_two_functions_of_one_name(module):
    m = module("""
        def make(flag):
            if flag:
                def f(x): return x
            else:
                def f(x): return x
            return f
        """)
    assert [read(m.make(flag)).first_line for flag in (True, False)] == [4, 6]


def test_decorated_functions(module):
    m = module("""
        import functools
        def plain(f): return f
        def args(*a): return plain
        def wrapped(f):
            @functools.wraps(f)
            def wrapper(*a):
                return f(*a)
            return wrapper
        @plain
        @args(lambda f: 0,
              lambda f: 1)
        def f(x):
            return x
        @lambda g: g
        def g(x): return x
        @wrapped
        def h(x): return x
        """)
    source = read(m.f)
    assert source.first_line == 13 and source.own_text == "def f(x):\n    return x"
    assert read(m.g).first_line == 16
    assert read(m.h).name == "wrapper" and read(m.h).closure["f"].cell_contents.__name__ == "h"
    assert body_of(m.h) == "return f(*a)"


def test_methods_and_class_bodies(module):
    m = module("""
        class A:
            f = lambda self, x: x
            class B:
                def f(self, x):
                    return self.__w * x
                @staticmethod
                def s(x): return x
                @property
                def p(self): return [lambda: self.__w]
            @classmethod
            def f2(cls, x): return super().__init__
        class f:
            def f(self): return 1
        """)
    assert read(m.A.f).class_name == "A" and read(m.A.B.f).class_name == "B"
    assert body_of(m.A.B.f) == "return self.__w * x"
    assert read(m.A.B.s).first_line == 8 and read(m.A.B.p.fget).first_line == 10
    assert read(m.A.B.p.fget(m.A.B())[0]).class_name == "B"
    assert "__class__" in read(m.A.f2.__func__).closure
    assert read(m.f.f).own_text == "def f(self): return 1"


def test_lambdas_everywhere_else(module):
    m = module("""
        def f(x=lambda: 1, *, y: (lambda: 2) = lambda: 3): return x, y
        in_comprehension = [lambda i=i: i for i in range(2)]
        in_string = f"{(lambda: 4)():>{(lambda: 5)()}}"
        in_dict = {"k": (lambda: 6), **{"l": lambda: 7}}
        if (walrus := lambda: 8): pass
        try:
            pass
        finally:
            last = lambda: 9
        conditional = (lambda: 10) if walrus else lambda: 11
        generator = next((lambda: 12) for _ in "a")
        """)
    found = [m.f.__defaults__[0], m.f.__annotations__["y"], m.f.__kwdefaults__["y"], *m.in_dict.values(),
             m.walrus, m.last, m.conditional, m.generator]  # fmt: skip
    assert [body_of(f) for f in found] == ["1", "2", "3", "6", "7", "8", "9", "10", "12"]
    assert [body_of(f) for f in m.in_comprehension] == ["i", "i"]


def test_running_and_tracing_a_function_leaves_it_the_same(module):
    m = module("""
        def f(x):
            for i in range(3):
                x = x + i
            return x
        """)
    old = sys.gettrace()

    def trace(*event):
        return trace

    for tracer in (None, trace):
        sys.settrace(tracer)
        try:
            for _ in range(100):
                m.f(1)
        finally:
            sys.settrace(old)
    assert read(m.f).first_line == 2


def test_async_functions_and_generators(module):
    m = module("""
        async def f(x):
            return x
        def g(x):
            yield x
        """)
    assert isinstance(read(m.f).tree, gast.AsyncFunctionDef)
    assert isinstance(read(m.g).tree, gast.FunctionDef)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="a syntax of Python 3.12")
def test_generic_functions(module):
    m = module("""
        def f[T](x: T) -> T:
            return x
        """)
    assert body_of(m.f) == "return x"


def test_every_function_of_large_modules_is_found_at_its_place():
    """The standard library as a sample of what people write: name and line are as Python has them."""
    for m in (functools, doctest, textwrap, asyncio.base_events, inspect):
        for fun in vars(m).values():
            if isinstance(fun, FunctionType) and fun.__module__ == m.__name__:
                source = read(fun)
                first = min([source.first_line, *(d.lineno for d in source.tree.decorator_list)])
                assert (source.name, first) == (fun.__code__.co_name, fun.__code__.co_firstlineno)


# Positions


def test_unicode_before_and_in_a_node(module):
    m = module("""
        größe = "äöü"; f = lambda 𝑥: 𝑥 + "日本" * 2; g = lambda ß: ß["é"]
        """)
    assert body_of(m.f) == '𝑥 + "日本" * 2'
    assert body_of(m.g) == 'ß["é"]'


def test_other_encodings(module):
    m = module("""\
        # -*- coding: latin-1 -*-
        é = 1; f = lambda x: x + é
        """, encoding="latin-1")  # fmt: skip
    assert body_of(m.f) == "x + é"


def test_tabs_continuations_and_form_feeds(module):
    m = module("if 1:\n\tdef f(x):\n\t\ty = x + \\\n\t\t\t1\n\t\treturn y; z = 2\n"
               "\x0c\ndef g(x):\r\n  return x\r\n")  # fmt: skip
    source = read(m.f)
    first, second, third = source.tree.body
    assert source.segment(first) == "y = x + \\\n\t\t\t1"
    assert source.statement_text(first) == "y = x + \\\n\t1"
    assert source.segment(second) == "return y" and source.segment(third) == "z = 2"
    assert read(m.g).own_text == "def g(x):\n  return x"


def test_statement_text_keeps_strings_and_decorators(module):
    m = module('''
        def f(x):
            if x:
                y = g("""a
                b""",
                    1)

                @dec
                @dec(2)
                def h():
                    return f"""
                    {y}"""
        ''')
    source = read(m.f)
    call, inner = source.tree.body[0].body
    assert source.statement_text(call) == 'y = g("""a\n        b""",\n    1)'
    assert source.statement_text(inner) == (
        '@dec\n@dec(2)\ndef h():\n    return f"""\n            {y}"""')


def test_nodes_in_f_strings_and_names_of_handlers(module):
    m = module('''
        def f(x):
            try:
                return f"""é
                {x['a'] + 1!r:>{x}}"""
            except (ValueError) as größe:
                pass
        ''')
    source = read(m.f)
    names = [n for n in gast.walk(source.tree) if isinstance(n, (gast.BinOp, gast.Name))]
    texts = {source.segment(n) for n in names}
    assert texts == {"x['a'] + 1", "x", "ValueError", "größe"}
    assert all(getattr(n, "lineno", None) for n in names)


def test_the_text_of_every_expression_parses_to_that_expression():
    """The text cut out of this file for each expression is the expression."""
    for fun in (value for value in globals().values() if isinstance(value, FunctionType)):
        source = read(fun)
        for node in gast.walk(source.tree):
            if isinstance(node, gast.expr) and not isinstance(getattr(node, "ctx", None), gast.Param):
                if isinstance(node, (gast.Starred, gast.Slice, gast.FormattedValue)):
                    continue
                text = source.segment(node)
                parent = source.parents[node]
                part = isinstance(parent, (gast.JoinedStr, gast.Subscript))
                if part and isinstance(node, (gast.Constant, gast.Tuple)):
                    continue
                again = gast.parse(f"({text}\n)", mode="eval").body
                loads = [re.sub(r"(Store|Del)\(\)", "Load()", gast.dump(n)) for n in (again, node)]
                assert loads[0] == loads[1]
