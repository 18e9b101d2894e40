"""``python -m benchmarks``: correctness, then times, then transpiling, then the code of higher orders, then memory."""

from __future__ import annotations

import argparse
import platform
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dlgrad as dl
import numpy as np

from . import check, generated, memory, orders, peers, report, timing
from .case import Case, plain, rng
from .cases import CASES

Call = Callable[[], Any]
OURS = tuple(generated.DOORS)


def main() -> int:
    """Run what the command line asks for; 1 if a result was wrong."""
    options = _options()
    chosen = [c for c in CASES if options.case in (None, c.name)]
    others = peers.installed() if options.peers else {}
    print(_machine(others))
    transpiled, errors = _transpile(chosen)
    rows, overheads = [], {}
    for case in chosen:
        calls, wrong = _checked(case, options.quick, others)
        errors += [f"{case.name}: {text}" for text in wrong]
        times = timing.interleaved(calls, *((2, 1e-4) if options.quick else (9, 5e-3)))
        rows.append(_row(case.name, times, [*OURS, *others]))
        overheads[case.name] = _overheads(case)
    print("\nTime of a gradient by hand, and the others' relative to it (medians, in turn):")
    print(report.table(["case", "by hand", *OURS, *others], rows))
    print("\nTranspiling, once; then what a call costs beyond the generated function:")
    print(report.table(["case", "transpile", "dlfeval", "dlaccelerate"],
                       [[n, t, *overheads.get(n, ["-", "-"])] for n, t in transpiled]))  # fmt: skip
    if options.case is None:
        print(f"\nCode of higher orders, of a tanh network of {orders.LAYERS} layers:\n{orders.table()}")
        errors += _memory(options.quick, options.peers)
    for text in errors:
        print(f"WRONG  {text}", file=sys.stderr)
    return 1 if errors else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [c.name for c in CASES]
    parser.add_argument("--case", choices=names, help="this case alone, and no memory benchmark")
    parser.add_argument("--quick", action="store_true", help="small sizes: does everything run?")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True,
                        help="compare with autograd, torch and jax where installed")  # fmt: skip
    return parser.parse_args()


def _machine(others: dict[str, peers.Build]) -> str:
    tools = [f"{name} {version(name)}" for name in ("numpy", *others)]
    return f"Python {platform.python_version()}, {', '.join(tools)}; {platform.machine()}"


def _checked(
    case: Case, quick: bool, others: dict[str, peers.Build]
) -> tuple[dict[str, Call], list[str]]:
    """The calls that give the right result, and what is wrong with the rest."""
    args = case.arguments(quick)
    arrays = plain(args)
    expected = case.by_hand(*arrays)
    calls: dict[str, Call] = {"by hand": lambda: case.by_hand(*arrays)}
    slope = check.differences(case, arrays)
    wrong = [f"by hand: {slope}"] if slope else []
    for name, build in {**generated.DOORS, **others}.items():
        try:
            call = build(case, args if name in OURS else arrays)
            text = check.disagreement(call(), expected)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
        if text:
            wrong.append(f"{name}: {text}")
        else:
            calls[name] = call
    return calls, wrong


def _row(case: str, times: dict[str, list[float]], names: list[str]) -> list[str]:
    by_hand = timing.medians(times)["by hand"]
    relative = timing.ratios(times, "by hand")
    return [case, report.duration(by_hand), *(report.ratio(relative.get(n)) for n in names)]


def _overheads(case: Case) -> list[str]:
    """What the doors cost, on small arrays: the text that runs is the same, its time small."""
    calls, _ = _checked(case, True, {})
    if any(name not in calls for name in OURS):
        return ["-", "-"]
    times = timing.interleaved(calls, 9, 2e-3)
    return [report.duration(d) for d in timing.differences(times, "generated", OURS[1:])]


def _transpile(chosen: list[Case]) -> tuple[list[tuple[str, str]], list[str]]:
    """The time each model takes to transpile (sizes do not matter), the digits example's too."""
    models = [(c.name, c.model, c.arguments(True)) for c in chosen]
    models += [("examples/digits", *_digits())] if find_spec("sklearn") else []
    generated.transpile_seconds(_warm_up, (1.0,))
    rows, errors = [], []
    for name, model, args in models:
        try:
            rows.append((name, report.duration(generated.transpile_seconds(model, args))))
        except Exception as error:
            rows.append((name, "-"))
            errors.append(f"{name}: {type(error).__name__}: {error}")
    return rows, errors


def _warm_up(x: float) -> Any:
    """A first model, whose transpiling pays for what the process loads once."""
    y = x * x
    return dl.dlgradient(y, x)


def _digits() -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The loss of the digits example, and arguments of its sizes."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "examples"))
    try:
        digits = import_module("digits")
    finally:
        del sys.path[0]
    X = dl.dlarray(rng().random((64, 64), dtype=np.float32), "CB")
    T = dl.dlarray(np.eye(10, dtype=np.float32)[:, rng().integers(0, 10, 64)], "CB")
    return digits.loss_and_gradients, (digits.initial_parameters(rng()), X, T)


def _memory(quick: bool, with_peers: bool) -> list[str]:
    peaks = memory.peaks(quick, with_peers)
    print("\nPeak memory in arrays per step of a loop whose adjoint reads one array a step:")
    print(report.table(list(peaks), [[report.ratio(p) for p in peaks.values()]]))
    return [
        f"memory: {name} keeps {peaks[name]:.2f} arrays a step, by hand {peaks['by hand']:.2f}"
        for name in ("generated", "dlaccelerate")
        if not quick and peaks[name] > 1.25 * peaks["by hand"]
    ]


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        sys.exit(main())
