"""The dlarray functions: plain NumPy formulas as oracle, on arrays and on symbolic values."""

import math

import numpy as np
import pytest
from dlgrad.runtime import functions as dl
from dlgrad.runtime.declare import NAMES, Draw
from dlgrad.runtime.dlarray import dlarray, isdlarray
from dlgrad.runtime.errors import FormatError
from dlgrad.runtime.kernels import activations as act
from dlgrad.runtime.kernels import losses
from dlgrad.runtime.primitives import kernels_nn
from standin import same_on_symbols

RNG = np.random.default_rng(3)


def rand(*shape):
    return RNG.standard_normal(shape)


def probabilities(*shape, axis=0):
    p = RNG.uniform(0.1, 1, shape)
    return p / p.sum(axis=axis, keepdims=True)


# Activations.

ELEMENTWISE = [
    (dl.relu, lambda v: max(v, 0.0)),
    (dl.leakyrelu, lambda v: v if v > 0 else 0.01 * v),
    (lambda x: dl.leakyrelu(x, 3.0), lambda v: v if v > 0 else 3 * v),
    (dl.sigmoid, lambda v: 1 / (1 + math.exp(-v))),
    (dl.tanh, math.tanh),
    (dl.gelu, lambda v: v / 2 * math.erfc(-v / math.sqrt(2))),
    (
        lambda x: dl.gelu(x, Approximation="tanh"),
        lambda v: v / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))),
    ),
]


@pytest.mark.parametrize(("ours", "scalar"), ELEMENTWISE, ids=range(len(ELEMENTWISE)))
def test_elementwise_functions(ours, scalar):
    for shape in [(3, 4), (20, 30)]:
        x = dlarray(3 * rand(*shape), "CB")
        y = same_on_symbols(ours, x)
        assert y.dims == "CB"
        np.testing.assert_allclose(y, np.vectorize(scalar)(x.data), rtol=1e-12, atol=1e-15)
        assert ours(x.astype(np.float32)).dtype == np.float32
        np.testing.assert_array_equal(ours(x.data), y)
    assert type(ours(rand(2))) is np.ndarray
    assert ours(dlarray(rand(2))).dims == ""
    np.testing.assert_allclose(ours(0.5), scalar(0.5), rtol=1e-14)


def test_far_tails():
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(dl.sigmoid(np.array([-1e4, 1e4])), [0, 1])
        assert dl.sigmoid(-40.0) == pytest.approx(math.exp(-40), rel=1e-15)
        x = np.array([[1e4, 0.0], [-1e4, 2.0]])
        np.testing.assert_array_equal(dl.softmax(x, axis=0)[:, 0], [1, 0])
        np.testing.assert_array_equal(dl.logsoftmax(x, axis=0)[:, 0], [0, -2e4])
    x = np.linspace(-37, 9, 1001)
    expected = [0.5 * math.erfc(-v / math.sqrt(2)) for v in x]
    np.testing.assert_allclose(act.normal_cdf(x), expected, rtol=1e-12)
    np.testing.assert_array_equal(np.isnan(act.normal_cdf(np.full(300, np.nan))), True)
    np.testing.assert_array_equal(act.normal_cdf(np.array([-np.inf, np.inf] * 200))[:2], [0, 1])


@pytest.mark.parametrize(
    ("fmt", "axis"), [("CB", 0), ("BC", 1), ("BTC", 2), ("SSCB", 2), ("C", 0)]
)
def test_softmax_over_channels(fmt, axis):
    x = rand(*range(2, 2 + len(fmt)))
    expected = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)
    np.testing.assert_allclose(dl.softmax(x, DataFormat=fmt), expected, rtol=1e-14)
    np.testing.assert_allclose(dl.softmax(x, axis=axis), expected, rtol=1e-14)
    labelled = same_on_symbols(dl.softmax, dlarray(x, fmt))
    np.testing.assert_allclose(labelled, dlarray(expected, fmt).data, rtol=1e-14)
    logs = same_on_symbols(dl.logsoftmax, dlarray(x, fmt))
    np.testing.assert_allclose(np.exp(logs), labelled, rtol=1e-13)
    plain = same_on_symbols(lambda x: dl.softmax(x, data_format=fmt), dlarray(x))
    assert plain.dims == ""


def test_softmax_by_another_label():
    x = dlarray(rand(3, 4, 5), "SCB")
    np.testing.assert_allclose(dl.softmax(x, axis="S").sum("S"), 1)


# fullyconnect.


@pytest.mark.parametrize(
    "fmt", ["CB", "C", "CBT", "SSCB", "SCBT", "SSC", "CBU", "SCBTU", "SB", "BT"]
)
@pytest.mark.parametrize("column", [False, True])
def test_fullyconnect_sums_over_s_c_u(fmt, column):
    sizes = dict(zip("SCBTU", (2, 3, 4, 5, 2), strict=True))
    shape = [sizes[c] + i * (c == "S") for i, c in enumerate(fmt)]
    X = rand(*shape)
    features = [i for i, c in enumerate(fmt) if c in "SCU"]
    kept = [i for i, c in enumerate(fmt) if c in "BT"]
    W = rand(6, *[shape[i] for i in features])
    b = rand(6, 1) if column else rand(6)
    letters = "abcdefgh"[: len(fmt)]
    out = "z" + "".join(letters[i] for i in kept)
    subscripts = f"z{''.join(letters[i] for i in features)},{letters}->{out}"
    expected = np.einsum(subscripts, W, X) + b.reshape(-1, *[1] * len(kept))
    flat = W.reshape(6, -1)
    Y = same_on_symbols(lambda X, w, b: dl.fullyconnect(X, w, b), dlarray(X, fmt), flat, b)
    assert Y.dims == "C" + "".join(fmt[i] for i in kept)
    np.testing.assert_allclose(Y, expected, rtol=1e-12)
    if features:
        np.testing.assert_allclose(dl.fullyconnect(dlarray(X, fmt), W, b), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("fmt", "out"), [("BC", "BC"), ("TBC", "TBC"), ("BSSC", "BC"), ("BCT", "BCT"), ("BSC", "BC")]
)
def test_fullyconnect_keeps_the_callers_order(fmt, out):
    X = rand(*range(2, 2 + len(fmt)))
    labelled = dlarray(X, fmt)
    n = np.prod([s for s, c in zip(X.shape, fmt, strict=True) if c in "SC"])
    for b in (rand(6), rand(6, 1), None, 0.5):
        W = rand(6, n)
        Y = dl.fullyconnect(X, W, b, DataFormat=fmt)
        assert type(Y) is np.ndarray
        np.testing.assert_allclose(
            dlarray(Y, out).data, dl.fullyconnect(labelled, W, b).data, rtol=1e-12
        )
    hidden = same_on_symbols(
        lambda X, W, b: dl.fullyconnect(X, W, b, DataFormat=fmt), dlarray(X), W, rand(6)
    )
    assert hidden.dims == ""


# Losses.

Y, T = probabilities(3, 4), probabilities(3, 4)
W = np.array([0.5, 1.0, 2.0])
MASK = np.array([[1, 0, 1, 1]] * 3) > 0

TERMS = {
    dl.l1loss: lambda Y, T: abs(Y - T),
    dl.l2loss: lambda Y, T: (Y - T) ** 2,
    dl.huber: lambda Y, T: (Y - T) ** 2 / 2,
    dl.crossentropy: lambda Y, T: -T * np.log(Y),
}


def multilabel(*args, **options):
    return dl.crossentropy(*args, ClassificationMode="multilabel", **options)


TERMS[multilabel] = lambda Y, T: -T * np.log(Y) - (1 - T) * np.log(1 - Y)


@pytest.mark.parametrize("loss", TERMS)
def test_losses_and_their_options(loss):
    terms = TERMS[loss](Y, T)
    X = dlarray(Y, "CB")
    weights = {"WeightsFormat": "C"}
    included = {"Mask": MASK, "NormalizationFactor": "mask-included"}
    table = [
        ((), {}, terms.sum() / 4),
        ((), {"NormalizationFactor": "none"}, terms.sum()),
        ((), {"normalization_factor": "all-elements"}, terms.mean()),
        ((), {"NormalizationFactor": "mask-included"}, terms.mean()),
        ((W,), weights, (W[:, None] * terms).sum() / 4),
        ((dlarray(W, "C"),), {}, (W[:, None] * terms).sum() / 4),
        ((2.0,), {}, 2 * terms.sum() / 4),
        ((), {"Mask": MASK}, (MASK * terms).sum() / 4),
        ((), included, (MASK * terms).sum() / MASK.sum()),
        ((W,), {**weights, **included}, (W[:, None] * MASK * terms).sum() / MASK.sum()),
    ]
    for extra, options, expected in table:
        found = same_on_symbols(lambda X, T, e=extra, o=options: loss(X, T, *e, **o), X, T)
        assert isdlarray(found) and found.dims == "" and found.ndim == 0
        assert float(found) == pytest.approx(expected, rel=1e-13)
        plain = loss(Y.T, T.T, *extra, DataFormat="BC", **_turned(options))
        assert not isdlarray(plain)
        assert plain == pytest.approx(expected, rel=1e-13)
        single = loss(X.astype("f4"), T.astype("f4"), *[_single(e) for e in extra], **options)
        assert single.dtype == np.float32
    for_each = same_on_symbols(lambda X, T: loss(X, T, Reduction="none"), X, T)
    assert for_each.dims == "CB"
    np.testing.assert_allclose(for_each, terms, rtol=1e-13)
    assert loss(Y.T, T.T, DataFormat="BC", Reduction="none").shape == (4, 3)


def _turned(options):
    return {k: v.T if k == "Mask" else v for k, v in options.items()}


def _single(x):
    return x.astype(np.float32) if hasattr(x, "astype") else x


def test_targets_meet_by_label_or_position():
    X = dlarray(rand(2, 3, 4, 5), "SSCB")
    target = rand(5, 4, 2, 3)
    expected = np.sum((X.data - target.transpose(2, 3, 1, 0)) ** 2) / 5
    found = same_on_symbols(lambda X, T: dl.l2loss(X, T), X, dlarray(target, "BCSS"))
    assert float(found) == pytest.approx(expected)
    assert dl.mse(X, target.transpose(2, 3, 1, 0)) == pytest.approx(expected / 2)
    assert dl.mse(X.data, dlarray(target, "BCSS")) == pytest.approx(expected / 2)
    assert dl.mse(dlarray(rand(3), "C"), dlarray(np.zeros(3), "C")).ndim == 0


def test_huber_beyond_the_transition():
    d = np.array([0.0, 0.5, -0.5, 2.0, -3.0])
    expected = np.where(abs(d) <= 0.7, d**2 / 2, 0.7 * abs(d) - 0.7**2 / 2).sum() / 5
    found = dl.huber(d, np.zeros(5), DataFormat="B", TransitionPoint=0.7)
    assert found == pytest.approx(expected)


def test_indexcrossentropy():
    P = probabilities(3, 4, 2)
    X, k = dlarray(P, "CBT"), np.array([[[0, 2], [1, 1], [2, 9], [9, 0]]])
    kept = k[0] != 9
    picked = -np.log(np.take_along_axis(P, np.where(k == 9, 0, k), 0))[0] * kept
    for factor, n in [("batch-size", 4), ("all-elements", 8), ("target-included", 6), ("none", 1)]:
        found = same_on_symbols(
            lambda X, k, f=factor: dl.indexcrossentropy(X, k, MaskIndex=9, NormalizationFactor=f),
            X, k,
        )  # fmt: skip
        assert float(found) == pytest.approx(picked.sum() / n)
    weighted = dl.indexcrossentropy(X, k, W, MaskIndex=9, weights_format="C", Reduction="none")
    assert weighted.dims == "CBT" and weighted.shape == (1, 4, 2)
    np.testing.assert_allclose(weighted.data[0], W[np.where(kept, k[0], 0)] * picked)
    by_label = dl.indexcrossentropy(X, dlarray(k[0], "BT"), MaskIndex=9)
    assert float(by_label) == pytest.approx(picked.sum() / 4)
    with pytest.raises(ValueError, match="outside 0 to 2"):
        dl.indexcrossentropy(X, k)


def test_losses_are_finite_where_softmax_underflows():
    for dtype in (np.float64, np.float32):
        logits = np.array([[1000.0, 0.0], [0.0, 1.0]], dtype)
        target = np.array([[0.0, 1.0], [1.0, 0.0]], dtype)
        y = dl.softmax(dlarray(logits, "CB"))
        loss = dl.crossentropy(y, target)
        assert np.isfinite(loss.data) and loss.dtype == dtype
        row = NAMES["crossentropy"].vjps["Y"]
        dy = 100 * row(1.0, loss.data, Y=y.data, T=target, batch=1)
        assert np.isfinite(dy).all() and dy.dtype == dtype
        dx = NAMES["softmax"].vjps["x"](dy, y.data, x=logits, axis=0)
        assert np.isfinite(dx).all()


# Options and refusals.


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dl.softmax(rand(2, 3)), FormatError, 'DataFormat="CB"'),
        (lambda: dl.softmax(dlarray(rand(2, 3), "SB")), FormatError, "no C dimension"),
        (lambda: dl.softmax(rand(2, 3), DataFormat="CBT"), FormatError, "2 dimensions"),
        (lambda: dl.softmax(dlarray(rand(2, 3), "CB"), DataFormat="CT"), FormatError, "leave"),
        (lambda: dl.fullyconnect(rand(2, 3), rand(4, 2)), FormatError, "dlarray"),
        (lambda: dl.fullyconnect(dlarray(rand(2, 3), "CB"), dlarray(rand(4, 2), "CU")),
         FormatError, "stripdims"),
        (lambda: dl.fullyconnect(dlarray(rand(2, 3), "CB"), rand(2)), FormatError, "W has 1 dim"),
        (lambda: dl.fullyconnect(dlarray(rand(2, 3), "CB"), rand(4, 3), rand(4)), ValueError,
         "has 3 inputs"),
        (lambda: dl.mse(rand(2, 3), rand(2, 3)), FormatError, "mse: Y has no labels"),
        (lambda: dl.mse(dlarray(rand(2, 3), "CB"), rand(2, 1)), ValueError, "targets of size"),
        (lambda: dl.mse(dlarray(rand(2, 3), "CB"), rand(2)), FormatError, "T has 1 dimensions"),
        (lambda: dl.l2loss(dlarray(Y, "CB"), T, W), FormatError, 'WeightsFormat="C"'),
        (lambda: dl.l2loss(dlarray(Y, "CB"), T, Reductoin="none"), TypeError, "mean 'Reduction'"),
        (lambda: dl.l2loss(dlarray(Y, "CB"), T, Reduction="mean"), ValueError, "'sum', 'none'"),
        (lambda: dl.crossentropy(Y, T, data_format="CB", ClassificationMode="multi-label"),
         ValueError, "mean 'multilabel'"),
        (lambda: dl.crossentropy(Y, T, data_format="CB", DataFormat="CB"), TypeError, "twice"),
        (lambda: dl.gelu(1.0, Approximation="sigmoid"), ValueError, "'none', 'tanh'"),
        (lambda: dl.sum(dlarray(Y, "CB"), "T"), FormatError, "no dimension labelled T"),
        (lambda: dl.adamupdate(1.0, 1.0, None, None, 0), ValueError, "counts from 1"),
        (lambda: dl.sgdmupdate({"W": 1.0}, {"V": 1.0}), ValueError, r"grad\['W'\] is missing"),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_reductions():
    X = dlarray(rand(3, 4), "CB")
    for name in ("sum", "mean", "max", "min"):
        ours, numpys = getattr(dl, name), getattr(np, name)
        assert ours(X, "C").shape == (1, 4) and ours(X).dims == "" and ours(X, "all").ndim == 0
        np.testing.assert_array_equal(ours(X, "CB").data, numpys(X.data, keepdims=True))
        np.testing.assert_array_equal(ours(X.data, 0), numpys(X.data, 0))


# Updates.


def test_updates_follow_their_formulas():
    p, g = {"W": rand(2, 3), "n": 4}, {"W": rand(2, 3), "n": 4}
    q, v = dl.sgdmupdate(p, g)
    np.testing.assert_allclose(q["W"], p["W"] - 0.01 * g["W"])
    r, v = dl.sgdmupdate(q, g, v, learnRate=0.1, momentum=0.5)
    np.testing.assert_allclose(r["W"], q["W"] - 0.5 * 0.01 * g["W"] - 0.1 * g["W"])
    assert r["n"] == 4
    q, m, s = dl.adamupdate(p, g, None, None, 1)
    np.testing.assert_allclose(q["W"], p["W"] - 0.001 * np.sign(g["W"]), rtol=1e-5)
    q, m, s = dl.adamupdate(q, g, m, s, 2)
    np.testing.assert_allclose(q["W"], p["W"] - 0.002 * np.sign(g["W"]), rtol=1e-5)
    q, s = dl.rmspropupdate(p, g)
    np.testing.assert_allclose(q["W"], p["W"] - 0.001 / math.sqrt(0.1) * np.sign(g["W"]), rtol=1e-4)


def test_updates_of_dlarrays_and_numbers():
    p = [dlarray(np.ones(2, np.float32), "C"), 1.0]
    q, _ = dl.sgdmupdate(p, p, None)
    assert q[0].dims == "C" and q[0].dtype == np.float32 and type(q[1]) is float
    q, *_ = dl.adamupdate(p, p, None, None, 1)
    assert q[0].dims == "C" and q[0].dtype == np.float32 and type(q[1]) is float
    assert dl.dlupdate(lambda a, b: a + b, (1.0, 2), (1.0, 2)) == (2.0, 2)


# The rules of the kernels, against differences.

ROWS = [
    pytest.param(row, case, id=f"{row.name}-{i}")
    for row in NAMES.values()
    if getattr(row.fun, "__module__", "") in (act.__name__, losses.__name__)
    for i, case in enumerate(row.try_on)
]
assert kernels_nn and len(ROWS) > 20


@pytest.mark.parametrize(("row", "case"), ROWS)
def test_rules_against_differences(row, case):
    args, kwargs = case.build()
    y = row.fun(*args, **kwargs)
    given = row.bind(args, kwargs)
    if not case.smooth or np.iscomplexobj(y):
        return
    dy = rand(*np.shape(y))
    for name, rule in row.vjps.items():
        if name not in given or rule(dy, y, **given) is None:
            continue
        x = np.asarray(given[name], float)
        t = rand(*x.shape)
        h = 1e-6
        up, down = (row.fun(**{**given, name: x + s * h * t}) for s in (1, -1))
        difference = (up - down) / (2 * h)
        found = np.sum(rule(dy, y, **given) * t)
        assert found == pytest.approx(np.sum(dy * difference), rel=1e-5, abs=1e-6)
        tangent = row.jvp({name: t}, y, **given)
        np.testing.assert_allclose(tangent, difference, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("row", "case"), ROWS)
def test_rules_keep_float32(row, case):
    args, kwargs = case.build()
    small = [a.astype(np.float32) if getattr(a, "dtype", 0) == np.float64 else a for a in args]
    y = row.fun(*small, **kwargs)
    if np.iscomplexobj(y) or y.dtype == bool:
        return
    assert y.dtype == np.float32
    for name, rule in row.vjps.items():
        d = rule(y, y, **row.bind(small, kwargs)) if name in row.bind(small, kwargs) else None
        assert d is None or np.asarray(d).dtype == np.float32


@pytest.mark.parametrize(
    ("name", "slope"), [("relu", [0, 0, 1]), ("leakyrelu", [0.1, 0.1, 1])]
)
def test_kinks(name, slope):
    row, x = NAMES[name], np.array([-1.0, 0.0, 2.0])
    more = {"scale": 0.1} if name == "leakyrelu" else {}
    np.testing.assert_array_equal(row.vjps["x"](np.ones(3), row.fun(x, **more), x=x, **more), slope)


def test_cases_are_drawn():
    assert any(isinstance(a, Draw) for row in NAMES.values() for c in row.try_on for a in c.args)
