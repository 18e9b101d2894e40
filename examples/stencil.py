"""A simulation that stores into its array, and the question what went into it.

A rod cools: at every step the inner points of `u` are overwritten in place, ``u[1:-1] = ...``.
Gradients through such stores are where mistakes are easily made by hand: the adjoint of what was
overwritten must become zero. Here they answer how well each half of the rod conducts heat, from
its temperatures at the end.

    python stencil.py [--quick]
"""

import argparse
import sys

import dlgrad as dl
import numpy as np


def cooled(k, start, steps):
    """The rod after so many steps; k is the conductivity between neighbours."""
    u = start.copy()
    for _ in range(steps):
        flow = k * (u[1:] - u[:-1])
        u[1:-1] = u[1:-1] + flow[1:] - flow[:-1]
    return u


def misfit(k, start, seen, steps):
    """How far the simulated end is from the one seen, and the gradient for the conductivities."""
    end = cooled(k, start, steps)
    loss = np.mean((end - seen) ** 2)
    dk = dl.dlgradient(loss, k)
    return loss, dk


def main(quick=False):
    points, steps = 24, 60
    start = np.sin(np.linspace(0, 3 * np.pi, points)) + 1.0
    truth = np.where(np.arange(points - 1) < points // 2, 0.4, 0.15)
    seen = cooled(truth, start, steps)

    k = np.full(points - 1, 0.25)
    average, average_sq, rounds = None, None, 60 if quick else 1500
    first = loss = dl.dlfeval(misfit, k, start, seen, steps)[0]
    for i in range(1, rounds + 1):
        loss, dk = dl.dlfeval(misfit, k, start, seen, steps)
        k, average, average_sq = dl.adamupdate(k, dk, average, average_sq, i, 0.005)
        k = np.clip(k, 0.01, 0.49)
        if i % (rounds // 5) == 0:
            print(f"round {i:4}  misfit {loss:.3e}")
    left, right = k[: points // 2].mean(), k[points // 2 :].mean()
    print(f"\nconductivity: left {left:.3f} (0.400), right {right:.3f} (0.150)\n")
    print(dl.gradient_source(misfit, k, start, seen, steps))
    return 0 if loss < first / 10 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Find conductivities from a cooled rod.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    sys.exit(main(parser.parse_args().quick))
