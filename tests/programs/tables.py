"""Tables of learnables: read by number, by layer and parameter, and row by row; stored into, passed on, made."""

import dlgrad as dl
import numpy as np

from . import Model, Program, differences


def network(rng, n):
    sizes = {"first": (n, 5), "second": (5, 3)}
    return (
        dl.Learnables.of({k: {"Weights": rng.normal(size=s), "Bias": rng.normal(size=s[1])} for k, s in sizes.items()}),
        rng.normal(size=(2, n)),
    )


def shared(rng, n):
    """One array in two rows."""
    w = rng.normal(size=(n, n))
    return dl.Learnables(("a", "b", "b"), ("W", "W", "c"), [w, w, 0.5]), rng.normal(size=(2, n))


def by_number(net, x):
    h = np.tanh(x @ net.Value[0] + net.Value[1])
    return np.sum((h @ net.Value[2] + net.Value[-1]) ** 2)


def layer(net, name, x):
    return np.tanh(x @ net[name, "Weights"] + net[name, "Bias"])


def by_names(net, x):
    return np.sum(layer(net, "second", layer(net, "first", x)))


def names_in_a_loop(net, x):
    for name in ("first", "second"):
        x = layer(net, name, x)
    return np.sum(x**2)


def row_by_row(net, x):
    decay = 0.0
    for layer_name, parameter, value in net:
        if parameter == "Weights":
            decay = decay + np.sum(value**2) * len(layer_name)
    return by_number(net, x) + 1e-2 * decay


def columns_together(net, x):
    total = 0.0
    for name, value in zip(net.Parameter, net.Value):
        total = total + (np.sum(value**2) if name == "Bias" else np.sum(np.sin(value)))
    return total * np.mean(x)


def rows_with_numbers(net, x):
    total = 0.0
    for k, (_, _, value) in enumerate(net):
        total += (k + 1) * np.sum(value**3)
    return total


def rows_reversed(net, x):
    total = 1.0
    for row in reversed(list(net)):
        total = np.sin(total + np.sum(row[2]))
    return total


def in_a_comprehension(net, x):
    return sum(np.sum(v * v) for _, name, v in net if name == "Bias") / len(net)


def numbers_of_rows(net, x):
    total = 0.0
    for k in range(len(net)):
        total = total + np.sum(net[k][2] ** 2) * (k + 1)
    return total


def unpacked(net, x):
    (_, _, w), (_, name, b), *rest = net
    h = np.tanh(x @ w + b)
    return np.sum(h @ rest[0][2]) * len(name)


def stored_by_name(net, x):
    before = net["first", "Weights"]
    net["first", "Weights"] = before * 2
    return by_number(net, x) + np.sum(before)


def stored_by_number(net, x):
    net.Value[1] = net.Value[1] + x[0, 0]
    net.Value[3] *= 2.0
    return by_names(net, x)


def changed_in_place(net, x):
    w = net["first", "Weights"]
    w[0] = w[1] ** 2
    net["first", "Bias"][1] *= 3.0
    return by_number(net, x)


def halve(net):
    net.Value[0] /= 2.0
    net["first", "Bias"] = np.sin(net["first", "Bias"])


def changed_by_a_helper(net, x):
    halve(net)
    return by_number(net, x)


def two_names(net, x):
    other = net
    other.Value[1] = other.Value[1] ** 2
    return by_number(net, x)


def column_under_a_name(net, x):
    values = net.Value
    values[1] = values[1] ** 2
    return by_names(net, x)


def one_array_in_two_rows(t, x):
    return np.sum(x @ t["a", "W"]) * t["b", "c"] + np.sum((x @ t["b", "W"]) ** 2)


def updated(net, x):
    net, _ = dl.sgdmupdate(net, net, None, x[0, 0])
    return by_number(net, x)


def made(net, x):
    w, b = net.Value[0], net.Value[1]
    other = dl.Learnables(("one", "one"), ("Weights", "Bias"), [w * 2, b[::-1]])
    h = np.tanh(x @ other["one", "Weights"] + other.Value[1])
    return np.sum(h) * len(other)


def made_of_a_list(net, x):
    other = dl.Learnables(net.Layer, net.Parameter, [v * 2 for v in net.Value])
    return by_number(other, x)


def in_containers(nets, x):
    return by_number(nets["net"], x) * nets["c"] + np.sum(nets["more"][0].Value[0])


def nested(rng, n):
    net, x = network(rng, n)
    return {"net": net, "c": 0.7, "more": [dl.Learnables(("k",), ("W",), [rng.normal(size=2)])]}, x


def holding_containers(t, x):
    return np.sum(x @ t["a", "layers"][0]["W"]) * t["a", "c"] + np.sum(t.Value[0][1] ** 2)


def holding(rng, n):
    inside = [{"W": rng.normal(size=(n, 2))}, rng.normal(size=3)]
    return dl.Learnables(("a", "a"), ("layers", "c"), [inside, 1.5]), rng.normal(size=(2, n))


PROGRAMS = [
    *(Program(f, network) for f in (
        by_number, by_names, names_in_a_loop, row_by_row, columns_together, rows_with_numbers, rows_reversed,
        in_a_comprehension, numbers_of_rows, unpacked, stored_by_name, stored_by_number, changed_in_place,
        changed_by_a_helper, two_names, column_under_a_name, updated, made)),
    Program(one_array_in_two_rows, lambda rng, n: network_of_two(rng, n)),
    Program(in_containers, nested),
    Program(holding_containers, holding),
]  # fmt: skip


def network_of_two(rng, n):
    return dl.Learnables(("a", "b", "b"), ("W", "W", "c"), [rng.normal(size=(n, n)), rng.normal(size=(n, n)), 0.5]), (
        rng.normal(size=(2, n)))


def subtle_rows_of_one_array(t, x):
    t["a", "W"][0] = 2.0
    return np.sum(x @ t["b", "W"])


def subtle_rows_that_are_exchanged(net, x):
    net.Value[0], net.Value[2] = net.Value[0] * 2, net.Value[2] * 3
    net["first", "Bias"], net["second", "Bias"] = np.ones(5) * net["second", "Bias"][0], np.zeros(3)
    return by_number(net, x)


def subtle_store_while_walking(net, x):
    total = 0.0
    for layer_name, parameter, value in net:
        net.Value[3] = net.Value[3] * 2
        total = total + np.sum(value)
    return total + by_number(net, x)


def subtle_in_place_while_walking(net, x):
    for _, _, value in net:
        value *= 2
    return by_number(net, x)


def subtle_place_of_the_run(net, x):
    k = int(np.argmax(x[0])) % 2
    return np.sum(net[k][2] ** 2) + np.sum(net.Value[k])


def subtle_sum_of_columns(net, x):
    values = net.Value + net.Value
    return np.sum(values[4] * values[0])


def subtle_other_names(net, x):
    net.Parameter = ("Bias", "Weights", "Weights", "Bias")
    return np.sum(net["first", "Bias"] ** 2)


def subtle_longer(net, x):
    net.Value.append(x)
    return np.sum(net.Value[4] * 2) + by_names(net, x)


def subtle_replaced_in_a_loop(net, x):
    for k in range(len(net)):
        net.Value[k] = net.Value[k] * (k + 1)
    return by_number(net, x)


def subtle_branch(net, x):
    if x[0, 0] > 0:
        net["first", "Bias"] = net["first", "Bias"] * 2
    else:
        net.Value[0] = net.Value[0] ** 2
    return by_names(net, x)


def subtle_row_kept(net, x):
    row = net[1]
    net.Value[1] = row[2] * 2
    return np.sum(row[2] * net.Value[1])


EITHER = [
    Program(subtle_rows_of_one_array, lambda rng, n: (one_array(rng, n), rng.normal(size=(2, n)))),
    *(Program(f, network) for f in (
        subtle_rows_that_are_exchanged, subtle_store_while_walking, subtle_in_place_while_walking,
        subtle_place_of_the_run, subtle_sum_of_columns, subtle_other_names, subtle_longer, subtle_replaced_in_a_loop,
        subtle_branch, subtle_row_kept)),
]  # fmt: skip


def one_array(rng, n):
    w = rng.normal(size=(n, n))
    return dl.Learnables(("a", "b"), ("W", "W"), [w, w])


# --- models -------------------------------------------------------------------------------------


def descent(net, x):
    for _ in range(3):
        loss = by_number(net, x)
        slopes = dl.dlgradient(loss, net)
        net, _ = dl.sgdmupdate(net, slopes, None, 0.01, 0)
    return loss, net


def descended(net, x):
    net = dl.Learnables(net.Layer, net.Parameter, net.Value)
    for _ in range(3):
        loss = by_number(net, x)
        steps = [differences(lambda v, k=k: by_number(with_value(net, k, v), x), net.Value[k]) for k in range(4)]
        net = dl.Learnables(net.Layer, net.Parameter, [v - 0.01 * s for v, s in zip(net.Value, steps)])
    return loss, net


def with_value(net, k, value):
    values = list(net.Value)
    values[k] = value
    return dl.Learnables(net.Layer, net.Parameter, values)


def penalty(net, x):
    loss = by_number(net, x)
    slopes = dl.dlgradient(loss, net, EnableHigherDerivatives=True)
    size = np.sum(slopes["first", "Bias"] ** 2) + np.sum(slopes.Value[0] ** 2)
    return dl.dlgradient(size, net)


def penalty_expected(net, x):
    def size(k, value):
        other = with_value(net, k, value)
        bias = differences(lambda v: by_number(with_value(other, 1, v), x), other.Value[1], 1e-3)
        weights = differences(lambda v: by_number(with_value(other, 0, v), x), other.Value[0], 1e-3)
        return np.sum(bias**2) + np.sum(weights**2)

    return dl.Learnables(net.Layer, net.Parameter,
                         [differences(lambda v, k=k: size(k, v), net.Value[k], 1e-3) for k in range(4)])  # fmt: skip


MODELS = [
    Model(descent, network, descended),
    Model(penalty, lambda rng, n: network(rng, 2), penalty_expected, 1e-4),
]


NOT_YET = [Program(made_of_a_list, network, refused="the attribute Value of an unknown object")]
