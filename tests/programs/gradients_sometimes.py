"""`dlgradient` in expressions that may not be evaluated, or are several times: conditions, `and`, comprehensions."""

import numpy as np
from dlgrad import dlgradient

from . import Model, vectors


def loss(x, w):
    return np.sum(np.sin(x) * w * x)


def slope(x, w):
    return (np.cos(x) * x + np.sin(x)) * w


def in_a_condition(x, w):
    y = loss(x, w)
    return dlgradient(y, x) if y > 0 else -dlgradient(y, w)


def in_a_condition_expected(x, w):
    return slope(x, w) if loss(x, w) > 0 else -np.sin(x) * x


def in_one_arm(x, w):
    y = loss(x, w)
    g = 2 * (dlgradient(y, x) if x[0] > 0 else x) + w
    return g


def in_one_arm_expected(x, w):
    return 2 * (slope(x, w) if x[0] > 0 else x) + w


def in_an_and(x, w):
    y = loss(x, w)
    found = y > 0 and np.sum(dlgradient(y, x)) > 0
    return x * 2 if found else w


def in_an_and_expected(x, w):
    return x * 2 if loss(x, w) > 0 and np.sum(slope(x, w)) > 0 else w


def in_an_or(x, w):
    y = loss(x, w)
    if y > 0 or np.sum(dlgradient(y, x)) > 0:
        return x * 2
    return w


def in_an_or_expected(x, w):
    return x * 2 if loss(x, w) > 0 or np.sum(slope(x, w)) > 0 else w


def in_the_last_arm(x, w):
    y = loss(x, w)
    return x if y > 100 else w if y > 50 else dlgradient(y, x)


def in_the_last_arm_expected(x, w):
    return slope(x, w)


def in_a_comprehension(x, w):
    return [dlgradient(loss(x * k, w), x) for k in (1.0, 2.0)]


def in_a_comprehension_expected(x, w):
    return [slope(x, w), 2 * slope(2 * x, w)]


def over_an_array(x, w):
    return np.stack([dlgradient(np.sum(x ** 2) * a + np.sum(x * w), x) for a in w])


def over_an_array_expected(x, w):
    return np.stack([2 * x * a + w for a in w])


def with_a_filter(x, w):
    return sum(dlgradient(np.sum(x ** 2) * a, x) for a in w if a > 0) + x * 0


def with_a_filter_expected(x, w):
    return sum(2 * x * a for a in w if a > 0) + x * 0


def of_a_key(x, w):
    p = {'a': x, 'b': w}
    y = loss(p['a'], p['b'])
    return {k: dlgradient(y, v) for k, v in p.items()}


def of_a_key_expected(x, w):
    return {'a': slope(x, w), 'b': np.sin(x) * x}


def nested(x, w):
    return [[dlgradient(np.sum((x + k) ** j * w), x) for k in (0.0, 1.0)] for j in (2, 3)]


def nested_expected(x, w):
    return [[j * (x + k) ** (j - 1) * w for k in (0.0, 1.0)] for j in (2, 3)]


def condition_in_a_comprehension(x, w):
    y = loss(x, w)
    return [dlgradient(y, x) if a > 0 else x for a in w]


def condition_in_a_comprehension_expected(x, w):
    return [slope(x, w) if a > 0 else x for a in w]


def of_the_variable(x, w):
    return [dlgradient(np.sum(v ** 3 * w), v) for v in (x, w * 2)]


def of_the_variable_expected(x, w):
    return [3 * x ** 2 * w, 12 * w ** 3]


def penalty(x, w):
    y = loss(x, w)
    g = (dlgradient(y, x, EnableHigherDerivatives=True) if y > 0
         else dlgradient(-y, x, EnableHigherDerivatives=True))
    return dlgradient(np.sum(g ** 2), x)


def penalty_expected(x, w):
    s = slope(x, w)
    return 2 * s * (2 * np.cos(x) - x * np.sin(x)) * w


def stacked_twice(x, w):
    gs = [dlgradient(np.sum(x ** 3) * a, x, EnableHigherDerivatives=True) for a in w]
    return dlgradient(np.sum(np.stack(gs) ** 2), x)


def stacked_twice_expected(x, w):
    return 36 * x ** 3 * np.sum(w ** 2)


def side_effects(x, w):
    seen = []

    def note(v):
        seen.append(1.0)
        return v

    y = loss(x, w)
    g = note(x) * (dlgradient(y, note(x)) if note(y) > 0 else note(w))
    return g * sum(seen)


def side_effects_expected(x, w):
    return x * slope(x, w) * 3 if loss(x, w) > 0 else x * w * 3


def after_a_store(x, w):
    z = x * 1.0
    gs = []
    for i in range(2):
        y = np.sum(z ** 2 * w)
        gs.append(dlgradient(y, z) if i == 1 else z * 1)
        z[0] = 3.0
    return gs


def after_a_store_expected(x, w):
    z = x * 1.0
    first = z * 1
    z[0] = 3.0
    return [first, 2 * z * w]


def walrus(x, w):
    y = loss(x, w)
    ok = y > 0 and (g := dlgradient(y, x))[0] > 0
    return g * 2 if ok else x


def walrus_expected(x, w):
    return slope(x, w) * 2 if loss(x, w) > 0 and slope(x, w)[0] > 0 else x


def lazy(x, w):
    y = loss(x, w)
    return x if any(np.sum(dlgradient(y, x)) > v for v in w) else w


def in_a_test(x, w):
    while x[0] < 1e9 and np.sum(dlgradient(loss(x, w), x)) > 1e9:
        x = x * 2
    return x


def in_a_lambda(x, w):
    f = lambda v: dlgradient(loss(v, w), v) if v[0] > 0 else v  # noqa: E731
    return f(x)


def in_a_lambda_expected(x, w):
    return slope(x, w) if x[0] > 0 else x


def by_hand(x, w):
    out = []
    for j in (2, 3):
        inner = []
        for k in (0.0, 1.0):
            inner.append(dlgradient(np.sum((x + k) ** j * w), x))
        out.append(inner)
    return out


by_hand_expected = nested_expected

def _models(functions):
    return [Model(f, vectors(2), globals()[f"{f.__name__}_expected"]) for f in functions]


MODELS = _models([in_a_condition, in_one_arm, in_an_and, in_an_or, in_the_last_arm, in_a_comprehension, over_an_array,
                  with_a_filter, of_a_key, nested, condition_in_a_comprehension, of_the_variable, penalty,
                  stacked_twice, side_effects, after_a_store, walrus, in_a_lambda, by_hand])  # fmt: skip
NOT_YET = [
    Model(lazy, vectors(2), loss, refused="an expression that may not be evaluated"),
    Model(in_a_test, vectors(2), loss, refused="an expression that may not be evaluated"),
]
