"""dlarray: NumPy's results on data brought into order by hand, and the same on symbolic values."""

import copy
import operator
import pickle
import random

import numpy as np
import pytest
from dlgrad.runtime.dlarray import (
    dims,
    dlarray,
    extractdata,
    finddim,
    isdlarray,
    size,
    stripdims,
)
from dlgrad.runtime.errors import FormatError
from standin import same_on_symbols

RNG = np.random.default_rng(0)


def rand(*shape):
    return RNG.standard_normal(shape)


def test_construction_permutes_into_canonical_order():
    data = rand(5, 4, 3, 2)
    x = dlarray(data, "TSSU")
    assert x.dims == "SSTU" and x.shape == (4, 3, 5, 2)
    np.testing.assert_array_equal(x, data.transpose(1, 2, 0, 3))
    assert np.shares_memory(x.data, data)


def test_construction_of_small_things():
    assert dlarray(5.0).shape == () and dlarray(5.0).dims == ""
    assert dlarray([1, 2, 3], "C").shape == (3,)
    assert dlarray(rand(3, 1), "C").shape == dlarray(rand(1, 3), "C").shape == (3,)
    assert dlarray(rand(3, 2), "SCB").shape == (3, 2, 1)
    assert dlarray(rand(3, 2), "BCS").dims == "SCB"
    assert dlarray(rand(3, 2), "BCS").shape == (1, 2, 3)
    assert dlarray(rand(3, 2, 1, 1), "SSUU").dims == "SS"
    assert dlarray(rand(3, 1), "CU").dims == "CU"


def test_relabelling_shares_the_data():
    x = dlarray(rand(3, 2), "CB")
    assert dlarray(x).dims == "CB"
    y = dlarray(x, "SS")
    assert y.dims == "SS" and np.shares_memory(x.data, y.data)
    assert stripdims(x).dims == "" and stripdims(x).data is x.data
    assert stripdims(dlarray(rand(3))).dims == ""


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dlarray(rand(2, 2), "C"), "1 labels for data with 2 dimensions"),
        (lambda: dlarray(rand(2, 2), "CC"), "C may appear once"),
        (lambda: dlarray(rand(2, 3), "CB") @ dlarray(rand(3, 2), "CB"), "at most one may"),
        (lambda: rand(4, 2) @ dlarray(rand(2, 3, 4), "CBT"), "must be a matrix"),
        (lambda: np.einsum("ij->i", dlarray(rand(2, 3), "CB")), "stripdims"),
        (lambda: dlarray(rand(2, 3), "CB").T, "stripdims"),
        (lambda: np.swapaxes(dlarray(rand(2, 3), "CB"), 0, 1), "'BC'"),
        (lambda: dlarray(rand(2, 3), "CB")[None], "newaxis"),
        (lambda: dlarray(rand(2, 3), "CB") + rand(3), "same number of dimensions"),
        (lambda: np.expand_dims(dlarray(rand(2, 3), "CB"), 0), "no rule for labels"),
        (lambda: np.stack([dlarray(rand(2), "C")] * 2), "no rule for labels"),
        (lambda: np.concatenate([dlarray(rand(2), "C"), dlarray(rand(2), "B")]), "different"),
        (lambda: np.cumsum(dlarray(rand(2, 3), "CB")), "needs axis="),
        (lambda: np.fft.fft(dlarray(rand(2, 3), "CB")), "needs axis="),
        (lambda: dlarray(rand(2, 3), "CB").sum("T"), "no dimension labelled T"),
        (lambda: dlarray(rand(2, 3)).sum("C"), "has no labels"),
        (lambda: dlarray(rand(2, 3, 4), "CBT")[0, :, [0, 1]], "two steps"),
        (lambda: operator.iadd(dlarray(rand(2), "C"), dlarray(rand(3), "B")), "x = x . y"),
        (lambda: stripdims(dlarray(rand(2, 3), "CB"), "CT"), "no place for its B"),
    ],
)
def test_refusals_say_what_to_write(make, words):
    with pytest.raises(FormatError, match=words):
        make()


def test_attributes_and_classes_that_do_not_exist():
    with pytest.raises(AttributeError, match=r"extractdata\(x\).flat"):
        _ = dlarray(rand(2)).flat
    with pytest.raises(TypeError, match="numbers"):
        dlarray(["a"])
    with pytest.raises(TypeError):
        hash(dlarray(rand(2)))


def test_helpers():
    x = dlarray(rand(2, 3, 4, 5), "SSCB")
    assert dims(x) == "SSCB" and dims(rand(2)) == ""
    assert finddim(x, "S") == (0, 1) and finddim(x, "T") == () and finddim(rand(2), "C") == ()
    assert isdlarray(x) and not isdlarray(x.data) and extractdata(x) is x.data
    assert size(x) == (2, 3, 4, 5) and size(x, "C") == 4 and size(x, "T") == 1
    assert size(x, "SB") == (2, 3, 5) and size(x, 1) == 3
    y = stripdims(x, "BCSST")
    assert y.dims == "" and y.shape == (5, 4, 2, 3, 1)
    assert stripdims(x, "") is x


def test_display():
    x = dlarray(np.zeros((3, 2, 1, 2)), "SSTU")
    assert repr(x).startswith("3(S) x 2(S) x 1(T) x 2(U) dlarray\n")
    assert repr(dlarray(np.zeros((4, 3)) > 0, "SS")).startswith("4(S) x 3(S) logical dlarray\n")
    assert repr(dlarray(np.float32(2))).startswith("1x1 single dlarray\n")
    assert repr(dlarray(np.zeros((1, 2)))).startswith("1x2 dlarray\n")


def naive_align(a, fa, b, fb):
    """Both arrays with one axis for every (label, number) of either, in SCBTU order."""
    keys = {(c, f[:i].count(c)) for f in (fa, fb) for i, c in enumerate(f)}
    keys = sorted(keys, key=lambda k: ("SCBTU".index(k[0]), k[1]))

    def spread(x, f):
        have = [(c, f[:i].count(c)) for i, c in enumerate(f)]
        shape = [x.shape[have.index(k)] if k in have else 1 for k in keys]
        return x.reshape(shape)

    return spread(a, fa), spread(b, fb), "".join(k[0] for k in keys)


def test_operands_meet_by_label():
    draw = random.Random(1)
    for _ in range(60):
        sizes = {k: draw.randint(1, 4) for k in ["S0", "S1", "C0", "B0", "T0", "U0", "U1"]}
        arrays = []
        for _ in range(2):
            fmt = "".join(c * draw.randint(0, 2 if c in "SU" else 1) for c in "SCBTU") or "C"
            shape = [sizes[f"{c}{fmt[:i].count(c)}"] for i, c in enumerate(fmt)]
            x = dlarray(rand(*shape))
            arrays.append(x.label(x.data, fmt))
        x, y = arrays
        a, b, fmt = naive_align(x.data, x.format, y.data, y.format)
        z = same_on_symbols(operator.sub, x, y)
        assert z.dims == fmt
        np.testing.assert_array_equal(z, a - b)
        np.testing.assert_array_equal(same_on_symbols(np.hypot, x, y), np.hypot(a, b))


A, B, C = dlarray(rand(3, 4), "CB"), dlarray(rand(3), "C"), dlarray(rand(4), "B")
POSITIVE = dlarray(abs(rand(3, 4)) + 0.5, "CB")

ALIKE = [
    (lambda x, b: x + b, lambda x, b: x + b[:, None], "CB"),
    (lambda x, b: 2 - b * x, lambda x, b: 2 - b[:, None] * x, "CB"),
    (lambda x, b: np.exp(x) / 2.0, lambda x, b: np.exp(x) / 2.0, "CB"),
    (lambda x, b: np.where(x > 0, x, b), lambda x, b: np.where(x > 0, x, b[:, None]), "CB"),
    (lambda x, b: np.clip(x, -0.5, 0.5), lambda x, b: np.clip(x, -0.5, 0.5), "CB"),
    (lambda x, b: x.clip(-0.5, b), lambda x, b: x.clip(-0.5, b[:, None]), "CB"),
    (lambda x, b: -abs(x) ** 2, lambda x, b: -abs(x) ** 2, "CB"),
    (lambda x, b: np.sum(x, axis="C"), lambda x, b: x.sum(0, keepdims=True), "CB"),
    (lambda x, b: x.mean("B"), lambda x, b: x.mean(1, keepdims=True), "CB"),
    (lambda x, b: np.max(x, axis="CB"), lambda x, b: x.max(keepdims=True), "CB"),
    (lambda x, b: np.var(x, axis=("C", "B")), lambda x, b: x.var(keepdims=True), "CB"),
    (lambda x, b: np.sum(x), lambda x, b: np.sum(x), ""),
    (lambda x, b: np.sum(x, keepdims=True), lambda x, b: x.sum(keepdims=True), "CB"),
    (lambda x, b: np.sum(x, axis=0), lambda x, b: x.sum(0), "B"),
    (lambda x, b: x.sum(-1), lambda x, b: x.sum(-1), "C"),
    (lambda x, b: x.sum((0, 1)), lambda x, b: x.sum((0, 1)), ""),
    (lambda x, b: x.argmax("C"), lambda x, b: x.argmax(0, keepdims=True), "CB"),
    (lambda x, b: np.add.reduce(x, axis="B"), lambda x, b: x.sum(1, keepdims=True), "CB"),
    (lambda x, b: np.linalg.norm(x, axis="C"),
     lambda x, b: np.linalg.norm(x, axis=0, keepdims=True), "CB"),
    (lambda x, b: np.quantile(x, 0.5, axis="B"), lambda x, b: np.median(x, 1, keepdims=True), "CB"),
    (lambda x, b: np.cumsum(x, axis="B"), lambda x, b: np.cumsum(x, 1), "CB"),
    (lambda x, b: np.sort(x, axis="C"), lambda x, b: np.sort(x, 0), "CB"),
    (lambda x, b: np.flip(x, axis="B"), lambda x, b: x[:, ::-1], "CB"),
    (lambda x, b: np.diff(x, axis="B"), lambda x, b: np.diff(x, axis=1), "CB"),
    (lambda x, b: np.fft.fft(x, axis="B"), lambda x, b: np.fft.fft(x, axis=1), "CB"),
    (lambda x, b: np.concatenate([x, x], axis="B"), lambda x, b: np.hstack([x, x]), "CB"),
    (lambda x, b: np.repeat(x, 2, axis="C"), lambda x, b: np.repeat(x, 2, axis=0), "CB"),
    (lambda x, b: np.take(x, [0, 2], axis="C"), lambda x, b: x[[0, 2]], "CB"),
    (lambda x, b: np.split(x, 2, axis="B")[1], lambda x, b: x[:, 2:], "CB"),
    (lambda x, b: np.reshape(x, (4, 3)), lambda x, b: x.reshape(4, 3), ""),
    (lambda x, b: x.reshape(2, -1), lambda x, b: x.reshape(2, -1), ""),
    (lambda x, b: np.transpose(x, (0, 1)), lambda x, b: x, "CB"),
    (lambda x, b: np.pad(x, 1), lambda x, b: np.pad(x, 1), "CB"),
    (lambda x, b: np.zeros_like(x), lambda x, b: np.zeros_like(x), "CB"),
    (lambda x, b: np.ones((2, 3)) @ x, lambda x, b: np.ones((2, 3)) @ x, "CB"),
    (lambda x, b: x @ np.ones((4, 2)), lambda x, b: x @ np.ones((4, 2)), "CB"),
    (lambda x, b: stripdims(x).T @ stripdims(b), lambda x, b: x.T @ b, ""),
    (lambda x, b: np.einsum("ij,i->j", stripdims(x), stripdims(b)), lambda x, b: b @ x, ""),
    (lambda x, b: x[0], lambda x, b: x[0], "B"),
    (lambda x, b: x[0:1], lambda x, b: x[0:1], "CB"),
    (lambda x, b: x[..., -1], lambda x, b: x[..., -1], "C"),
    (lambda x, b: x[0, 1], lambda x, b: x[0, 1], ""),
    (lambda x, b: x[[2, 0]], lambda x, b: x[[2, 0]], "CB"),
    (lambda x, b: x[0, [2, 0]], lambda x, b: x[0, [2, 0]], "B"),
    (lambda x, b: x[b > 0], lambda x, b: x[b > 0], "CB"),
    (lambda x, b: x[x > 0], lambda x, b: x[x > 0], ""),
    (lambda x, b: x.astype(np.float32), lambda x, b: x.astype(np.float32), "CB"),
    (lambda x, b: (x + 1j * b).conj().imag, lambda x, b: 0 * x - b[:, None], "CB"),
    (lambda x, b: np.squeeze(x[:1], axis="C"), lambda x, b: x[0], "B"),
    (lambda x, b: dlarray(stripdims(b), "B") + x[0, 0], lambda x, b: b + x[0, 0], "B"),
    (lambda x, b: dlarray(stripdims(x), "BC"), lambda x, b: x.T, "CB"),
    (lambda x, b: stripdims(x, "BCT"), lambda x, b: x.T[:, :, None], ""),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "fmt"), ALIKE, ids=range(len(ALIKE)))
def test_numpy_functions_with_labels(ours, theirs, fmt):
    result = same_on_symbols(ours, A, B)
    assert result.dims == fmt
    np.testing.assert_allclose(result, theirs(A.data, B.data), rtol=1e-13)
    assert np.shape(result) == theirs(A.data, B.data).shape


def test_unformatted_arrays_are_numpy():
    x, y = dlarray(rand(3, 3)), rand(3)
    for f in (np.linalg.solve, np.matmul, np.dot, lambda a, b: a + b, lambda a, b: b / a):
        result = f(x, y)
        assert isdlarray(result) and result.dims == ""
        np.testing.assert_array_equal(result, f(x.data, y))
    assert [isdlarray(p) for p in np.linalg.qr(x)] == [True, True]
    assert np.linalg.qr(x).Q.shape == (3, 3)


def test_numpy_on_the_left():
    for result in (rand(3, 4) + A, np.float64(2) * A, np.multiply(2, A), [[1.0]] + A):
        assert isdlarray(result) and result.dims == "CB"
    a = np.zeros((3, 4))
    a += A
    assert type(a) is np.ndarray
    np.testing.assert_array_equal(a, A.data)


def test_questions_have_plain_answers():
    assert np.shape(A) == (3, 4) and np.ndim(A) == 2 and np.size(A) == 12
    assert np.allclose(A, A.data) is True and np.array_equal(A, A)
    assert not np.iscomplexobj(A) and len(A) == 3 and A.size == 12
    assert float(A[0, 0]) == A.data[0, 0] and bool(A[0, 0] == A[0, 0])
    assert np.asarray(A) is A.data and np.array([B, B]).shape == (2, 3)


def test_results_of_several_parts():
    whole, rest = divmod(POSITIVE, 0.5)
    assert whole.dims == rest.dims == "CB"
    fraction, integer = np.modf(POSITIVE)
    np.testing.assert_allclose(fraction + integer, POSITIVE)
    assert [row.dims for row in A] == ["B"] * 3


def test_in_place_changes_the_data_it_labels():
    data = rand(3, 4)
    x, before = dlarray(data, "CB"), data.copy()
    same = x
    x += B
    x[0] = 0
    x[:, 1] = B
    assert same is x and x.data is data
    np.testing.assert_array_equal(data[1:, 2:], (before + B.data[:, None])[1:, 2:])
    np.testing.assert_array_equal(data[:, 1], B)
    assert np.all(data[0, [0, 2, 3]] == 0)


def test_assignment_by_label():
    x = dlarray(np.zeros((3, 4)), "CB")
    x[:] = B
    np.testing.assert_array_equal(x, np.repeat(B.data[:, None], 4, axis=1))
    with pytest.raises(FormatError, match="the place is labelled"):
        x[0] = B


def test_scalars_change_as_in_python():
    total = np.sum(A)
    before = total
    total += 1
    assert float(total) == float(before) + 1


def test_out_must_have_the_labels_of_the_result():
    target = dlarray(np.zeros((3, 4)), "CB")
    assert np.exp(A, out=target) is target
    np.testing.assert_array_equal(target, np.exp(A.data))
    with pytest.raises(FormatError, match="out="):
        np.exp(A, out=dlarray(np.zeros((3, 4)), "CT"))


def test_copies():
    for other in (pickle.loads(pickle.dumps(A)), copy.copy(A), copy.deepcopy(A), A.copy()):
        assert other.dims == "CB" and not np.shares_memory(other.data, A.data)
        np.testing.assert_array_equal(other, A)


def test_float32_stays():
    x = dlarray(rand(3, 4).astype(np.float32), "CB")
    for y in (2.0 * x, x**2, x.mean("C"), np.exp(x) + 1, x / x.sum()):
        assert y.dtype == np.float32


def test_squeeze_without_axis():
    assert np.squeeze(dlarray(rand(1, 3, 1), "SCB")).dims == "C"
    assert dlarray(rand(1, 1), "CB").squeeze().dims == ""
