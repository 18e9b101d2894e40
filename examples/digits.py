"""Handwritten digits: the whole of a custom training loop.

"CB": rows are pixels (C, channels), columns observations (B, batch), so `fullyconnect`, `softmax`
and `crossentropy` find their axes. The model asks for its gradient with `dlgradient`; `dlfeval`
transpiles it to plain NumPy once, and runs what it wrote, which is printed at the end.

    python digits.py            trains for some seconds; fails below 97 % on digits never seen
    python digits.py --quick    three epochs
"""

import argparse
import sys
import time
from itertools import pairwise

import dlgrad as dl
import numpy as np
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits

SIZES = (64, 256, 128, 10)


def classify(params, X):
    """The probabilities of the ten digits."""
    H = dl.relu(dl.fullyconnect(X, params["W1"], params["b1"]))
    H = dl.relu(dl.fullyconnect(H, params["W2"], params["b2"]))
    return dl.softmax(dl.fullyconnect(H, params["W3"], params["b3"]))


def loss_and_gradients(params, X, T):
    """The model function: a loss, and its gradients in a dict like `params`."""
    Y = classify(params, X)
    loss = dl.crossentropy(Y, T)
    gradients = dl.dlgradient(loss, params)
    return loss, gradients


def initial_parameters(rng):
    """He's weights, no biases; single precision stays single precision."""
    params = {}
    for i, (n, m) in enumerate(pairwise(SIZES), 1):
        params[f"W{i}"] = (rng.standard_normal((m, n)) * np.sqrt(2 / n)).astype(np.float32)
        params[f"b{i}"] = np.zeros(m, np.float32)
    return params


def minibatches(images, labels, size, rng):
    """Labelled images and one-hot targets, in a new order every time."""
    order = rng.permutation(len(labels))
    for chosen in np.array_split(order, len(order) // size):
        targets = np.eye(10, dtype=np.float32)[labels[chosen]]
        yield dl.dlarray(moved(images[chosen], rng).T, "CB"), dl.dlarray(targets.T, "CB")


def moved(images, rng):
    """Images shifted by a fraction of a pixel, with noise, so that none is seen twice."""
    for axis in (1, 2):
        share, step = np.float32(rng.uniform(0, 0.7)), rng.choice((-1, 1))
        images = (1 - share) * images + share * np.roll(images, step, axis)
    return (images + 0.15 * rng.standard_normal(images.shape, np.float32)).reshape(-1, 64)


def progress(done, total, text):
    """A bar that grows on a terminal; some lines elsewhere."""
    if sys.stdout.isatty():
        print(f"\r[{'#' * (30 * done // total):30}] {text}", end="\n" * (done == total), flush=True)
    elif done % max(1, total // 10) == 0:
        print(f"{done:4}/{total}  {text}", flush=True)


def main(quick=False):
    threadpool_limits(1)  # matrices as small as these are slower on several threads
    rng, digits = np.random.default_rng(0), load_digits()
    images, labels = digits.images.astype(np.float32) / 16, digits.target
    held_out, training = np.split(rng.permutation(len(labels)), [len(labels) // 5])
    params, average, average_sq, step = initial_parameters(rng), None, None, 0
    epochs, start = 3 if quick else 100, time.perf_counter()
    for epoch in range(epochs):
        rate = 0.002 * (1 - epoch / epochs)
        for X, T in minibatches(images[training], labels[training], 64, rng):
            step += 1
            loss, gradients = dl.dlfeval(loss_and_gradients, params, X, T)
            state = (average, average_sq, step, rate)
            params, average, average_sq = dl.adamupdate(params, gradients, *state)
        seconds = time.perf_counter() - start
        progress(epoch + 1, epochs, f"loss {float(loss):.4f}  {seconds:.1f} s")
    unseen = dl.dlarray(images[held_out].reshape(-1, 64).T, "CB")
    best = dl.extractdata(classify(params, unseen)).argmax(axis=0)  # no gradient: no dlfeval
    accuracy = np.mean(best == labels[held_out])
    print(f"accuracy on {len(best)} held-out digits: {accuracy:.2%}\n")
    print(dl.gradient_source(loss_and_gradients, params, X, T))
    return 0 if quick or accuracy >= 0.97 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train a classifier of handwritten digits.")
    parser.add_argument("--quick", action="store_true", help="three epochs")
    sys.exit(main(parser.parse_args().quick))
