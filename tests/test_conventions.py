"""Kinks and edges, by hand: what the derivative is where mathematics leaves it open.

Ties share evenly, except that Python's own `max` and `min` pick one; `abs`, `sign`, norms and
`relu` are 0 at 0; `sqrt` at 0 is what NumPy says; rounding has no slope; `where` selects, so that
nothing of the branch not taken comes through; ``x ** 0`` is constant and ``x ** 2`` touches no
logarithm.
"""

import warnings

import dlgrad as dl
import numpy as np
import pytest
from dlgrad.runtime.declare import NAMES, Unsupported
from interpreter import called
from trials import by_rule, repaired

INF, NAN = np.inf, np.nan


def pull(name, parameter, *args, dy=1.0, **kwargs):
    """The cotangent of one parameter; `dy` is stretched to the shape of the result."""
    row = NAMES[name]
    args = [np.array(a) if isinstance(a, list) and parameter != "args" else a for a in args]
    given = row.bind(args, kwargs)
    with np.errstate(all="ignore"):
        y = called(row, given)
        dy = np.broadcast_to(np.asarray(dy, np.asarray(y).dtype), np.shape(y))
        return repaired(by_rule(row, parameter, dy, y, given), given[parameter])


def check(found, expected):
    np.testing.assert_array_equal(found, np.asarray(expected, np.asarray(found).dtype))


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_ties_of_two_share_evenly(name):
    x, y = [1.0, 2.0, 3.0], [1.0, 3.0, 2.0]
    larger = name in ("maximum", "fmax")
    check(pull(name, "x1", x, y), [0.5, not larger, larger])
    check(pull(name, "x2", x, y), [0.5, larger, not larger])


@pytest.mark.parametrize("name", ["fmax", "fmin"])
def test_what_is_not_nan_gets_it_all(name):
    check(pull(name, "x1", [NAN, 1.0], [2.0, NAN]), [0.0, 1.0])
    check(pull(name, "x2", [NAN, 1.0], [2.0, NAN]), [1.0, 0.0])


@pytest.mark.parametrize(("name", "best"), [("max", 2.0), ("min", -2.0), ("nanmax", 2.0), ("nanmin", -2.0)])
def test_ties_of_many_share_evenly(name, best):
    x = [[best, 0.5, best], [0.1, best, 0.2]]
    check(pull(name, "a", x, axis=1), [[0.5, 0, 0.5], [0, 1, 0]])
    third = 1.0 / 3
    check(pull(name, "a", x), [[third, 0, third], [0, third, 0]])
    check(pull(name, "a", [best] * 4), [0.25] * 4)
    check(pull(name, "a", x, axis=0, keepdims=True), [[1, 0, 1], [0, 1, 0]])


def test_ptp_of_equal_entries_does_not_move():
    check(pull("ptp", "a", [3.0, 3.0]), [0.0, 0.0])


@pytest.mark.parametrize(("name", "expected"), [("builtins.max", [1.0, 0.0]), ("builtins.min", [1.0, 0.0])])
def test_python_picks_the_first(name, expected):
    check(pull(name, "args", 2.0, 2.0), expected)


@pytest.mark.parametrize("name", ["absolute", "fabs", "sign", "relu"])
def test_nothing_at_zero(name):
    row = NAMES[name]
    check(pull(name, row.params[0], [0.0, -0.0]), [0.0, 0.0])


def test_absolute_of_complex_zero():
    check(pull("absolute", NAMES["absolute"].params[0], [0j, 3 + 4j]), [0, 0.6 + 0.8j])


@pytest.mark.parametrize("order", [None, 1, 2, 3, 0.5, INF, -INF])
def test_norm_at_zero(order):
    check(pull("linalg.norm", "x", np.zeros(3), ord=order), np.zeros(3))
    check(pull("linalg.norm", "x", np.zeros((2, 3)), ord=order, axis=1), np.zeros((2, 3)))


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, -1, 2, -2, INF, -INF])
def test_matrix_norm_at_zero(order):
    check(pull("linalg.norm", "x", np.zeros((2, 2)), ord=order), np.zeros((2, 2)))


def test_norm_where_one_row_is_zero():
    check(pull("linalg.norm", "x", [[0.0, 0.0], [3.0, 4.0]], axis=1), [[0, 0], [0.6, 0.8]])


def test_largest_entries_of_a_norm_share():
    check(pull("linalg.norm", "x", [2.0, -2.0, 1.0], ord=INF), [0.5, -0.5, 0])
    check(pull("linalg.norm", "x", [[1.0, 2.0], [3.0, 2.0]], ord=1), [[0.5, 0.5], [0.5, 0.5]])


def test_square_root_at_zero_is_what_numpy_says():
    check(pull("sqrt", NAMES["sqrt"].params[0], [0.0, 4.0]), [INF, 0.25])
    check(pull("sqrt", NAMES["sqrt"].params[0], [0.0], dy=0.0), [NAN])


@pytest.mark.parametrize("name", ["floor", "ceil", "rint", "trunc", "round", "fix"])
def test_rounding_has_no_slope(name):
    row = NAMES[name]
    if row.because is not None or not row.vjps:
        assert row.raises is None
    else:
        check(pull(name, row.params[0], [0.3, 1.0, 1.5]), [0.0, 0.0, 0.0])


def test_where_selects():
    taken = np.array([True, False, True])
    x, y = [1.0, INF, NAN], [NAN, 2.0, INF]
    check(pull("where", "a", taken, x, y), [1, 0, 1])
    check(pull("where", "b", taken, x, y), [0, 1, 0])


def test_where_shuts_out_a_cotangent_that_is_not_finite():
    taken = np.array([True, False])
    check(pull("where", "a", taken, [1.0, 1.0], [0.0, 0.0], dy=[2.0, NAN]), [2.0, 0.0])
    check(pull("where", "b", taken, [1.0, 1.0], [0.0, 0.0], dy=[INF, 3.0]), [0.0, 3.0])


def test_where_of_stretched_operands():
    taken = np.array([[True, False], [True, True]])
    check(pull("where", "a", taken, 2.0, [0.0, 0.0]), 3.0)
    check(pull("where", "b", taken, 2.0, [0.0, 0.0]), [0.0, 1.0])


def test_clip_lets_through_what_is_inside():
    check(pull("clip", "a", [-2.0, 0.0, 2.0], -1.0, 1.0), [0, 1, 0])


@pytest.mark.parametrize("x", [0.0, -2.0, 3.0])
def test_power_with_a_whole_exponent(x):
    check(pull("power", "x1", [x], 0), [0.0])
    check(pull("power", "x1", [x], 1), [1.0])
    check(pull("power", "x1", [x], 2), [2 * x])
    check(pull("power", "x1", [x], 3), [3 * x * x])
    check(pull("power", "x1", [x], 2.0), [2 * x])


def test_power_of_arrays_of_exponents():
    check(pull("power", "x1", [0.0, 0.0, 0.0, 2.0], [0.0, 1.0, 2.0, 0.0]), [0, 1, 0, 0])


def test_exponent_of_zero():
    check(pull("power", "x2", [0.0, 0.0, 1.0], [2.0, 0.0, 5.0]), [0, 0, 0])
    np.testing.assert_allclose(pull("power", "x2", [2.0], [3.0]), [8 * np.log(2)])


def test_power_of_a_negative_base_has_no_exponent_to_move():
    assert np.isnan(pull("power", "x2", [-2.0], [2.0])).all()
    check(pull("power", "x1", [-2.0], [2.0]), [-4.0])


def test_product_with_zeros():
    check(pull("prod", "a", [0.0, 2.0, 3.0]), [6, 0, 0])
    check(pull("prod", "a", [0.0, 0.0, 3.0]), [0, 0, 0])
    check(pull("prod", "a", [[0.0, 2.0], [5.0, 7.0]], axis=1), [[2, 0], [7, 5]])


def test_running_product_with_zeros():
    check(pull("cumprod", "a", [2.0, 0.0, 3.0]), [1 + 0 + 0, 2 + 6, 0])


def test_spread_of_equal_samples():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pull("std", "a", [2.0, 2.0, 2.0])
    assert not (np.isfinite(found) & (found != 0)).any()


def test_logaddexp_of_nothing():
    check(pull("logaddexp", "x1", [-INF, 0.0], [0.0, -INF]), [0, 1])
    check(pull("logaddexp", "x1", [1000.0, 0.0], [0.0, 1000.0]), [1, 0])


def test_hypot_at_the_origin():
    check(pull("hypot", "x1", [0.0, 3.0], [0.0, 4.0]), [0, 0.6])
    check(pull("hypot", "x2", [0.0, 3.0], [0.0, 4.0]), [0, 0.8])


def test_sinc_is_flat_at_zero():
    np.testing.assert_allclose(pull("sinc", "x", [0.0]), [0.0], atol=1e-12)


def test_determinant_of_singular_matrices():
    check(pull("linalg.det", "a", np.zeros((2, 2))), np.zeros((2, 2)))
    found = pull("linalg.det", "a", [[1.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(found, [[4, -2], [-2, 1]], atol=1e-14)


def test_sorting_follows_its_permutation():
    check(pull("sort", "a", [3.0, 1.0, 2.0], dy=[10.0, 20.0, 30.0]), [30, 10, 20])


def test_interpolation_at_a_knot_takes_the_interval_to_its_right():
    found = pull("interp", "x", [0.0, 1.0, 2.0, -1.0, 3.0], [0.0, 1.0, 2.0], [0.0, 5.0, 7.0])
    check(found, [5, 2, 2, 0, 0])


def test_leaky_slope_at_zero():
    check(pull("leakyrelu", "x", [-1.0, 0.0, 1.0], 0.1), [0.1, 0.1, 1])


def test_probability_zero_costs_no_infinity():
    found = pull("crossentropy", "Y", [0.0, 1.0], [0.0, 1.0])
    check(found, [0, -1])


@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
@pytest.mark.parametrize(("name", "args"), [
    ("power", [3]), ("multiply", [2.5]), ("divide", [2.0]), ("exp", []), ("sqrt", []), ("tanh", []),
    ("matmul", None),
])  # fmt: skip
def test_single_precision_stays(name, args, dtype):
    x = np.array([[1.0, 2.0], [3.0, 4.0]], dtype)
    rest = [x] if args is None else args
    row = NAMES[name]
    given = row.bind([x, *rest], {})
    y = called(row, given)
    d = by_rule(row, row.params[0], np.ones_like(y), y, given)
    assert y.dtype == d.dtype == dtype


def test_real_operands_get_real_parts():
    z = np.array([1 + 2j, 3 - 1j])
    d = pull("multiply", "x1", [2.0, 5.0], z)
    assert d.dtype == float
    check(d, [1, 3])


def test_holomorphic_functions_take_the_conjugate():
    z = np.array([1 + 2j])
    np.testing.assert_allclose(pull("exp", NAMES["exp"].params[0], z), np.conj(np.exp(z)))
    check(pull("square", NAMES["square"].params[0], z), [2 - 4j])
    check(pull("real", NAMES["real"].params[0], z), [1])
    check(pull("imag", NAMES["imag"].params[0], z), [1j])


def test_empty_arrays():
    check(pull("sum", "a", np.zeros((0, 3)), axis=0), np.zeros((0, 3)))
    check(pull("prod", "a", np.zeros(0)), np.zeros(0))
    check(pull("matmul", "x1", np.zeros((2, 0)), np.zeros((0, 3))), np.zeros((2, 0)))
    check(pull("linalg.norm", "x", np.zeros(0)), np.zeros(0))


def test_lists_of_axis_numbers_are_refused():
    x = np.ones((2, 3))
    with pytest.raises(Unsupported, match="string"):
        by_rule(NAMES["einsum"], "args", np.ones((2, 2)), None, {"args": (x, [0, 1], x, [2, 1])})


@pytest.mark.parametrize("mode", ["complete", "raw"])
def test_other_modes_of_qr_are_refused(mode):
    with pytest.raises(Unsupported, match="qr"):
        by_rule(NAMES["linalg.qr"], "a", None, None, {"a": np.ones((3, 2)), "mode": mode})


def weighted_items(x):
    total = 0.0
    for v in x:
        if v > 0:
            total = total + v * 0.1
    return total


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_python_numbers_of_a_loop_have_the_precision_of_the_array(dtype):
    gradient = dl.grad(weighted_items)(np.array([0.5, -0.5, 0.7], dtype))
    assert gradient.dtype == dtype
    np.testing.assert_array_equal(gradient, np.array([0.1, 0.0, 0.1], dtype))
