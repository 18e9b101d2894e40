"""Least squares in plain NumPy, written as a loop over the observations.

Nothing here knows of labels or layers: a function of plain arrays with a Python loop in it, which
asks for its gradient. `dlfeval` gives plain arrays back. The gradient code that is printed at the
end has the loop too, running backwards.

    python least_squares.py [--quick]
"""

import argparse
import sys

import dlgrad as dl
import numpy as np


def squared_error(w, rows, targets):
    """Half the mean squared error of the line fitted by w, and its gradient."""
    total = 0.0
    for row, target in zip(rows, targets, strict=True):
        error = row @ w - target
        total = total + 0.5 * error**2
    loss = total / len(targets)
    dw = dl.dlgradient(loss, w)
    return loss, dw


def main(quick=False):
    rng = np.random.default_rng(1)
    rows = np.column_stack([np.ones(60), rng.uniform(-1, 1, (60, 2))])
    targets = rows @ [0.5, -2.0, 1.0] + 0.1 * rng.standard_normal(60)

    w = np.zeros(3)
    for step in range(80 if quick else 400):
        loss, dw = dl.dlfeval(squared_error, w, rows, targets)
        w = w - 0.8 * dw
        if step % 20 == 0 and step < 100:
            print(f"step {step:3}  loss {loss:.6f}  gradient {np.linalg.norm(dw):.2e}")

    exact = np.linalg.lstsq(rows, targets)[0]
    distance = np.max(np.abs(w - exact))
    print(f"\nby descent      {w}\nby np.linalg    {exact}\nlargest distance {distance:.1e}\n")
    print(dl.gradient_source(squared_error, w, rows, targets))
    return 0 if distance < 1e-6 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fit a plane by gradient descent.")
    parser.add_argument("--quick", action="store_true", help="fewer steps")
    sys.exit(main(parser.parse_args().quick))
