"""match: every sort of pattern, guards, jumps, stores, active subjects."""

# ruff: noqa: E701, E722, F841
from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from programs import Program, given, vectors


def match_str(x, kind):
    match kind:
        case "abs":
            return np.sum(np.abs(x))
        case "square" | "sq":
            y = x * x
        case _:
            y = x
    return np.sum(y)


def match_num(x, n):
    match n:
        # no change
        case 0:  # zero
            y = x
        case 1 | 2 as k if k > 1:
            y = x * x * k

        case 1:
            y = x * x * x
        case other:
            y = x * other
    return np.sum(y * y)


def match_partial(x, n):
    y = x * 2
    match n:
        case 0:
            y = np.sin(x)
        case 1:
            y = np.sin(y) * x
    return np.sum(y * y)


def match_loop(x, n):
    s = 0.0
    y = x
    for i in range(n + 3):
        match i % 4:
            case 0:
                y = y * 1.1
            case 1:
                continue
            case 2 if y[0] > -100:
                y = np.sin(y)
            case k if k > 5:
                break
            case k:
                y = y + k * x
        s = s + np.sum(y * y)
    return s


def match_struct(x, op):
    match op:
        case ("add", c):
            y = x + c
        case ("mul", c) | ("mul2", c):
            y = x * c
        case [a, *rest]:
            y = x * a + rest[0] * rest[1] * x * x
        case {"k": k, **others}:
            y = x * k * others["z"] + len(others)
        case float(c):
            y = x ** 3 * c
        case None:
            y = np.cos(x)
    return np.sum(y * y)


Point = namedtuple("Point", "x y")


@dataclass
class Scale:
    k: float
    w: float = 1.0


def match_cls(x, p):
    match p:
        case Point(x=a, y=b):
            y = x * a + b * x * x
        case Scale(k, w=w) if k > 0:
            y = x * k * w
        case Scale(k=k):
            y = x * x * k
    return np.sum(y * y)


def match_active(x):
    s = 0.0
    for item in [("a", x), ("b", x * x), ("a", x * 3)]:
        match item:
            case ("a", u):
                s = s + np.sum(u * u)
            case (_, u):
                s = s + np.sum(u * u * u)
    return s


def match_tuple_active(x):
    match (x * 2, x[0]):
        case (u, t) if t > 100:
            y = u
        case (u, t):
            y = u * t
    return np.sum(y * y)


def match_array_subject(x):
    match x:
        case [a, b]:
            y = x * 3
        case {"a": 1}:
            y = x * 4
        case np.ndarray() as z:
            z *= 1.0
            y = z * x
    return np.sum(y)


def match_nested_return(x, n):
    for i in range(3):
        match n + i:
            case 4:
                return np.sum(x * x) * i
            case 3:
                x = x * 2
                if x[0] > 100:
                    break
            case m if m > 4:
                z = x * m
                return np.sum(z * z * x)
    return np.sum(x)


def match_guard_float(x, t):
    match t:
        case u if u < 0:
            r = x * u
        case u if 0 <= u < 1:
            r = x * u * u
        case u:
            r = x / u
    return np.sum(r * r)


class Mode:
    A = 1
    B = 2


def match_dotted(x, m):
    match m:
        case Mode.A:
            y = x * x
        case Mode.B:
            y = x * x * x
        case _:
            raise ValueError(m)
    return np.sum(y)


def match_unbound(x, m):
    match m:
        case 1:
            y = x * x
    return np.sum(y)


def match_same_line(x, m):
    match m:
        case 1: return np.sum(x * x)
        case (
            2
        ): y = x * x * x
        case _: y = x
    return np.sum(y)


def match_single(x, m):
    match m:
        case True:
            y = x * x
        case False:
            y = x * x * x
        case 1:
            y = x * 4
        case str() as q:
            y = x * len(q) * x
    return np.sum(y)


def helper(x, n):
    match n:
        case 0:
            return x * x
        case 1:
            return np.sin(x) * x
    return x


def match_helper(x, n):
    return np.sum(helper(x, n) * helper(x * 2, 1))


def match_alias(x, n):
    y = x * 1.0
    z = x * 2.0
    match n:
        case 0:
            t = y
        case _:
            t = z
    t[0] = 5 * x[1]
    return np.sum(y * y) + np.sum(z * z * z)


PROGRAMS = [
    Program(match_str, given("square")),
    Program(match_str, given("abs")),
    Program(match_str, given("other")),
    Program(match_str, given("sq")),
    Program(match_num, given(0)),
    Program(match_num, given(1)),
    Program(match_num, given(2)),
    Program(match_num, given(7)),
    Program(match_partial, given(0)),
    Program(match_partial, given(1)),
    Program(match_partial, given(7)),
    Program(match_loop, given(3)),
    Program(match_struct, given(("add", 2.0))),
    Program(match_struct, given(("mul", 3.0))),
    Program(match_struct, given(("mul2", 3.0))),
    Program(match_struct, given([1.0, 2.0, 3.0])),
    Program(match_struct, given({"k": 2.0, "z": 1.0})),
    Program(match_struct, given(4.0)),
    Program(match_struct, given(None)),
    Program(match_cls, given(Point(1.0, 2.0))),
    Program(match_cls, given(Scale(2.0, 3.0))),
    Program(match_cls, given(Scale(-2.0, 3.0))),
    Program(match_active, vectors(1)),
    Program(match_tuple_active, vectors(1)),
    Program(match_array_subject, vectors(1)),
    Program(match_nested_return, given(2)),
    Program(match_nested_return, given(3)),
    Program(match_nested_return, given(4)),
    Program(match_guard_float, given(0.5), (0,1)),
    Program(match_guard_float, given(1.5), (0,1)),
    Program(match_guard_float, given(-1.0), (0,1)),
    Program(match_dotted, given(1)),
    Program(match_dotted, given(2)),
    Program(match_unbound, given(1)),
    Program(match_same_line, given(1)),
    Program(match_same_line, given(2)),
    Program(match_same_line, given(3)),
    Program(match_single, given(True)),
    Program(match_single, given(False)),
    Program(match_single, given(1)),
    Program(match_single, given("q")),
    Program(match_helper, given(0)),
    Program(match_helper, given(1)),
    Program(match_helper, given(2)),
]

EITHER = [
    Program(match_alias, given(0)),
    Program(match_alias, given(1)),
    Program(match_alias, given(2)),
]
