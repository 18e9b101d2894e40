"""jvp, jacobian, hessian, hvp and dljacobian with its kin, against differences and loops of vjp."""

from __future__ import annotations

from collections import namedtuple

import dlgrad as dl
import numpy as np
import pytest
from agreement import difference, flat, moved, run, slopes
from dlgrad.runtime.errors import DLError
from dlgrad.transpile import derive
from test_programs import listed

RNG = np.random.default_rng(3)
Pair = namedtuple("Pair", "left right")


def net(x, p):
    h = np.tanh(p["w"] @ x + p["b"])
    return {"h": h, "sum": np.sum(h**2), "n": 3, "pair": Pair(h[0] * x, h * 2.0)}


def parameters(n=3, m=4):
    return RNG.normal(size=n), {"w": RNG.normal(size=(m, n)), "b": RNG.normal(size=m), "name": "net"}


def rows_of_vjp(f, args, k):
    """The Jacobian of an array-valued function, one vjp after the other."""
    value, pull = dl.vjp(f, *args)
    rows = []
    for i in np.ndindex(np.shape(value)):
        dy = np.zeros(np.shape(value))
        dy[i] = 1.0
        rows.append(pull(dy if np.ndim(value) else 1.0)[k])
    return np.reshape(rows, (*np.shape(value), *np.shape(args[k])))


def columns_of_differences(f, x, h=1e-4):
    """The Jacobian by central differences."""
    x = np.asarray(x, dtype=float)
    columns = []
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        columns.append((8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h))
    out = np.moveaxis(np.array(columns), 0, -1)
    return out.reshape(*np.shape(f(x)), *x.shape)


# --- structures -----------------------------------------------------------------------------


def test_jvp_of_containers():
    x, p = parameters()
    dx, dp = RNG.normal(size=3), {"w": RNG.normal(size=(4, 3)), "b": RNG.normal(size=4), "name": "net"}
    value, tangent = dl.jvp(net, (x, p), (dx, dp))
    assert difference(value, net(x, p)) is None
    at = [net(x + s * dx, {**p, "w": p["w"] + s * dp["w"], "b": p["b"] + s * dp["b"]}) for s in (1e-6, -1e-6)]
    assert tangent["n"] == 3 and type(tangent["pair"]) is Pair
    np.testing.assert_allclose(flat(tangent), (flat(at[0]) - flat(at[1])) / 2e-6, atol=1e-8)


def test_a_tangent_of_none_does_not_move():
    x, p = parameters()
    dx = RNG.normal(size=3)
    still = {"w": np.zeros((4, 3)), "b": np.zeros(4), "name": "net"}
    assert difference(dl.jvp(net, (x, p), (dx, None))[1], dl.jvp(net, (x, p), (dx, still))[1]) is None


def test_jacobian_of_containers():
    x, p = parameters()
    for mode in ("forward", "reverse", "auto"):
        found = dl.jacobian(net, argnums=(1, 0), mode=mode)(x, p)
        assert list(found) == ["h", "sum", "n", "pair"] and found["n"] == 3
        by_p, by_x = found["pair"].left
        assert by_p["name"] == "net" and by_p["w"].shape == (3, 4, 3) and by_x.shape == (3, 3)
        np.testing.assert_allclose(by_x, columns_of_differences(lambda v: net(v, p)["pair"].left, x), atol=1e-8)
        np.testing.assert_allclose(found["sum"][1], columns_of_differences(lambda v: net(v, p)["sum"], x), atol=1e-8)
        np.testing.assert_allclose(
            found["h"][0]["w"], columns_of_differences(lambda v: net(x, {**p, "w": v})["h"], p["w"]), atol=1e-8)


def loss(x, p):
    return net(x, p)["sum"] + np.sum(x**3) * p["b"][0]


def test_hessian_of_containers():
    x, p = parameters()
    found = dl.hessian(loss, argnums=(0, 1))(x, p)
    slope = dl.grad(loss, argnums=(0, 1))
    np.testing.assert_allclose(found[0][0], columns_of_differences(lambda v: slope(v, p)[0], x), atol=1e-7)
    np.testing.assert_allclose(found[0][1]["w"],
                               columns_of_differences(lambda v: slope(x, {**p, "w": v})[0], p["w"]), atol=1e-7)
    np.testing.assert_allclose(found[1]["b"][1]["w"],
                               columns_of_differences(lambda v: slope(x, {**p, "w": v})[1]["b"], p["w"]), atol=1e-7)
    np.testing.assert_allclose(found[1]["w"][0], np.moveaxis(found[0][1]["w"], 0, -1), atol=1e-12)
    assert found[1]["w"][1]["w"].shape == (4, 3, 4, 3)


def test_hvp_is_the_hessian_times_a_direction():
    x, p = parameters()
    dx, dp = RNG.normal(size=3), {"w": RNG.normal(size=(4, 3)), "b": RNG.normal(size=4), "name": "net"}
    by_x, by_p = dl.hvp(loss, (x, p), (dx, dp))
    whole = dl.hessian(loss, argnums=(0, 1))(x, p)
    np.testing.assert_allclose(
        by_x, whole[0][0] @ dx + np.tensordot(whole[0][1]["w"], dp["w"], 2) + whole[0][1]["b"] @ dp["b"])
    np.testing.assert_allclose(
        by_p["b"], whole[1]["b"][0] @ dx + np.tensordot(whole[1]["b"][1]["w"], dp["w"], 2)
        + whole[1]["b"][1]["b"] @ dp["b"])  # fmt: skip
    assert len(dl.hvp(loss, (x, p), (dx, None))) == 1


@pytest.mark.parametrize("argnums", [0, (0,), (0, 1), -1])
def test_positions(argnums):
    def f(a, b):
        return np.outer(a, b) * b

    a, b = RNG.normal(size=2), RNG.normal(size=3)
    found = dl.jacobian(f, argnums)(a, b)
    found = found if isinstance(found, tuple) else (found,)
    for j, k in zip(found, argnums if isinstance(argnums, tuple) else (argnums % 2,), strict=True):
        np.testing.assert_allclose(j, rows_of_vjp(f, (a, b), k))
    assert isinstance(dl.jacobian(f, argnums)(a, b), tuple) is isinstance(argnums, tuple)


# --- shapes and dtypes ----------------------------------------------------------------------


def product(a, b):
    return np.sin(a) * b


SHAPES = [(), (1,), (3,), (2, 3), (1, 3), (1, 1), (0,), (0, 3)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("mode", ["forward", "reverse", "auto"])
def test_shapes(shape, mode):
    a, b = RNG.normal(size=shape), RNG.normal(size=3)
    if shape == (0,):
        b = b[:1]
    found = dl.jacobian(product, (0, 1), mode=mode)(a, b)
    for k in (0, 1):
        assert np.shape(found[k]) == (*np.shape(product(a, b)), *np.shape((a, b)[k]))
        np.testing.assert_allclose(found[k], rows_of_vjp(product, (a, b), k))
    if np.size(a):
        assert dl.jvp(product, (a, b), (a, b))[1].shape == product(a, b).shape


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_float32_stays(mode):
    x, w = RNG.normal(size=3).astype(np.float32), RNG.normal(size=(2, 3)).astype(np.float32)
    f = lambda x, w: np.tanh(w @ x)  # noqa: E731
    assert dl.jacobian(f, mode=mode)(x, w).dtype == np.float32
    assert dl.jvp(f, (x, w), (np.ones(3), None))[1].dtype == np.float32
    g = lambda x, w: np.sum(np.tanh(w @ x))  # noqa: E731
    assert dl.hessian(g)(x, w).dtype == np.float32
    assert dl.hvp(g, (x, w), (x, None))[0].dtype == np.float32
    mixed = dl.jacobian(f, (0, 1), mode=mode)(x.astype(float), w)
    assert mixed[0].dtype == mixed[1].dtype == np.float64


def test_numbers():
    f = lambda a, b: a**3 * b  # noqa: E731
    assert dl.jacobian(f)(2.0, 3.0) == 36.0 and dl.hessian(f)(2.0, 3.0) == 36.0
    assert dl.jvp(f, (2.0, 3.0), (1, 0.5)) == (24.0, 40.0)
    assert dl.hvp(f, (2.0, 3.0), (1.0, 1.0)) == (48.0, 12.0)
    assert dl.hessian(f, (0, 1))(2.0, 3.0) == ((36.0, 12.0), (12.0, 0.0))
    np.testing.assert_array_equal(dl.jacobian(lambda a: a * np.arange(3.0))(2.0), np.arange(3.0))


def test_jvp_of_complex_numbers():
    f = lambda z, a: np.exp(z) * a + np.abs(z)  # noqa: E731
    z, a = RNG.normal(size=3) + 1j * RNG.normal(size=3), RNG.normal(size=3)
    dz, da = RNG.normal(size=3) + 1j * RNG.normal(size=3), RNG.normal(size=3)
    expected = (f(z + 1e-6 * dz, a + 1e-6 * da) - f(z - 1e-6 * dz, a - 1e-6 * da)) / 2e-6
    np.testing.assert_allclose(dl.jvp(f, (z, a), (dz, da))[1], expected, atol=1e-8)


def test_nan_stays_where_it_is():
    x = np.array([1.0, np.nan, 2.0])
    for mode in ("forward", "reverse"):
        found = dl.jacobian(lambda x: np.exp(x) * 2, mode=mode)(x)
        assert np.isnan(np.diag(found)).tolist() == [False, True, False]


def test_labels():
    x = dl.dlarray(RNG.normal(size=(2, 3)), "CB")
    tangent = dl.jvp(lambda x: np.exp(x), (x,), (x,))[1]
    assert tangent.dims == "CB" and np.allclose(tangent.data, np.exp(x.data) * x.data)
    assert dl.jacobian(lambda x: np.exp(x))(x).shape == (2, 3, 2, 3)


def test_a_result_that_does_not_depend():
    x = RNG.normal(size=3)
    f = lambda x, y: (y * 2.0, np.sum(x))  # noqa: E731
    np.testing.assert_array_equal(dl.jacobian(f)(x, x)[0], np.zeros((3, 3)))
    np.testing.assert_array_equal(dl.jacobian(f, mode="forward")(x, x)[0], np.zeros((3, 3)))
    np.testing.assert_array_equal(dl.jvp(f, (x, x), (x, None))[1][0], np.zeros(3))
    np.testing.assert_array_equal(dl.hessian(lambda x: np.sum(x))(x), np.zeros((3, 3)))
    np.testing.assert_array_equal(dl.hvp(lambda x: np.sum(x), (x,), (x,))[0], np.zeros(3))


def test_results_are_nobody_elses():
    x = RNG.normal(size=3)
    for found in (dl.jvp(lambda x: x, (x,), (x,))[1], dl.hvp(lambda x: np.sum(x**2) / 2, (x,), (x,))[0]):
        kept = x.copy()
        found *= 0
        np.testing.assert_array_equal(x, kept)


def test_arguments_that_are_changed_are_those_that_were_given():
    def f(x):
        x[0] = x[1] * x[0]
        return x * x[0]

    x = np.array([2.0, 3.0])
    python = x.copy()
    value = f(python)
    given = x.copy()
    found, tangent = dl.jvp(f, (given,), (np.array([1.0, 0.0]),))
    np.testing.assert_array_equal(found, value)
    np.testing.assert_array_equal(given, python)
    np.testing.assert_allclose(tangent, [36.0, 9.0])
    np.testing.assert_allclose(dl.jacobian(f)(x.copy()), [[36.0, 24.0], [9.0, 12.0]])


def test_of_each_other():
    f = lambda x: np.sum(np.sin(x) * x**2)  # noqa: E731
    x, v = RNG.normal(size=3), RNG.normal(size=3)
    whole = dl.hessian(f)(x)
    np.testing.assert_allclose(dl.jacobian(dl.grad(f))(x), whole)
    np.testing.assert_allclose(dl.jacobian(dl.grad(f), mode="forward")(x), whole)
    np.testing.assert_allclose(dl.jvp(dl.grad(f), (x,), (v,))[1], whole @ v)
    np.testing.assert_allclose(dl.jvp(dl.hessian(f), (x,), (v,))[1],
                               np.einsum("ijk,k", dl.jacobian(dl.hessian(f))(x), v))  # fmt: skip
    np.testing.assert_allclose(dl.hvp(lambda x: np.sum(dl.hessian(f)(x) ** 2), (x,), (v,))[0],
                               dl.jvp(dl.grad(lambda x: np.sum(dl.hessian(f)(x) ** 2)), (x,), (v,))[1])  # fmt: skip


# --- all directions at once, and one by one ---------------------------------------------------


def operations(a, w):
    yield "elementwise", lambda x: np.tanh(x) * a + np.maximum(x, a)
    yield "matmul left", lambda x: x @ w
    yield "matmul right", lambda x: w @ x.T
    yield "vectors", lambda x: w @ x[0] + x[1] @ w + x[0] @ a[0]
    yield "stacks", lambda x: np.matmul(np.stack([x, 2 * x]), w) + np.matmul(a[None], x.T)[..., :1]
    yield "reductions", lambda x: x.sum(axis=0) * np.mean(x) + np.sum(x * a, axis=1, keepdims=True)
    yield "broadcast", lambda x: x[0] * x[:, :1] + x.mean(axis=1)[:, None]
    yield "shapes", lambda x: np.reshape(x.T, (3, -1)).ravel()[:3] * np.swapaxes(x, 0, 1)[:2, :1]
    yield "joins", lambda x: np.concatenate([x, a * x], axis=1)[:, ::2] @ np.stack([x[0], x[1]]).T
    yield "places", lambda x: x[[0, 2, 0]] * x[1:2] - x[:, [1]] + x[x.shape[0] - 1, 0]
    yield "stores", stores
    yield "sort", lambda x: np.sort(x, axis=0) * np.cumsum(x, axis=1) + np.flip(x, axis=0)
    yield "roll", lambda x: np.roll(x, 1, axis=1) + np.triu(x) * np.expand_dims(x, 0)[0]
    yield "einsum", lambda x: np.einsum("ij,jk->ik", x, w) + np.tensordot(x, w, 1) + np.outer(x[0], a[0])
    yield "solve", lambda x: np.linalg.solve(w + 4 * np.eye(3), x) + np.linalg.solve(w + 4 * np.eye(3), x[0])
    yield "selection", lambda x: np.where(x > 0, x * a, np.exp(x))
    yield "loop", loop
    yield "branch", branch
    yield "helper", lambda x: helper(helper(x, a), x)
    yield "numbers", lambda x: float(x[0, 0]) * x + np.sum(x) ** 2
    yield "scan", scan


def stores(x):
    y = np.zeros((3, 3))
    y[0] = x[1] * 2
    y[1:, 0] = x[:2, 1] ** 2
    y[2, 1] += x[0, 0]
    return y * x


def loop(x):
    h = x
    for i in range(3):
        h = np.tanh(h) * x[i] + h[0]
    return h


def branch(x):
    if np.sum(x**2) > 0:
        y = x * x
    else:
        y = np.exp(x)
    return y.T


def helper(x, y):
    return np.sin(x) * y.sum(axis=0)


def scan(x):
    rows = []
    for row in x:
        rows.append(row * np.sum(x))
    return np.stack(rows)


A, W = RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3))


@pytest.mark.parametrize(("name", "f"), [pytest.param(n, f, id=n) for n, f in operations(A, W)])
def test_at_once_and_one_by_one(name, f, monkeypatch):
    x = RNG.normal(size=(3, 3))
    expected = columns_of_differences(f, x)
    scalar = lambda x: np.sum(np.sin(f(x)))  # noqa: E731
    slope = dl.grad(scalar)
    second = columns_of_differences(slope, x)
    for once in (True, False):
        if not once:
            monkeypatch.setattr(derive, "batched", lambda *given: None)
            f, scalar = again(f), again(scalar, f)
        for mode in ("forward", "reverse"):
            np.testing.assert_allclose(dl.jacobian(f, mode=mode)(x), expected, atol=1e-7)
        np.testing.assert_allclose(dl.hessian(scalar)(x), second, atol=1e-6)


def again(f, inner=None):
    """The function with a code object of its own, which nothing was written for yet."""
    fresh = type(f)(f.__code__.replace(co_firstlineno=f.__code__.co_firstlineno), f.__globals__, f.__name__,
                    f.__defaults__, f.__closure__)  # fmt: skip
    return fresh


@pytest.mark.parametrize("name", ["elementwise", "matmul left", "matmul right", "vectors", "stacks", "reductions",
                                  "broadcast", "shapes", "joins", "stores", "roll", "einsum", "selection", "loop",
                                  "branch", "helper"])  # fmt: skip
def test_no_loop_over_directions(name):
    f = dict(operations(A, W))[name]
    text = dl.gradient_source(dl.jacobian(f, mode="reverse"), np.ones((3, 3)))
    assert "for seed" not in text and "basis(" in text


# --- every program ----------------------------------------------------------------------------


def directions(program, arguments):
    rng = np.random.default_rng(5)
    found = {}
    for k in program.argnums:
        like = arguments[k]
        still = moved(like, iter(-flat(like)))
        found[k] = moved(still, iter(rng.normal(size=flat(like).size)))
    return found


def by_module():
    """The programs of all modules, each with its name, by module."""
    found = {}
    for param in listed("PROGRAMS"):
        module, _, name = param.id.partition("-")
        found.setdefault(module, []).append((name, param.values[0]))
    return found


MODULES = by_module()
# How many programs of a module have no second derivative yet: no more than these.
REFUSED = {
    "accelerated": 2, "blocks": 3, "branches": 2, "buffers": 1, "building_dicts": 2, "building_lists": 3, "calls":
    5, "checkpoints": 4, "classes_with_gradients": 6, "comprehensions": 29, "containers": 5, "custom": 3, "effects":
    2, "first_turns": 6, "functions_as_values": 9, "generators": 5, "growing": 17, "indices": 1, "iterators": 2,
    "layers": 19, "linear_algebra": 2, "lists_of_containers": 9, "loops": 2, "matching": 3, "memory_of_helpers": 2,
    "names": 8, "networks": 8, "objects": 3, "physics": 2, "scalars": 2, "scopes": 3, "stacks": 12, "subtle_blocks":
    13, "tables": 1, "tries": 30,
}  # fmt: skip


def answers(module, ask):
    """(name, program, arguments, directions, answer) of the programs that are not refused, and how many are."""
    found, refused = [], []
    for name, program in MODULES[module]:
        arguments = program.arguments(np.random.default_rng(4), 4)
        moves = directions(program, arguments)
        tangents = tuple(moves.get(k) for k in range(len(arguments)))
        mine = run(lambda *given: ask(program.function, given, tangents), arguments)  # noqa: B023
        if isinstance(mine.raised, DLError):
            refused.append(name)
        elif mine.raised is not None:
            raise mine.raised
        else:
            found.append((name, program, arguments, moves, mine.value))
    return found, refused


@pytest.mark.parametrize("module", MODULES)
def test_jvp_of_programs(module):
    """The value is Python's to the bit; the tangent is what differences say."""
    found, refused = answers(module, dl.jvp)
    assert len(refused) <= REFUSED.get(module, 0), refused
    for name, program, arguments, moves, (value, tangent) in found:
        assert difference(value, run(program.function, arguments).value) is None, name
        expected = sum(slopes(program.function, arguments, k, program.h) @ flat(v) for k, v in moves.items())
        np.testing.assert_allclose(np.real(tangent), expected, rtol=1e-5, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("module", MODULES)
def test_hvp_of_programs(module):
    """The product is how the gradient moves in the direction."""
    found, refused = answers(module, dl.hvp)
    assert len(refused) <= REFUSED.get(module, 0), refused
    for name, program, arguments, moves, product in found:
        expected, tolerance = movement(program, arguments, moves)
        mine = np.concatenate([flat(g) for g in product])
        assert np.max(np.abs(mine - expected), initial=0.0) < tolerance, name


def movement(program, arguments, moves):
    """How the gradient moves in a direction, by differences with two steps that say the same, and how well they know.

    Neighbouring steps of the fourth order: smaller ones where something bends near by, larger ones for float32.
    """
    slope = dl.grad(program.function, program.argnums)

    def at(s):
        given = [moved(a, iter(s * flat(moves[k]))) if k in moves else a for k, a in enumerate(arguments)]
        return np.concatenate([flat(g) for g in run(slope, tuple(given)).value])

    def differences(h):
        return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)

    for wide, narrow, agreed in ((1e-3, 1e-4, 1e-5), (1e-4, 2.5e-5, 1e-5), (3e-3, 1e-3, 3e-4)):
        first, second = differences(wide), differences(narrow)
        scale = 1 + np.max(np.abs(second), initial=0.0)
        if np.max(np.abs(first - second), initial=0.0) < agreed * scale:
            return (second if agreed < 1e-4 else first), 2 * agreed * scale
    raise AssertionError(f"no two steps agree for {program.function.__name__}")


# --- what is said to what cannot be done ------------------------------------------------------


def test_tangents_that_do_not_fit():
    f = lambda x, p: np.sum(x) * p["a"]  # noqa: E731
    x, p = np.ones(3), {"a": 1.0}
    with pytest.raises(ValueError, match=r"tangents\[0\] has shape \(2,\) where primals\[0\] has \(3,\)"):
        dl.jvp(f, (x, p), (np.ones(2), None))
    with pytest.raises(ValueError, match=r"tangents\[1\]\['a'\] is missing"):
        dl.jvp(f, (x, p), (x, {}))
    with pytest.raises(ValueError, match="2 primals and 1 tangents"):
        dl.hvp(f, (x, p), (x,))
    with pytest.raises(TypeError, match="primals must be a tuple"):
        dl.jvp(f, x, (x,))
    with pytest.raises(ValueError, match="all tangents are None"):
        dl.jvp(f, (x, p), (None, None))
    with pytest.raises(ValueError, match=r"tangents\[0\] is complex"):
        dl.jvp(f, (x, p), (x * 1j, None))
    with pytest.raises(DLError, match=r"primals\[0\] holds no floating point number"):
        dl.jvp(f, (np.arange(3), p), (np.arange(3), None))
    with pytest.raises(ValueError, match="mode must be one of 'auto', 'forward', 'reverse'"):
        dl.jacobian(f, mode="backward")


def test_results_that_do_not_fit():
    with pytest.raises(DLError, match="returns an array of shape"):
        dl.hessian(lambda x: x * 2)(np.ones(3))
    with pytest.raises(DLError, match="returns nothing that moves"):
        dl.jacobian(lambda x: "text")(np.ones(3))
    with pytest.raises(DLError, match="a Jacobian with"):
        dl.jacobian(lambda x: x * 1j)(np.ones(3))
    with pytest.raises(DLError, match=r"the argument x of .* holds integers"):
        dl.jacobian(lambda x: x * 2.0)(np.arange(3))
    with pytest.raises(DLError, match="out of range"):
        dl.jacobian(lambda x: x * 2.0, argnums=1)(np.ones(3))


X = np.ones((4, 3))
WRONG = [
    (lambda x: dl.dljacobian(x * 2, x, 2), X, "u of dljacobian, x \\* 2, has 2 axes, so there is no axis 2"),
    (lambda x: dl.dljacobian(np.sum(x), x, 0), X, "u of dljacobian, np.sum\\(x\\), is one number"),
    (lambda x: dl.dljacobian(x[0], x, 0), X, "x of dljacobian, x, has 2 axes and u has 1"),
    (lambda x: dl.dljacobian(np.sum(x, axis=0, keepdims=True), x, 1), X, "x of dljacobian.*axis 0 has another size"),
    (lambda x: dl.dllaplacian(x * 1j, x, 1), X, "u of dllaplacian.*is complex"),
    (lambda x: dl.dldivergence(x > 0, x, 1), X, "u of dldivergence.*holds no floats"),
    (lambda x: dl.dldivergence([x, x], x, 1), X, "u of dldivergence.*is no array"),
    (lambda x: dl.dljacobian(x * 2, "x", 1), X, "x of dljacobian.*"),
    (lambda x: dl.dljacobian(x * 2, x, 1.0), X, "the axis of dljacobian must be one integer"),
    (lambda x: dl.dljacobian(x * 2, x), X, "dljacobian needs axis"),
    (lambda x: dl.dljacobian(x * 2, x, 1, Higher=True), X, "dljacobian has no option Higher"),
    (lambda x: dl.dldivergence(x[:, :1], x, 1), X, "x of dldivergence"),
    (lambda x: dl.dljacobian(x * 2, x, 1), dl.dlarray(X, "BC"), "has the format .*stripdims"),
]


@pytest.mark.parametrize(("model", "x", "message"), WRONG, ids=[m for _, _, m in WRONG])
def test_operands_that_do_not_fit(model, x, message):
    with pytest.raises(DLError, match=f"(?s){message}"):
        dl.dlfeval(model, x)


def test_sizes_that_do_not_fit():
    def model(x, y):
        return dl.dljacobian(x * 2, y, 1)

    with pytest.raises(ValueError, match=r"same sizes apart from axis 1: u has shape \(4, 3\), x \(5, 3\)"):
        dl.dlfeval(model, X, np.ones((5, 3)))
    with pytest.raises(ValueError, match="same size along axis 1"):
        dl.dlfeval(lambda x: dl.dldivergence(x[:, :2] * 2, x, 1), X)


@pytest.mark.parametrize("name", ["dljacobian", "dldivergence", "dllaplacian"])
def test_outside_a_model(name):
    with pytest.raises(dl.TraceError, match=f"{name} was called outside dlfeval"):
        getattr(dl, name)(X, X, 1)


def test_unconnected_is_zero_with_a_warning():
    with pytest.warns(dl.GradientWarning, match="does not depend on y"):
        found = dl.dlfeval(lambda x, y: dl.dljacobian(x * 2, y, 1), X, X)
    np.testing.assert_array_equal(found, np.zeros((4, 3, 3)))


def test_the_axis_may_be_an_argument():
    f = lambda x, axis: dl.dldivergence(x**2, x, axis)  # noqa: E731
    np.testing.assert_array_equal(dl.dlfeval(f, X, 0), 2 * X.sum(axis=0, keepdims=True))
    np.testing.assert_array_equal(dl.dlfeval(f, X, 1), 2 * X.sum(axis=1, keepdims=True))


def test_matlabs_spelling():
    def model(x):
        u = dl.stripdims(x)
        return dl.dljacobian(u**2, u, 0, "EnableHigherDerivatives", False)

    found = dl.dlfeval(model, dl.dlarray(X, "BC"))  # kept as C by B
    np.testing.assert_array_equal(found, np.broadcast_to(2 * np.eye(3)[:, :, None], (3, 3, 4)))


def test_accelerated_functions_are_differentiated_again():
    @dl.dlaccelerate
    def model(x):
        slope = dl.dljacobian(x**3, x, 1)
        return dl.dljacobian(slope, x, 1)

    np.testing.assert_allclose(model(np.full((4, 1), 2.0)), np.full((4, 1), 12.0))
