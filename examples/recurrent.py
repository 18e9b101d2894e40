"""A recurrent cell that learns to continue a wave: gradients through time.

The loop over time is a Python loop. The gradient needs the states of all steps; the generated
code keeps them in a list, `h_saved`, and walks it backwards. `@dlaccelerate` transpiles when the
function is decorated as far as it can, and makes calls cheap; the function is then called like
any other, for sequences of any length.

    python recurrent.py [--quick]
"""

import argparse
import sys

import dlgrad as dl
import numpy as np


@dl.dlaccelerate
def loss_and_gradients(params, xs, targets):
    """Mean squared error of predicting each next value, and its gradient."""
    h = np.zeros((xs.shape[1], params["U"].shape[0]))
    loss = 0.0
    for x, target in zip(xs, targets, strict=True):
        h = np.tanh(x @ params["W"] + h @ params["U"] + params["b"])
        y = h @ params["V"]
        loss = loss + np.mean((y - target) ** 2) / len(xs)
    gradients = dl.dlgradient(loss, params)
    return loss, gradients


def continued(params, xs, steps):
    """What the cell makes of its own predictions after it has seen xs."""
    h = np.zeros((xs.shape[1], params["U"].shape[0]))
    for x in xs:
        h = np.tanh(x @ params["W"] + h @ params["U"] + params["b"])
    values = []
    for _ in range(steps):
        values.append(h @ params["V"])
        h = np.tanh(values[-1] @ params["W"] + h @ params["U"] + params["b"])
    return np.stack(values)


def waves(rng, length, batch):
    """Sine waves of random phase, of size length x batch x 1."""
    phase = rng.uniform(0, 2 * np.pi, batch)
    return np.sin(0.4 * np.arange(length)[:, None] + phase)[:, :, None]


def main(quick=False):
    rng, n = np.random.default_rng(2), 16
    params = {
        "W": rng.standard_normal((1, n)),
        "U": rng.standard_normal((n, n)) / np.sqrt(n),
        "b": np.zeros(n),
        "V": rng.standard_normal((n, 1)) / np.sqrt(n),
    }
    average, average_sq, steps = None, None, 40 if quick else 600
    for step in range(1, steps + 1):
        wave = waves(rng, 26, 16)
        loss, gradients = loss_and_gradients(params, wave[:-1], wave[1:])
        params, average, average_sq = dl.adamupdate(
            params, gradients, average, average_sq, step, 0.01
        )
        if step == 1 or step % (steps // 4) == 0:
            print(f"step {step:3}  loss {loss:.5f}")

    wave = waves(rng, 40, 1)
    guess = continued(params, wave[:25], 15)
    print("\nwave      ", " ".join(f"{v:5.2f}" for v in wave[25:, 0, 0]))
    print("continued ", " ".join(f"{v:5.2f}" for v in guess[:, 0, 0]), "\n")
    print(dl.gradient_source(loss_and_gradients, params, wave[:-1], wave[1:]))
    return 0 if quick or loss < 0.01 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train a recurrent cell on sine waves.")
    parser.add_argument("--quick", action="store_true", help="fewer steps")
    sys.exit(main(parser.parse_args().quick))
