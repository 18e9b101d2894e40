"""`match`: a chain of branches, one a case, whose text stays the user's.

Each case is lowered as the `if` that it stands for (a *rung*): an arm for its body, another for
the cases behind it. Where a pattern is known to match, or not to match, no branch is needed.
Whether another matches is a truth value of its own: the text has no expression for it, so that
its name is a flag which the ends of the arms set (`flags`).
"""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Value
from ..kinds import BOOL
from .comprehensions import Comprehensions
from .core import Refuse
from .patterns import Fit, Patterns
from .values import Const


class Matching(Comprehensions, Patterns):
    """Lowering of match statements."""

    def statement_match(self, node: Any, rest: list[Any]) -> bool:
        """A match statement; True when the rest of the block went into one of its arms."""
        with self.at_statement(node):  # type: ignore[attr-defined]
            try:
                subject = self.expr(node.subject)
            except Refuse as problem:
                self.problems.append(problem)
                subject = self.opaque(None, [], "refused above")
        rungs = self.function.attrs.setdefault("rungs", {})
        if node not in rungs:
            rungs[node] = ladder(node)
        return self.climb(list(zip(node.cases, rungs[node], strict=True)), subject, rest)

    def climb(self, cases: list[Any], subject: Any, rest: list[Any]) -> bool:
        """The first of these cases that fits."""
        if not cases:
            return False
        (case, rung), *later = cases
        fit = self.fits(case, subject)
        cond = self.case_condition(case, rung, fit) if fit.known is not False else False
        if cond is False:
            return self.climb(later, subject, rest)
        if cond is True:
            self.case_body(case, fit)
            return False
        self.function.attrs.setdefault("flags", set()).add(cond)
        return self.branch(cond, lambda: self.case_body(case, fit),
                           lambda: self.later_cases(later, subject), rung, rest)  # fmt: skip

    def later_cases(self, cases: list[Any], subject: Any) -> None:
        self.climb(cases, subject, [])

    def fits(self, case: Any, subject: Any) -> Fit:
        try:
            return self.fit(case.pattern, subject)
        except Refuse as problem:
            self.problems.append(problem)
            return Fit(False)

    def case_condition(self, case: Any, rung: Any, fit: Fit) -> bool | Value:
        """Does a case apply: its pattern, and its guard, which reads the names that the pattern binds."""
        if case.guard is None:
            return True if fit.known else self.flag(fit.reads)
        if fit.known:
            self.bind_fit(case, fit)
            test = self.guard_of(case, rung)
            known = self.truth(test)
            return known if known is not None else self.flag([test])

        def guarded() -> Any:
            self.bind_fit(case, fit)
            return self.guard_of(case, rung)

        out = self.choose(case.guard, self.flag(fit.reads), guarded, lambda: Const(False))
        return self.flag([out])

    def guard_of(self, case: Any, rung: Any) -> Any:
        if any(isinstance(n, gast.Call) and self.is_gradient(n) for n in gast.walk(case.guard)):  # type: ignore[attr-defined]
            raise Refuse(case.guard, "a gradient in the guard of a case", "its statements have no place there",
                         "write an if statement in the case")  # fmt: skip
        with self.at_statement(rung):  # type: ignore[attr-defined]
            return self.expr(case.guard)

    def flag(self, reads: list[Any]) -> Value:
        """A truth value that the text has no expression for."""
        return self.value(self.opaque(None, reads, "a truth value", BOOL))

    def case_body(self, case: Any, fit: Fit) -> None:
        self.bind_fit(case, fit)
        self.block(case.body)

    def bind_fit(self, case: Any, fit: Fit) -> None:
        """The names of a pattern. What they hold was made before: no line of its own can stand in the body."""
        for name, item in fit.binds:
            self.bind(name, item, None)


def ladder(node: Any) -> list[Any]:
    """The cases of a match statement as the `if`s that they stand for, each in the else arm of the one before."""
    rungs: list[Any] = []
    for case in reversed(node.cases):
        test = case.guard or gast.copy_location(gast.Constant(True, None), case.pattern)
        rung = gast.copy_location(gast.If(test, case.body, rungs[:1]), case.pattern)
        rung.end_lineno, rung.end_col_offset = node.end_lineno, node.end_col_offset
        rung.rung = True
        rungs.insert(0, rung)
    return rungs
