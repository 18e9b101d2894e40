"""Tables of learnables: what they hold, the gradients with respect to them, and steps by hand."""

from __future__ import annotations

import copy
import pickle

import dlgrad as dl
import numpy as np
import pytest


def table():
    rng = np.random.default_rng(0)
    return dl.Learnables.of({"fc": {"Weights": rng.normal(size=(2, 3)), "Bias": np.zeros(3)},
                             "out": {"Weights": rng.normal(size=(3, 1))}})  # fmt: skip


def model(net, x, t):
    h = np.tanh(x @ net["fc", "Weights"] + net["fc", "Bias"])
    loss = np.mean((h @ net["out", "Weights"] - t) ** 2)
    return loss, dl.dlgradient(loss, net)


X = np.random.default_rng(1).normal(size=(20, 2))
T = np.sin(X[:, :1])


def test_columns_and_rows():
    net = table()
    assert net.Layer == ("fc", "fc", "out") and net.Parameter == ("Weights", "Bias", "Weights")
    assert len(net) == 3 and [row[:2] for row in net] == [*zip(net.Layer, net.Parameter)]
    assert net[1][2] is net.Value[1] is net["fc", "Bias"] is [value for _, _, value in net][1]
    net["fc", "Bias"] = net.Value[1] + 1
    assert net.Value[1][0] == 1.0
    assert repr(net).splitlines()[:2] == ["Layer  Parameter  Value", "fc     Weights    float64[2, 3]"]


def test_what_is_no_table():
    with pytest.raises(ValueError, match="different lengths: Layer 1, Parameter 1, Value 0"):
        dl.Learnables(("a",), ("b",), [])
    with pytest.raises(ValueError, match=r"two rows are called \('a', 'b'\)"):
        dl.Learnables(("a", "a"), ("b", "b"), [1.0, 2.0])
    with pytest.raises(KeyError, match="there"):
        table()["there", "Bias"]
    with pytest.raises(IndexError):
        table()[3]


def test_copies():
    net = table()
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other.Layer == net.Layer and other.Value[0] is not net.Value[0]
        np.testing.assert_array_equal(other.Value[0], net.Value[0])


def test_the_gradient_is_the_same_table():
    net = table()
    _, slopes = dl.dlfeval(model, net, X, T)
    assert type(slopes) is dl.Learnables and (slopes.Layer, slopes.Parameter) == (net.Layer, net.Parameter)
    assert [v.shape for v in slopes.Value] == [v.shape for v in net.Value]
    for k in range(len(net)):
        for i in np.ndindex(net.Value[k].shape):
            at = []
            for step in (1e-5, -1e-5):
                moved = copy.deepcopy(net)
                moved.Value[k][i] += step
                at.append(dl.dlfeval(model, moved, X, T)[0])
            assert abs((at[0] - at[1]) / 2e-5 - slopes.Value[k][i]) < 1e-8


def test_a_training_loop_by_hand():
    net = table()
    first = dl.dlfeval(model, net, X, T)[0]
    for _ in range(200):
        loss, slopes = dl.dlfeval(model, net, X, T)
        for k, (layer, parameter, slope) in enumerate(slopes):
            assert (layer, parameter) == net[k][:2]
            net.Value[k] = net.Value[k] - 0.2 * slope
    assert loss < first / 4


@pytest.mark.parametrize("update", ["sgdm", "adam", "rmsprop"])
def test_updates(update):
    net, first = table(), dl.dlfeval(model, table(), X, T)[0]
    state, square = None, None
    for k in range(1, 200):
        loss, slopes = dl.dlfeval(model, net, X, T)
        if update == "sgdm":
            net, state = dl.sgdmupdate(net, slopes, state, 0.05)
        elif update == "adam":
            net, state, square = dl.adamupdate(net, slopes, state, square, k, 0.02)
        else:
            net, state = dl.rmspropupdate(net, slopes, state, 0.02)
    assert type(net) is type(state) is dl.Learnables and loss < first / 3
    halved = dl.dlupdate(lambda p: p / 2, net)
    np.testing.assert_array_equal(halved["fc", "Weights"] * 2, net["fc", "Weights"])


def test_labelled_values():
    net = table()
    labelled = dl.dlupdate(lambda p: dl.dlarray(p), net)
    slopes = dl.dlfeval(model, labelled, X, T)[1]
    plain = dl.dlfeval(model, net, X, T)[1]
    assert all(dl.isdlarray(v) for v in slopes.Value)
    for a, b in zip(slopes.Value, plain.Value):
        np.testing.assert_array_equal(dl.extractdata(a), b)


def test_from_outside():
    def loss(net):
        return sum(np.sum(v**2) for _, name, v in net if name == "Weights")

    net = table()
    for value, slopes in (dl.value_and_grad(loss)(net), dl.value_and_grad(loss)(net)):
        assert value == loss(net)
        np.testing.assert_array_equal(slopes["fc", "Weights"], 2 * net["fc", "Weights"])
        np.testing.assert_array_equal(slopes["fc", "Bias"], np.zeros(3))
    directions = dl.dlupdate(np.ones_like, net)
    value, slope = dl.jvp(loss, (net,), (directions,))
    assert np.isclose(slope, 2 * (net.Value[0].sum() + net.Value[2].sum()))
    assert dl.check_gradients(loss, net)


def test_variables_are_called_by_their_rows():
    text = dl.gradient_source(model, table(), X, T)
    assert "dnet_fc_Weights = " in text and "dnet_out_Weights = " in text
    with pytest.warns(dl.GradientWarning, match=r"does not depend on net\.Value\[1\]"):
        dl.dlfeval(without_bias, table())


def without_bias(net):
    loss = np.sum(net.Value[0]) + np.sum(net.Value[2])
    return dl.dlgradient(loss, net)


def test_a_table_of_other_rows_is_another_program():
    accelerated = dl.dlaccelerate(by_name)
    first = dl.Learnables(("a", "b"), ("W", "W"), [np.ones(2), np.full(2, 3.0)])
    second = dl.Learnables(("b", "a"), ("W", "W"), [np.ones(2), np.full(2, 3.0)])
    np.testing.assert_array_equal(accelerated(first)["a", "W"], [2.0, 2.0])
    np.testing.assert_array_equal(accelerated(second)["a", "W"], [6.0, 6.0])


def by_name(net):
    loss = np.sum(net["a", "W"] ** 2)
    return dl.dlgradient(loss, net)
