"""for and while over everything, with break, continue, else and early returns."""

import itertools

import numpy as np

from . import Program, matrices, numbers, vectors


def over_range(x, w):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * w[i]
    return s * s


def range_with_step(x):
    s = 0.0
    for i in range(len(x) - 1, 0, -2):
        s = s * 0.5 + x[i] * x[i - 1]
    for j in range(1, len(x), 2):
        s = s + np.sin(x[j])
    return s


def over_array(x):
    s = 1.0
    for v in x:
        s = s + v * s * 0.1
    return s


def over_rows(m):
    state = np.zeros(m.shape[1])
    for row in m:
        state = np.tanh(state + row)
    return np.sum(state)


def over_columns(m):
    total = 0.0
    for column in m.T:
        total += np.sqrt(np.sum(column**2))
    return total


def over_entries(m):
    total = 0.0
    for row in m:
        for v in row:
            total = total + v**3
    return total


def over_list(x, w):
    y = x
    for p in [x, w, x * w]:
        y = np.sin(y + p)
    return np.sum(y)


def over_tuple_of_pairs(x, w):
    y = x
    for scale, p in ((0.5, w), (2.0, x)):
        y = y * scale + p
    return np.sum(y * y)


def zipped(x, w):
    s = 0.0
    for a, b, k in zip(x, w, range(3)):
        s += a * b * (k + 1)
    return s


def zip_uneven(x, w):
    s = 0.0
    for a, b in zip(x[1:], w[:-1]):
        s = s + (a - b) ** 2
    return s


def enumerated(x, w):
    s = 0.0
    for i, a in enumerate(x, start=1):
        s = s + a**i * w[i - 1]
    return s


def enumerate_zip(x, w):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, w)):
        if i % 2:
            s += a * b
        else:
            s -= a / (1 + b * b)
    return s


def reverse(x):
    s = 0.0
    for v in reversed(x):
        s = v + 0.9 * s
    for i in reversed(range(len(x))):
        s = s * np.cos(x[i])
    return s


def dictionary_items(x, w):
    parameters = {"a": x, "b": w, "c": x * w}
    s = 0.0
    for name, p in parameters.items():
        s = s + np.sum(p**2) * len(name)
    for p in parameters.values():
        s = s * (1 + 0.1 * np.sum(p))
    for name in parameters:
        s += parameters[name][0]
    return s


def while_counter(x, w):
    i = 0
    while i < 4:
        x = np.tanh(x * w)
        i += 1
    return np.sum(x)


def while_condition(a, b):
    steps = 0
    while a > 0.2:
        a = a * 0.6
        b = b + a * b
        steps = steps + 1
    return a * b + steps


def while_true(x):
    n = 0
    while True:
        x = x / 2
        n += 1
        if np.sum(x * x) < 0.3 or n > 6:
            break
    return np.sum(x) * n


def breaks(x, w):
    s = 0.0
    for a, b in zip(x, w):
        if a > 1.0:
            break
        s = s + a * b
        if s > 3:
            s = s * 0.5
            break
        s = s + a
    return s * np.sum(w)


def continues(x):
    s = 1.0
    for i, a in enumerate(x):
        if i == 1:
            continue
        s = s * (1 + a * a)
        if a < 0:
            continue
        s = s - a
    return s


def for_else(x, w):
    for a in x:
        if a > 3:
            y = x
            break
        w = w * 1.1
    else:
        y = x * w
    return np.sum(y * w)


def while_else(x):
    n = 0
    while n < 3:
        n += 1
        x = x * x[0]
        if x[0] > 50:
            break
    else:
        x = x + 1
    return np.sum(x)


def nested_breaks(x, w):
    s = 0.0
    for i in range(len(x)):
        for j in range(len(w)):
            if j > i:
                break
            if (i + j) % 3 == 0:
                continue
            s = s + x[i] * w[j]
        else:
            s = s * 0.5
        if s > 4:
            break
    return s


def return_from_nested_loops(x, w):
    s = 0.0
    for a in x:
        for b in w:
            s = s + a * b * b
            if s > 1.5:
                return s * a
    return s


def triple(x):
    n = len(x)
    s = 0.0
    for i in range(n):
        for j in range(i):
            for k in range(j):
                s = s + x[i] * x[j] * x[k]
    return s


def zero_turns(x):
    s = x[0]
    for _ in range(0):
        s = s * x[1]
    for v in x[:0]:
        s = s * v
    return s * s


def loop_variable_after(x):
    for v in x:
        pass
    for i in range(3):
        last = x[i] * i
    return v * last + i


def reassigned_loop_variable(x):
    s = 0.0
    for v in x:
        v = v * v
        v += 1.0
        s += v * v
    return s


def product_and_pairs(x, w):
    s = 0.0
    for i, j in itertools.product(range(2), range(3)):
        s += x[i] * w[j]
    for i, j in itertools.combinations(range(3), 2):
        s += x[i] * x[j]
    return s


def last_change_wins(x, w):
    best = x[0]
    for v in w:
        if v > best:
            best = v * x[1]
    return best * best


def iterates_kept(x, w):
    history = [x]
    for _ in range(3):
        history.append(np.tanh(history[-1] * w))
    return sum(np.sum(h * h) for h in history)


def two_recurrences(x, w):
    a, b = np.zeros_like(x), np.ones_like(w)
    for t in range(5):
        a = 0.5 * a + x * b
        b = np.cos(a) * w
    return np.sum(a) + np.sum(b)


def power_series(a):
    term = 1.0
    total = 1.0
    for k in range(1, 10):
        term *= a / k
        total += term
    return total


PROGRAMS = [
    Program(over_range, vectors(2), (0, 1)),
    Program(range_with_step, vectors(1)),
    Program(over_array, vectors(1)),
    Program(over_rows, matrices(1)),
    Program(over_columns, matrices(1)),
    Program(over_entries, matrices(1)),
    Program(over_list, vectors(2), (0, 1)),
    Program(over_tuple_of_pairs, vectors(2), (0, 1)),
    Program(zipped, vectors(2), (0, 1)),
    Program(zip_uneven, vectors(2), (0, 1)),
    Program(enumerated, vectors(2), (0, 1)),
    Program(enumerate_zip, vectors(2), (0, 1)),
    Program(reverse, vectors(1)),
    Program(while_counter, vectors(2), (0, 1)),
    Program(while_condition, numbers(2), (0, 1)),
    Program(while_true, vectors(1)),
    Program(breaks, vectors(2), (0, 1)),
    Program(continues, vectors(1)),
    Program(for_else, vectors(2), (0, 1)),
    Program(while_else, vectors(1)),
    Program(nested_breaks, vectors(2), (0, 1)),
    Program(return_from_nested_loops, vectors(2), (0, 1)),
    Program(triple, vectors(1)),
    Program(zero_turns, vectors(1)),
    Program(loop_variable_after, vectors(1)),
    Program(reassigned_loop_variable, vectors(1)),
    Program(product_and_pairs, vectors(2), (0, 1)),
    Program(last_change_wins, vectors(2), (0, 1)),
    Program(iterates_kept, vectors(2), (0, 1)),
    Program(two_recurrences, vectors(2), (0, 1)),
    Program(power_series, numbers(1)),
    Program(dictionary_items, vectors(2), (0, 1)),
]
