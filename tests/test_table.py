"""Every row of the table, on every call it names, against oracles that know no rule.

Central differences, the complex step and transposition check the numbers; symbolic values and a
plain interpreter check that a rule writes what it computes, and that what was said of every
value before it existed came true.
"""

import warnings
from collections import namedtuple

import numpy as np
import pytest
from dlgrad.runtime.declare import NAMES, UnknownKind, Unsupported, repair
from dlgrad.runtime.primitives.general import cotangent
from dlgrad.transpile.infer import NeedStatic
from dlgrad.transpile.kinds import UNKNOWN, weaken
from recorded import Recording
from trials import drawn, inner, is_number, is_single, leaves, mapped, size, title, trial

STEPS = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))


# --- oracles ----------------------------------------------------------------------------------


def difference(fun, h):
    """The derivative of a number at 0, by central differences of fourth order."""
    return sum(c * fun(k * h) for k, c in STEPS) / h


def assert_derivative(fun, told, scale, single, exact=1e-7):
    """`told` is the derivative of `fun` at 0, up to what differences can tell."""
    h, exact = (3e-2, 1e-3) if single else (2e-4, exact)
    found = difference(fun, h)
    if abs(told - found) <= exact * scale:
        return
    finer = difference(fun, h / 4)
    doubt = abs(finer - found)
    assert doubt <= 1e-3 * scale, f"no oracle: differences give {found} and {finer}"
    assert abs(told - finer) <= exact * scale + 4 * doubt, f"{told} by the rule, {finer} by differences"


def moved(given, tangents, h):
    """Arguments a step `h` further along some directions."""
    return {p: mapped(lambda x, t: x + h * t, given[p], t) for p, t in tangents.items()}


def scale_of(t, d, tangent):
    """How large the numbers are that meet in one inner product."""
    return size(d, tangent) + 1e-3 * size(t.dy, t.y) + 1e-6 * size(t.dy, t.dy) + 1e-12


# --- checks: each takes a trial ---------------------------------------------------------------


def check_shape(t):
    """A cotangent has the dtype and, but for stretched axes, the shape of its operand."""
    for p in t.active:
        raw = t.pull(p)
        for d, like in pairs(raw, t.given[p]):
            assert_fits(d, like, t)
        for d, like in pairs(t.repaired(p), t.given[p]):
            assert np.shape(d) == np.shape(like)
            assert np.asarray(d).dtype == np.asarray(like).dtype


def pairs(d, like):
    """Entries of a cotangent with those of its operand, None left out."""
    if isinstance(like, (list, tuple)):
        if d is not None:
            assert len(d) == len(like)
        return [] if d is None else [q for e, entry in zip(d, like, strict=True) for q in pairs(e, entry)]
    return [(d, like)] if d is not None and is_number(like) else []


def assert_fits(d, like, t):
    """`repair` sums leading axes, and stretched ones in rows that say so; it stretches, too."""
    rank = np.ndim(like)
    own = np.shape(d)[np.ndim(d) - rank :] if np.ndim(d) > rank else np.shape(d)
    for n, m in zip(own[::-1], np.shape(like)[::-1], strict=False):
        sums = m == 1 and (t.row.broadcasts or t.row.stretches)
        assert n in (1, m) or sums, f"shape {np.shape(d)} for an operand of shape {np.shape(like)}"
    if isinstance(d, np.ndarray) and d.flags.writeable:
        assert all(s != 0 or n == 1 for s, n in zip(d.strides, d.shape, strict=True)) or d.size == 0


def check_differences(t):
    for p in t.active:
        d = t.repaired(p)
        tangent = {p: t.tangents[p]}
        assert_derivative(
            lambda h, tangent=tangent: inner(t.dy, t.call(**moved(t.given, tangent, h))),
            inner(d, t.tangents[p]), scale_of(t, d, t.tangents[p]), is_single(t.y),
        )  # fmt: skip


def check_jvp(t):
    row = t.row
    names = [p for p in t.active if row.jvp is not None or p in row.linear_in]
    for tangents in [{p: t.tangents[p]} for p in names] + [{p: t.tangents[p] for p in names}]:
        with np.errstate(all="ignore"):
            ty = pushed(t, tangents)
        told = sum(inner(t.repaired(p), v) for p, v in tangents.items())
        scale = sum(scale_of(t, t.repaired(p), v) for p, v in tangents.items()) + size(t.dy, ty)
        assert abs(inner(t.dy, ty) - told) <= (1e-5 if is_single(t.y) else 1e-9) * scale


def pushed(t, tangents):
    """The tangent of the result."""
    if t.row.jvp is not None:
        rest = dict(t.given)
        args = rest.pop("args", ()) if t.row.varargs else ()
        return t.row.jvp(tangents, t.y, *args, **rest)
    zeros = {p: mapped(np.zeros_like, t.given[p]) for p in t.row.linear_in if p in t.given}
    return t.call(**{**zeros, **tangents})


def check_complex_step(t):
    """Where the function is analytic, takes complex numbers and gives real ones for real ones."""
    for p in t.active:
        if t.pull(p) is None or any(map(np.iscomplexobj, leaves(t.given[p]) + leaves(t.y))):
            continue
        ends = [shifted(t, p, h) for h in (1e-6, -1e-6, 1e-6j, -1e-6j, 1e-25j)]
        if any(y is None for y in ends) or not analytic(*map(leaves, ends[:4])):
            continue
        d, tangent = t.repaired(p), t.tangents[p]
        told, scale = inner(d, tangent), scale_of(t, d, tangent)
        if not close(t, ends[4], 1e-25, told, 1e-9 * scale):  # some compute both parts together
            assert close(t, ends[2], 1e-6, told, 1e-6 * scale + 1e-9 * size(t.dy, t.dy))


def shifted(t, p, h):
    """The result a complex step further; None where it takes no complex numbers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            x = mapped(lambda x, v: np.asarray(x + h * v), t.given[p], t.tangents[p])
            return t.call(**{p: x})
    except (TypeError, ValueError, np.exceptions.ComplexWarning, np.linalg.LinAlgError):
        return None


def analytic(right, left, up, down):
    """The Cauchy-Riemann equations, coarsely."""
    pairs = zip(right, left, up, down, strict=True)
    return all(np.allclose(1j * (r - q), u - d, rtol=1e-4, atol=1e-11) for r, q, u, d in pairs)


def close(t, end, h, told, within):
    """Is the imaginary part of a step what the rule told?"""
    ty = mapped(lambda y: np.imag(y) / h, end)
    return abs(inner(t.dy, ty) - told) <= within + 1e-12 * size(t.dy, ty)


def recorded(t):
    """What the rules of a trial write, once for all who ask."""
    if t.recording is None:
        t.recording = Recording(t)
        t.recording.run()
    return t.recording


def check_symbols(t):
    """A rule writes what it computes, and every kind that was inferred is right."""
    assert_same_on_symbols(t, recorded(t))


def check_dynamic(t):
    """The same where integers are not known when the rule runs; it may ask for them, and say so."""
    try:
        recording = Recording(t, dynamic=True)
    except (NeedStatic, UnknownKind, Unsupported):
        return
    recording.run()
    assert_same_on_symbols(t, recording)


def assert_same_on_symbols(t, recording):
    assert not recording.broken, "\n".join(recording.broken)
    for p in t.active:
        for d, other in pairs(t.pull(p), recording.written[p]):
            exact = 1e-4 if is_single(d) else 1e-9
            brought = np.shape(other) != np.shape(d) or np.iscomplexobj(d) and not np.iscomplexobj(other)
            if brought:  # what is written for a list may have brought it to the shapes and dtypes of its entries
                d = repair(d, other)
            np.testing.assert_allclose(other, d, rtol=exact, atol=1e-3 * exact)


def check_sweep(t):
    """The transpiler's sweep brings cotangents to the shapes and dtypes of their operands."""
    assert_sweeps(t, Recording(t, by_sweep=True))


def check_loose_sweep(t):
    """The same where it is not known which axes have size 1."""
    assert_sweeps(t, Recording(t, loosen=weaken, by_sweep=True))


def check_blind_sweep(t):
    """The same where nothing is known of the arrays."""
    assert_sweeps(t, Recording(t, loosen=lambda kind: UNKNOWN, by_sweep=True))


def assert_sweeps(t, recording):
    assert not recording.missing, recording.missing
    recording.run()
    assert not recording.broken, "\n".join(recording.broken)
    for p in t.active:
        for d, other in pairs(t.repaired(p), recording.written[p]):
            exact = 1e-4 if is_single(d) or is_single(t.args) else 1e-9
            assert np.shape(d) == np.shape(other)
            np.testing.assert_allclose(other, d, rtol=exact, atol=1e-3 * exact)


def check_second_order(t):
    """What the rules write can be differentiated by the rules."""
    if t.case.cotangent is not None:
        return
    recording = recorded(t)
    rng = np.random.default_rng(77)
    for p in t.active:
        seed = mapped(lambda x: drawn(rng, x), t.given[p])
        found = recording.gradient({p: seed})
        if t.case.smooth:
            assert_second_derivative(t, recording, p, seed, found, rng)


def assert_second_derivative(t, recording, p, seed, found, rng):
    roots = [v for v in recording.roots if leaves(recording.scope[v])]
    directions = {v: mapped(lambda x: drawn(rng, x), recording.scope[v]) for v in roots}

    def value(h):
        return inner(seed, recording.moved(directions, h, p))

    told = sum(inner(found.get(v), directions[v]) for v in roots)
    scale = sum(size(found.get(v), directions[v]) for v in roots) + 1e-3 * size(seed, t.repaired(p))
    assert_derivative(value, told, scale + 1e-6 * size(seed, seed) + 1e-12, is_single(t.y), exact=1e-6)


def check_run_time(t):
    """The rule of a row that runs at run time is differentiated at run time."""
    if t.case.cotangent is not None:
        return
    rng = np.random.default_rng(78)
    rest = dict(t.given)
    args = rest.pop("args", ()) if t.row.varargs else ()
    for p in t.active:
        d = cotangent(t.row.name, p, t.dy, t.y, *args, **rest)
        seed = mapped(lambda x: drawn(rng, x), d)
        call = (seed, d, t.row.name, p, t.dy, t.y, *args)
        d_dy, d_y, *d_args = (cotangent("cotangent", i, *call, **rest) for i in range(2, len(call) - 2))
        d_given = {q: cotangent("cotangent", q, *call, **rest) for q in rest if q in t.active}
        if t.case.smooth:
            d_given |= {"args": d_args} if t.row.varargs else {}
            assert_pulled(t, p, seed, d_dy, d_y, d_given, rng)


def assert_pulled(t, p, seed, d_dy, d_y, d_given, rng):
    """The cotangents of what a rule reads fit the differences of what it gives."""
    directions = {q: mapped(lambda x: drawn(rng, x), t.given[q]) for q in t.active}
    turn = mapped(lambda x: drawn(rng, x), t.dy)

    def value(h):
        given = {**t.given, **moved(t.given, directions, h)}
        dy = mapped(lambda x, v: x + h * v, t.dy, turn)
        return inner(seed, t.repaired(p, dy=dy, y=t.call(**given), given=given))

    parts = [(d_dy, turn)]
    for q, v in directions.items():
        parts += [(d_given[q], v), (t.repaired(q, dy=d_y), v)]
    told, scale = sum(inner(*part) for part in parts), sum(size(*part) for part in parts)
    scale += 1e-3 * size(seed, t.repaired(p)) + 1e-6 * size(seed, seed) + 1e-12
    assert_derivative(value, told, scale, is_single(t.y), exact=1e-6)


def check_single(t):
    """Single precision stays single, also on the way."""
    if not all(map(is_single, leaves(t.y))):
        return
    for p in t.active:
        for d, like in pairs(t.pull(p), t.given[p]):
            if isinstance(d, (np.ndarray, np.generic)) and isinstance(like, (np.ndarray, np.generic)):
                assert d.dtype in (np.float32, np.complex64), f"{like.dtype} became {d.dtype}"


# --- which check for which case ---------------------------------------------------------------

Check = namedtuple("Check", "run precision applies")


def always(row, case):
    return True


def smoothly(row, case):
    return case.smooth


def forward_too(row, case):
    return case.smooth and (row.jvp is not None or row.linear_in != ())


CHECKS = {
    "shape": Check(check_shape, "as given", always),
    "differences": Check(check_differences, "double", smoothly),
    "jvp": Check(check_jvp, "double", forward_too),
    "complex step": Check(check_complex_step, "double", smoothly),
    "symbols": Check(check_symbols, "as given", always),
    "sweep": Check(check_sweep, "as given", always),
    "loose sweep": Check(check_loose_sweep, "as given", always),
    "blind sweep": Check(check_blind_sweep, "as given", always),
    "dynamic": Check(check_dynamic, "as given", always),
    "second order": Check(check_second_order, "double", always),
    "run time": Check(check_run_time, "double", always),
    "single": Check(check_single, "single", always),
}
DIFFERENTIABLE = {n: r for n, r in NAMES.items() if r.vjps and n != "cotangent"}
"""The rows with rules. That of all rules at once is what the check "run time" is about."""
TRIALS = [
    pytest.param(name, i, id=title(name, i))
    for name, row in DIFFERENTIABLE.items()
    for i in range(len(row.try_on))
]


@pytest.mark.parametrize(("name", "index"), TRIALS)
def test_rule(name, index):
    failures = []
    row = NAMES[name]
    for label, check in CHECKS.items():
        if check.applies(row, row.try_on[index]):
            try:
                check.run(trial(name, index, check.precision))
            except Exception as error:
                error.add_note(f"by the check: {label}")
                failures.append(error)
    if failures:
        raise failures[0] if len(failures) == 1 else ExceptionGroup(title(name, index), failures)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_every_rule_is_tried(name):
    row = NAMES[name]
    tried = {p for i in range(len(row.try_on)) for p in trial(name, i).active}
    assert set(row.vjps) <= tried, f"no case moves {', '.join(sorted(set(row.vjps) - tried))}"
