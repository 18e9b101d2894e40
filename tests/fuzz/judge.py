"""What happens to a program: it agrees, is refused, is skipped, or fails in some way."""

from __future__ import annotations

import copy
import importlib.util
import itertools
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from agreement import Run, apart, difference, effects, flat, gradients_of, run, slopes
from dlgrad.runtime.errors import DLError

FAILURES = ("WRONG", "CRASH")
ARGUMENTS = 5
LARGE = 1e8
_numbers = itertools.count()


@dataclass(frozen=True)
class Verdict:
    """`word` is AGREED, REFUSED, SKIPPED, WRONG or CRASH; `reason` is short, `detail` is for people.

    `seed` and `position` say of which arguments and which of them, so that it can be repeated fast.
    """

    word: str
    reason: str = ""
    detail: str = ""
    seed: int = 0
    position: int = 0

    @property
    def failed(self) -> bool:
        return self.word in FAILURES


def arguments(seed: int) -> tuple[Any, ...]:
    """Arguments for programs of the grammar."""
    rng = np.random.default_rng(seed)
    p = {"u": rng.normal(size=3), "s": float(rng.normal()), "k": rng.normal(size=(2, 3))}
    return rng.normal(size=3), rng.normal(size=3), rng.normal(size=(3, 3)), float(rng.normal()), p


def judge(text: str, seeds: Sequence[int] = (0, 1), positions: Sequence[int] = range(ARGUMENTS)) -> Verdict:
    """The verdict on a program's text: for arguments from seeds, differentiated at positions."""

    def comparing(module: ModuleType) -> Comparison:
        transpiled = gradients_of(module.program, tuple(positions))
        return lambda given: compare(module.program, transpiled, given, positions)

    return judged(text, seeds, comparing)


Comparison = Callable[[tuple[Any, ...]], Verdict]


def judged(text: str, seeds: Sequence[int], comparing: Callable[[ModuleType], Comparison]) -> Verdict:
    """The worst verdict on a text over arguments from seeds; `comparing` makes the comparison from its module."""
    with tempfile.TemporaryDirectory() as folder:
        compared = comparing(loaded(text, Path(folder)))
        verdicts = [replace(compared(arguments(seed)), seed=seed) for seed in seeds]
    bad = [v for v in verdicts if v.word != "AGREED"]
    return next((v for v in bad if v.failed), bad[0] if bad else verdicts[0])


def loaded(text: str, folder: Path) -> ModuleType:
    """A program as a module of its own file."""
    name = f"fuzzed_{next(_numbers)}"
    file = folder / f"{name}.py"
    file.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


def compare(
    function: Callable[..., Any],
    transpiled: Callable[..., Any],
    given: tuple[Any, ...],
    positions: Sequence[int],
) -> Verdict:
    """The verdict on one call."""
    with limited(2):
        python = run(function, given)
    if isinstance(python.raised, TimeoutError):
        return Verdict("SKIPPED", "does not end")
    with limited(20):
        mine = run(transpiled, given)
    if isinstance(mine.raised, DLError):
        ordinary = isinstance(python.value, float) and not difference(python.arguments, given)
        return Verdict(
            "REFUSED", reason_of(mine.raised) + ("" if ordinary else " (odd program)"), str(mine.raised)
        )
    found = primal(mine, python)
    if found is not None:
        return found
    if python.raised is not None:
        return Verdict("AGREED", "both raise")
    again = run(transpiled, given)
    if again.raised is not None or difference(mine.value, again.value, "second call"):
        return Verdict("WRONG", "the second call differs", repr(again))
    if difference(python.arguments, given):
        return Verdict("SKIPPED", "stores into its arguments")
    if not isinstance(python.value, float) or not abs(python.value) < LARGE:
        return Verdict("SKIPPED", "the value is large or no float")
    return gradients(function, given, mine.value[1], positions)


def primal(mine: Run, python: Run) -> Verdict | None:
    """How the value, exception or effects differ."""
    if mine.raised is not None:
        if type(mine.raised) is type(python.raised) and str(mine.raised) == str(python.raised):
            return None
        if python.raised is not None:
            return Verdict("WRONG", "another exception", f"{mine.raised!r}, not {python.raised!r}")
        return Verdict("CRASH", type(mine.raised).__name__, repr(mine.raised))
    if python.raised is not None:
        return Verdict("WRONG", "does not raise", repr(python.raised))
    found = difference(mine.value[0], python.value, "value")
    if found:
        return Verdict("WRONG", "value", found)
    found = effects(mine, python)
    return Verdict("WRONG", "effects", found) if found else None


def gradients(
    function: Callable[..., Any], given: tuple[Any, ...], found: Any, positions: Sequence[int]
) -> Verdict:
    """Whether the gradients agree with differences, where these agree with each other."""
    skipped = False
    for position, gradient in zip(positions, found, strict=True):
        got = flat(gradient)
        coarse = slopes(function, given, position, 1e-4)
        if not apart(got, coarse, 1e-5, 1e-8):
            continue
        fine = slopes(function, given, position, 2e-5)
        if apart(fine, coarse, 1e-4, 1e-6) or not np.isfinite(fine).all():
            skipped = True
        elif np.isnan(got).any() and overflows(function, given):
            skipped = True  # zero times infinity on the way back, as anybody's would be
        elif apart(got, fine, 1e-4, 1e-6):
            return Verdict("WRONG", "gradient", f"argument {position}: {got}, not {fine}", position=position)
    return Verdict("SKIPPED", "differences disagree") if skipped else Verdict("AGREED")


def overflows(function: Callable[..., Any], given: tuple[Any, ...]) -> bool:
    """Does the program itself reach infinity on its way?"""
    try:
        with np.errstate(over="raise", divide="raise"):
            function(*copy.deepcopy(given))
    except (FloatingPointError, OverflowError):
        return True
    return False


def reason_of(problem: DLError) -> str:
    """The kind of a refusal, without its place and the user's text."""
    head, *rest = str(problem).split("\n\n")
    what = re.sub(r"^.*?:\d+:\d+: ", "", head.strip()).split(" through ")[0]
    why = rest[-1].strip().splitlines()[0].strip() if rest else ""
    return re.sub(r"\b[a-z]\d+(_\d+)?\b", "NAME", f"{what} / {why}")


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Stop code that does not end."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
