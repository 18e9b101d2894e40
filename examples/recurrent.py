"""A recurrent cell that learns to go on circling: gradients through time.

The loop over time is a Python loop. The gradient needs the states of all steps; the generated
code keeps them in lists whose names end in `_saved`, and walks them backwards. `@dlaccelerate`
transpiles when the function is decorated, as far as that can be done without arguments, and makes
calls cheap; the function is then called like any other, for sequences of any length.

    python recurrent.py [--quick]
"""

import argparse
import sys

import dlgrad as dl
import numpy as np


@dl.dlaccelerate
def loss_and_gradients(params, h, points, targets):
    """Mean squared error of predicting each next point, and its gradient."""
    loss = 0.0
    for x, target in zip(points, targets, strict=True):
        h = np.tanh(x @ params["W"] + h @ params["U"] + params["b"])
        y = h @ params["V"]
        loss = loss + np.mean((y - target) ** 2) / len(points)
    gradients = dl.dlgradient(loss, params)
    return loss, gradients


def continued(params, h, points, steps):
    """What the cell makes of its own predictions after it has seen some points."""
    for x in points:
        h = np.tanh(x @ params["W"] + h @ params["U"] + params["b"])
    path = []
    for _ in range(steps):
        path.append(h @ params["V"])
        h = np.tanh(path[-1] @ params["W"] + h @ params["U"] + params["b"])
    return np.stack(path)


def circles(rng, length, batch):
    """Points on the unit circle, of size length x batch x 2, from random starts."""
    angle = 0.4 * np.arange(length)[:, None] + rng.uniform(0, 2 * np.pi, batch)
    return np.stack([np.cos(angle), np.sin(angle)], axis=2)


def main(quick=False):
    rng, n, batch = np.random.default_rng(2), 16, 8
    params = {
        "W": rng.standard_normal((2, n)),
        "U": rng.standard_normal((n, n)) / np.sqrt(n),
        "b": np.zeros(n),
        "V": rng.standard_normal((n, 2)) / np.sqrt(n),
    }
    h = np.zeros((batch, n))
    average, average_sq, steps = None, None, 40 if quick else 600
    for step in range(1, steps + 1):
        path = circles(rng, 21, batch)
        loss, gradients = loss_and_gradients(params, h, path[:-1], path[1:])
        state = (average, average_sq, step, 0.01)
        params, average, average_sq = dl.adamupdate(params, gradients, *state)
        if step == 1 or step % (steps // 4) == 0:
            print(f"step {step:3}  loss {loss:.5f}")

    path = circles(rng, 35, batch)
    guess = continued(params, h, path[:20], 15)
    for name, points in (("true", path[20:]), ("continued", guess)):
        print(f"{name:9}", " ".join(f"{v:5.2f}" for v in points[:, 0, 0]))
    print()
    print(dl.gradient_source(loss_and_gradients, params, h, path[:-1], path[1:]))
    return 0 if quick or loss < 0.01 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train a recurrent cell on circles.")
    parser.add_argument("--quick", action="store_true", help="fewer steps")
    sys.exit(main(parser.parse_args().quick))
