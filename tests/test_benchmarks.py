"""The benchmarks run, and their oracle does find wrong gradients."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import dlgrad as dl  # noqa: E402

from benchmarks import check, orders, timing  # noqa: E402
from benchmarks.case import plain  # noqa: E402
from benchmarks.cases import CASES  # noqa: E402


def test_they_run(tmp_path):
    environment = os.environ | {"DLGRAD_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "benchmarks", "--quick", "--no-peers"], cwd=ROOT,
                          env=environment, capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    for case in CASES:
        assert done.stdout.count(f"\n{case.name} ") == 2
    assert "Peak memory" in done.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_gradients_by_hand(case):
    assert check.differences(case, plain(case.arguments(True))) is None


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_wrong_gradient_is_seen(case):
    def wrong(*args):
        loss, first, *others = case.by_hand(*args)
        return loss, first * 1.01, *others

    args = plain(case.arguments(True))
    assert check.differences(replace(case, by_hand=wrong), args)
    assert check.disagreement(wrong(*args), case.by_hand(*args))


def test_code_of_higher_orders_stays_small():
    lines = [orders.written(order)[0] for order in range(4)]
    assert lines == sorted(lines)
    assert lines[3] <= 40 * lines[0]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_orders_are_derivatives_of_each_other(order):
    x, p = orders.arguments()
    h = 1e-4
    above, below = (dl.dlfeval(orders.MODELS[order - 1], x + step, p) for step in (h, -h))
    found, expected = (above - below) / (2 * h), dl.dlfeval(orders.MODELS[order], x, p)
    scale = np.max(np.abs(expected))
    expected = np.sum(expected) if order == 1 else expected  # the value is one number for all inputs
    assert np.max(np.abs(found - expected)) <= 1e-6 * scale


def test_shapes_and_nan_disagree():
    assert check.disagreement((1.0, np.zeros(3)), (1.0, np.zeros((1, 3))))
    assert check.disagreement((1.0, np.array([np.nan])), (1.0, np.array([1.0])))
    assert check.disagreement((1.0,), (1.0, 2.0))


def test_times_are_taken_in_turn():
    order = []
    calls = {name: lambda name=name: order.append(name) for name in "ab"}
    times = timing.interleaved(calls, rounds=2, block=0.0)
    assert [len(t) for t in times.values()] == [2, 2]
    assert "".join(order)[-12:] == "aaabbb" * 2
