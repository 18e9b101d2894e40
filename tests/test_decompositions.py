"""Decompositions against differences, where a generic test has no say.

Functions that read one triangle are moved along Hermitian directions only; vectors are met in
losses that do not depend on their signs, phases and order.
"""

import warnings

import numpy as np
import pytest
from dlgrad.runtime.declare import NAMES, Primitive, Unsupported, case, conjugate, normal
from test_table import check_differences, check_second_order, check_symbols
from trials import Trial


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def draw(rng, *shape, dtype=float):
    x = rng.standard_normal(shape)
    return x + 1j * rng.standard_normal(shape) if dtype is complex else x


def hermitian(a):
    return np.conj(np.swapaxes(a, -1, -2))


def inner(a, b):
    return np.sum(np.real(np.conj(a) * b))


def cotangent(name, dy, y, a, **options):
    row = NAMES[name]
    return row.vjps[row.params[0]](dy, y, **{row.params[0]: a, **options})


def assert_agrees(loss, d, a, directions, h=1e-6):
    for t in directions:
        assert inner(d, t) == pytest.approx(
            (loss(a + h * t) - loss(a - h * t)) / (2 * h), rel=1e-6, abs=1e-7
        )


def hermitian_matrix(rng, *lead, n=3, dtype=float):
    a = draw(rng, *lead, n, n, dtype=dtype)
    return a + hermitian(a)


@pytest.mark.parametrize("dtype", [float, complex])
@pytest.mark.parametrize("lead", [(), (2,)])
@pytest.mark.parametrize("upper", [False, True])
def test_cholesky(rng, dtype, lead, upper):
    a = draw(rng, *lead, 3, 3, dtype=dtype)
    a = a @ hermitian(a) + np.eye(3)
    weights = draw(rng, *lead, 3, 3, dtype=dtype)
    y = np.linalg.cholesky(a, upper=upper)
    d = cotangent("linalg.cholesky", weights, y, a, upper=upper)
    np.testing.assert_allclose(d, hermitian(d))
    directions = [hermitian_matrix(rng, *lead, dtype=dtype) for _ in range(3)]
    assert_agrees(lambda x: inner(weights, np.linalg.cholesky(x, upper=upper)), d, a, directions)


@pytest.mark.parametrize("dtype", [float, complex])
@pytest.mark.parametrize("lead", [(), (2,)])
@pytest.mark.parametrize("uplo", ["L", "U"])
def test_eigh(rng, dtype, lead, uplo):
    a = hermitian_matrix(rng, *lead, dtype=dtype)
    g, c = draw(rng, *lead, 3, 3), draw(rng, *lead, 3)

    def loss(x):
        w, v = np.linalg.eigh(x, UPLO=uplo)
        return np.sum(g * np.abs(v) ** 2) + np.sum(c * w)

    w, v = np.linalg.eigh(a, UPLO=uplo)
    d = cotangent("linalg.eigh", (c, 2 * g * v), (w, v), a, UPLO=uplo)
    directions = [hermitian_matrix(rng, *lead, dtype=dtype) for _ in range(3)]
    assert_agrees(loss, d, a, directions)
    values = cotangent("linalg.eigvalsh", c, w, a, UPLO=uplo)
    assert_agrees(lambda x: np.sum(c * np.linalg.eigvalsh(x, UPLO=uplo)), values, a, directions)


def test_repeated_eigenvalues_leave_what_is_defined():
    a = np.diag([2.0, 2.0, 5.0])
    w, v = np.linalg.eigh(a)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        d = cotangent("linalg.eigh", (np.array([1.0, 1.0, 0.5]), np.zeros((3, 3))), (w, v), a)
        projector = 2 * v * np.array([0, 0, 1.0])
        of_projector = cotangent("linalg.eigh", (np.zeros(3), projector), (w, v), a)
    np.testing.assert_allclose(d, np.diag([1.0, 1.0, 0.5]))
    assert np.isfinite(of_projector).all()


def test_an_undefined_direction_is_not_finite():
    w, v = np.linalg.eigh(np.eye(2))
    d = cotangent("linalg.eigh", (np.zeros(2), np.array([[0.0, 1.0], [0.0, 0.0]])), (w, v), np.eye(2))
    assert not np.isfinite(d).all()


@pytest.mark.parametrize("lead", [(), (2,)])
def test_eig(rng, lead):
    a = draw(rng, *lead, 3, 3, dtype=complex)
    g, c = draw(rng, *lead, 3, 3), draw(rng, *lead, 3, dtype=complex)

    def loss(x, order):
        w, v = np.linalg.eig(x)
        return np.sum(g * np.abs(v) ** 2) + inner(c, w)

    w, v = np.linalg.eig(a)
    d = cotangent("linalg.eig", (c, 2 * g * v), (w, v), a)
    assert_agrees(lambda x: loss(x, w), d, a, [draw(rng, *lead, 3, 3, dtype=complex) for _ in range(3)])


@pytest.mark.parametrize("name", ["eig", "eigvals"])
def test_eig_of_a_real_matrix_is_refused(rng, name):
    a = draw(rng, 3, 3)
    y = getattr(np.linalg, name)(a)
    with pytest.raises(Unsupported, match="astype"):
        cotangent(f"linalg.{name}", y, y, a)


def test_a_loss_of_phases_is_refused(rng):
    a = hermitian_matrix(rng, dtype=complex)
    y = np.linalg.eigh(a)
    with pytest.raises(ValueError, match="phases"):
        cotangent("linalg.eigh", (np.zeros(3), draw(rng, 3, 3, dtype=complex)), tuple(y), a)
    u, s, vh = np.linalg.svd(a)
    with pytest.raises(ValueError, match="phases"):
        cotangent("linalg.svd", (draw(rng, 3, 3, dtype=complex), s, 0 * vh), (u, s, vh), a)


@pytest.mark.parametrize("dtype", [float, complex])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (1, 3), (2, 4, 3)])
def test_svd(rng, dtype, full, shape):
    a = draw(rng, *shape, dtype=dtype)
    u, s, vh = np.linalg.svd(a, full_matrices=full)
    k = s.shape[-1]
    g, h, c = draw(rng, *u.shape), draw(rng, *vh.shape), draw(rng, *s.shape)
    g[..., k:], h[..., k:, :] = 0, 0
    m = draw(rng, *shape, dtype=dtype)
    p = draw(rng, *shape[:-2], *2 * u.shape[-2:-1], dtype=dtype)

    def loss(x):
        u, s, vh = np.linalg.svd(x, full_matrices=full)
        rest = u[..., k:]
        return (
            np.sum(g * np.abs(u) ** 2) + np.sum(h * np.abs(vh) ** 2) + np.sum(c * s)
            + inner(m, u[..., :k] @ vh[..., :k, :]) + inner(p, rest @ hermitian(rest))
        )  # fmt: skip

    du, dvh = 2 * g * u, 2 * h * vh
    du[..., :k] += m @ hermitian(vh[..., :k, :])
    dvh[..., :k, :] += hermitian(u[..., :k]) @ m
    du[..., k:] += (p + hermitian(p)) @ u[..., k:]
    d = cotangent("linalg.svd", (du, c, dvh), (u, s, vh), a, full_matrices=full)
    assert_agrees(loss, d, a, [draw(rng, *shape, dtype=dtype) for _ in range(3)])


def test_singular_values_alone_never_divide(rng):
    column = draw(rng, 3, 1)
    a = column @ column.T
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for matrix in (a, np.zeros((3, 2)), np.eye(3), np.ones((2, 4))):
            u, s, vh = np.linalg.svd(matrix, full_matrices=False)
            d = cotangent("linalg.svd", (0 * u, np.ones_like(s), 0 * vh), (u, s, vh), matrix,
                          full_matrices=False)  # fmt: skip
            np.testing.assert_allclose(d, u @ vh)


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (3, 3)])
def test_pinv_of_a_matrix_that_keeps_a_low_rank(rng, shape):
    left, right = draw(rng, shape[0], 2), draw(rng, 2, shape[1])
    a, weights = left @ right, draw(rng, *shape[::-1])
    d = cotangent("linalg.pinv", weights, np.linalg.pinv(a), a)
    t_left, t_right = draw(rng, *left.shape), draw(rng, *right.shape)

    def loss(h):
        return inner(weights, np.linalg.pinv((left + h * t_left) @ (right + h * t_right), rcond=1e-8))

    moved = inner(d, t_left @ right + left @ t_right)
    assert moved == pytest.approx((loss(1e-6) - loss(-1e-6)) / 2e-6, rel=1e-5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("lengths", [(2, 2), (2, 3), (3, 2)])
def test_cross_of_plane_vectors(rng, lengths):
    a, b = (draw(rng, 5, n) for n in lengths)
    y = np.cross(a, b)
    w = draw(rng, *y.shape)
    row = NAMES["cross"]
    da, db = (row.vjps[p](w, y, a=a, b=b) for p in "ab")
    assert_agrees(lambda x: inner(w, np.cross(x, b)), da, a, [draw(rng, *a.shape)])
    assert_agrees(lambda x: inner(w, np.cross(a, x)), db, b, [draw(rng, *b.shape)])


# --- second derivatives, of functions that all directions may move ----------------------------


def flipped(a):
    return conjugate(a).mT


def of_symmetric(name, **options):
    """The function of a + a^H."""
    row = NAMES[name]

    def rule(dy, y, a):
        d = row.vjps["a"](dy, y, a + flipped(a), **options)
        return d + flipped(d)

    return Primitive(lambda a: row.fun(a + flipped(a), **options), name, ("a",), False, {"a": rule})


def of_square(name, **options):
    """The function of a a^H."""
    row = NAMES[name]

    def rule(dy, y, a):
        return 2 * row.vjps["a"](dy, y, a @ flipped(a), **options) @ a

    return Primitive(lambda a: row.fun(a @ flipped(a), **options), name, ("a",), False, {"a": rule})


def without_phases(name, values, **options):
    """The values of a decomposition, and the squared sizes of its vectors."""
    row = NAMES[name]

    def fun(a):
        return tuple(y if i == values else abs(y) ** 2 for i, y in enumerate(row.fun(a, **options)))

    def rule(dy, y, a):
        parts = row.fun(a, **options)
        both = enumerate(zip(dy, parts, strict=True))
        pulled = tuple(d if i == values else 2 * d * p for i, (d, p) in both)
        return row.vjps["a"](pulled, tuple(parts), a, **options)

    return Primitive(fun, name, ("a",), False, {"a": rule})


BOTH = (float, complex)
SECOND = [
    (row, dtype)
    for row, dtypes in [
        (of_symmetric("linalg.eigh"), (float,)), (of_symmetric("linalg.eigh", UPLO="U"), (float,)),
        (of_symmetric("linalg.eigvalsh"), BOTH), (of_square("linalg.cholesky"), BOTH),
        (of_square("linalg.cholesky", upper=True), BOTH), (without_phases("linalg.eig", 0), (complex,)),
        (without_phases("linalg.svd", 1, full_matrices=False), BOTH),
    ]
    for dtype in dtypes
]  # fmt: skip


@pytest.mark.parametrize(("row", "dtype"), SECOND, ids=lambda x: getattr(x, "name", None) or x.__name__)
@pytest.mark.parametrize("shape", [(3, 3), (1, 1), (2, 3, 3)])
@pytest.mark.parametrize("check", [check_differences, check_symbols, check_second_order])
def test_second_derivatives(row, dtype, shape, check):
    check(Trial(row, case(normal(*shape, dtype=dtype)), seed=4))
