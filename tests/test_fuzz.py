"""Random programs of fixed seeds agree with CPython, and the fuzzer's own tools work.

More programs: ``python -m tests.fuzz --count 1000 --seed 0 [--order 2]``.
"""

from __future__ import annotations

import ast

import pytest
from fuzz.grammar import RICHER, program
from fuzz.judge import judge, loaded
from fuzz.orders import judge_twice
from fuzz.shrink import shrink, unbound

SEEDS = [*range(5000, 5064), *range(RICHER, RICHER + 48)]
SEEDS_OF_SECOND_ORDER = range(96, 128)
MOST_REFUSED = 0.15
MOST_REFUSED_TWICE = 0.07


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """The verdicts on the programs of all seeds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLGRAD_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        return {seed: judge(program(seed)) for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_agrees_or_is_refused(verdicts, seed):
    assert not verdicts[seed].failed, f"{verdicts[seed]}\n{program(seed)}"


@pytest.fixture(scope="module")
def second_verdicts(tmp_path_factory):
    """The verdicts on second derivatives of the programs of some seeds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLGRAD_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        return {seed: judge_twice(program(seed)) for seed in SEEDS_OF_SECOND_ORDER}


@pytest.mark.parametrize("seed", SEEDS_OF_SECOND_ORDER)
def test_second_derivatives_agree_or_are_refused(second_verdicts, seed):
    assert not second_verdicts[seed].failed, f"{second_verdicts[seed]}\n{program(seed)}"


def test_few_second_derivatives_are_refused(second_verdicts):
    reasons = [v.reason for v in second_verdicts.values() if v.word == "REFUSED"]
    assert len(reasons) <= MOST_REFUSED_TWICE * len(second_verdicts), reasons


def test_few_are_refused_or_skipped(verdicts):
    reasons = [v.reason for v in verdicts.values() if v.word in ("REFUSED", "SKIPPED")]
    assert len(reasons) <= MOST_REFUSED * len(verdicts), reasons


def test_a_seed_is_a_text():
    texts = [program(seed) for seed in range(40)]
    assert texts == [program(seed) for seed in range(40)]
    assert len(set(texts)) == len(texts)


def test_all_statements_occur():
    seeds = [*range(200), *range(RICHER, RICHER + 100)]
    found = {type(node).__name__ for seed in seeds for node in ast.walk(ast.parse(program(seed)))}
    wanted = """Assign AnnAssign AugAssign NamedExpr Starred For While If IfExp BoolOp Break Continue Return Raise
        Assert ClassDef Attribute Delete FunctionDef Lambda ListComp GeneratorExp Dict Slice Tuple List Call Compare
        Pass keyword"""
    assert found >= set(wanted.split())


def test_shrinking_keeps_the_fault(tmp_path):
    text = program(7)
    small = shrink(text, lambda t: "np.sum" in t and loaded(t, tmp_path) is not None)
    assert "np.sum" in small
    assert len(small) < 0.3 * len(text)
    assert not unbound(small)
