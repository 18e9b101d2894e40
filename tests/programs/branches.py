"""if/elif/else, conditional expressions, short-circuit logic, early returns."""

import numpy as np

from . import Program, numbers, vectors


def if_only(x, w):
    y = x * w
    if y[0] > 0:
        y = y * 2
    return np.sum(y)


def elif_chain(x, w):
    s = np.sum(x)
    if s > 2:
        y = x * w
    elif s > 0:
        y = x + w**2
    elif s > -1:
        y = np.exp(x) - w
    else:
        y = x * x * w
    return np.sum(y)


def nested(x, w):
    if x[0] > 0:
        if w[0] > 0:
            y = x
        else:
            y = w
            if x[1] > w[1]:
                y = y * x
    else:
        y = x * w
    return np.sum(y**2)


def early_return(x, w):
    if np.sum(x) > 0:
        return np.sum(x * w)
    y = np.tanh(x)
    if y[0] < w[0]:
        return np.sum(y)
    return np.sum(y * w)


def return_in_nest(x, w):
    for i in range(len(x)):
        if x[i] > 0:
            if w[i] > 0:
                return x[i] * np.sum(w)
            w = w * x[i]
        else:
            x = x + 0.1
    return np.sum(x * w)


def conditional_expression(x, w):
    a = x if x[0] > w[0] else w
    b = 1.0 if x[1] > 0 else x[1]
    return np.sum(a * (w if np.sum(a) > 0 else x)) * b


def conditional_chain(a, b):
    return a * b if a > 1.2 else a / b if b > 1 else a - b * a


def short_circuit(x, w):
    if x[0] > 0 and w[0] > 0 or x[1] > 0:
        return np.sum(x * w)
    if not (x[0] > 0 or w[1] > 0):
        return np.sum(x)
    return np.sum(w * w * x)


def values_of_and_or(a, b):
    c = a and b
    d = (0.0 or a) * (b or 1.0)
    e = None or c
    return c * d + e


def comparison_chain(a, b):
    if 0 < a < b < 2:
        return a * b
    if 0 < b <= a:
        return a / b
    return a + b


def membership(a, b, mode="square"):
    if mode in ("square", "cube") and mode not in {"other"}:
        return a**2 * b if mode == "square" else a**3
    return a


def identity_tests(x, w, bias=None):
    y = x * w
    if bias is not None:
        y = y + bias
    if w is x:
        y = y * 2
    return np.sum(y * y)


def truthiness(x):
    found = []
    if not found:
        found.append(x * 2)
    if found:
        found.append(found[-1] * x)
    if len(x) and x.size:
        return np.sum(found[1]) + np.sum(found[0])
    return 0.0


def only_one_side_defines(x, w):
    if x[0] > -100:
        y = x * w
    if x[0] > -100:
        return np.sum(y)
    return 0.0


def scalar_joined_with_array(x):
    penalty = 0
    if x[0] > -50:
        penalty = x * x
    bonus = 0.0
    if x[0] > 50:
        bonus = np.sum(x)
    return np.sum(penalty) + bonus


def rank_changes(x):
    y = x
    if x[0] > 0:
        y = np.outer(x, x)
    return np.sum(np.sin(y))


def same_branch_value(x, w):
    y = x
    if x[0] > 0:
        y = x
    z = w if x[1] > 0 else w
    return np.sum(y * z)


def pass_branches(x):
    if x[0] > 0:
        pass
    elif x[1] > 0:
        x = x * 2
    else:
        pass
    return np.sum(x * x)


def match_value(x, kind):
    match kind:
        case "abs":
            return np.sum(np.abs(x))
        case "square" | "sq":
            y = x * x
        case _:
            y = x
    return np.sum(y)


def kind(name):
    """Arguments: a vector and a name."""
    return lambda rng, n: (rng.normal(size=n), name)


def leaves_before_a_store(x, w):
    if len(x) > 2:
        if x[0] > -99:
            return np.sum(x * w)
        v = np.maximum(x, 0.1)
    else:
        v = np.sqrt(1 + w**2)
    v += np.where(w > 0.3, v * 2.0, x)
    return np.sum(v)


def leaves_without_rebinding(x, w):
    if np.sum(w) > 99:
        x = w * 2
    else:
        if x[0] > -99:
            return w[0]
        x = np.cos(x)
    x += w
    return np.sum(x)


def leaves_with_one_bound(x, w):
    if len(x) > 2:
        v = np.sin(x)
        if x[0] > -99:
            return np.sum(v * w)
        v = v * 2
    else:
        if w[0] > 99:
            return np.sum(x)
        v = np.cos(w)
    v += w
    return np.sum(v)


def stays_before_a_store(x, w):
    if len(x) > 2:
        if x[0] > 99:
            return np.sum(x * w)
        v = np.maximum(x, 0.1)
    else:
        v = np.sqrt(1 + w**2)
    v += np.where(w > 0.3, v * 2.0, x)
    return np.sum(v)


def list_in_a_condition(x):
    seen = []
    y = x * 2 if x[0] > 0 and seen else x * 3
    seen.append(x[1])
    return np.sum(y) + (x[1] * 5 if x[0] > 0 and seen else x[1])


def dict_in_a_condition(x):
    seen = {}
    if x[0] > 0 and seen:
        y = x * 2
    else:
        y = x * 3
    seen["a"] = 1
    return np.sum(y)


def list_in_a_named_condition(x):
    seen = []
    before = x[0] > 0 and seen
    seen.append(1)
    y = x * 2 if before else x * 3
    seen.clear()
    return np.sum(y)


def list_of_turns_in_a_condition(x):
    seen, total = [], 0.0
    for v in x:
        total = total + (v if x[0] > 0 and seen else v**2)
        if v > 0:
            seen.append(v)
        elif seen:
            seen.pop()
    return total


def list_of_turns_as_operand(x):
    seen = []
    for v in x:
        if v > 0:
            seen.append(1.0)
    y = x * 2 if seen and x[0] > 0 else x * 3
    seen.clear()
    return np.sum(y)


def list_of_turns_as_operand_that_is_false(x):
    seen = []
    for v in x:
        if v > 100:
            seen.append(1.0)
    y = x * 2 if seen or x[0] > 0 else x * 3
    seen.append(2.0)
    return np.sum(y)


PROGRAMS = [
    Program(if_only, vectors(2), (0, 1)),
    Program(elif_chain, vectors(2), (0, 1)),
    Program(nested, vectors(2), (0, 1)),
    Program(early_return, vectors(2), (0, 1)),
    Program(return_in_nest, vectors(2), (0, 1)),
    Program(conditional_expression, vectors(2), (0, 1)),
    Program(conditional_chain, numbers(2), (0, 1)),
    Program(short_circuit, vectors(2), (0, 1)),
    Program(values_of_and_or, numbers(2), (0, 1)),
    Program(comparison_chain, numbers(2), (0, 1)),
    Program(membership, numbers(2), (0, 1)),
    Program(identity_tests, vectors(2), (0, 1)),
    Program(list_in_a_condition, vectors(1)),
    Program(dict_in_a_condition, vectors(1)),
    Program(list_in_a_named_condition, vectors(1)),
    Program(list_of_turns_in_a_condition, vectors(1)),
    Program(list_of_turns_as_operand, vectors(1)),
    Program(list_of_turns_as_operand_that_is_false, vectors(1)),
    Program(identity_tests, vectors(3), (0, 1, 2)),
    Program(truthiness, vectors(1)),
    Program(only_one_side_defines, vectors(2), (0, 1)),
    Program(scalar_joined_with_array, vectors(1)),
    Program(rank_changes, vectors(1)),
    Program(same_branch_value, vectors(2), (0, 1)),
    Program(pass_branches, vectors(1)),
    Program(leaves_before_a_store, vectors(2), (0, 1)),
    Program(stays_before_a_store, vectors(2), (0, 1)),
    Program(leaves_without_rebinding, vectors(2), (0, 1)),
    Program(leaves_with_one_bound, vectors(2), (0, 1)),
    Program(match_value, kind("square")),
    Program(match_value, kind("abs")),
]
