"""python -m tests.fuzz --count 1000 --seed 0: judge programs, print a summary, save what fails, shrunk."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from .grammar import program
from .judge import Verdict, judge
from .orders import judge_twice
from .shrink import smallest
from .turns import judge_turns, with_gradients

JUDGES = {1: judge, 2: judge_twice}


def saved(options: argparse.Namespace, seed: int, verdict: Verdict, text: str) -> Path:
    """Write a failing program, as small as it gets, and return its file."""
    small, again = smallest(text, verdict, options.judge)
    folder = options.save
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{verdict.word.lower()}_{seed}.py"
    head = [f"# {line}" for line in f"{again.word} {again.reason}\n{again.detail}".splitlines()]
    file.write_text("\n".join([*head, small]), "utf-8")
    return file


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", type=Path, default=Path("fuzz_failures"), help="folder for failing programs")
    parser.add_argument("--order", type=int, choices=JUDGES, default=1, help="of the derivatives")
    parser.add_argument("--turns", action="store_true", help="gradients in the loops of the programs")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after that time")
    options = parser.parse_args()
    options.judge = judge_turns if options.turns else JUDGES[options.order]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DLGRAD_CACHE_DIR"] = folder
        return fuzz(options)


def fuzz(options: argparse.Namespace) -> int:
    """Judge the programs of all seeds, print a summary, and return the number of failures."""
    words: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    start = time.monotonic()
    for seed in range(options.seed, options.seed + options.count):
        text = with_gradients(program(seed), seed) if options.turns else program(seed)
        verdict = options.judge(text)
        words[verdict.word] += 1
        if verdict.word != "AGREED":
            reasons[f"{verdict.word} {verdict.reason}"] += 1
        if verdict.failed:
            file = saved(options, seed, verdict, text)
            print(f"seed {seed}: {verdict.word} {verdict.reason}: {file}", flush=True)
        if time.monotonic() - start > options.seconds:
            break
    print(", ".join(f"{n} {word.lower()}" for word, n in words.most_common()))
    for reason, n in reasons.most_common():
        print(f"{n:6} {reason}")
    return min(words["WRONG"] + words["CRASH"], 100)


if __name__ == "__main__":
    sys.exit(main())
