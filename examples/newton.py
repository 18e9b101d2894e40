"""Derivatives through a loop whose length the data decides: Newton's method.

Kepler's equation ``E - e sin E = M`` has no closed solution E(e, M); Newton's method finds E in a
`while` loop. The derivatives of E have a closed form, so the transpiled loop can be compared with
the truth. Everything is a Python number here, in the model and in the generated code.

    python newton.py [--quick]
"""

import argparse
import math
import sys

import dlgrad as dl


def anomaly(e, M):
    """E for eccentricity e and mean anomaly M, with its derivatives."""
    E = M + 0.0
    step = 1.0
    while abs(step) > 1e-13:
        step = (E - e * math.sin(E) - M) / (1.0 - e * math.cos(E))
        E = E - step
    de, dM = dl.dlgradient(E, e, M)
    return E, de, dM


def closed_form(e, E):
    """The derivatives of E by the implicit function theorem."""
    slope = 1.0 - e * math.cos(E)
    return math.sin(E) / slope, 1.0 / slope


def main(quick=False):
    worst = 0.0
    print("   e     M        E     dE/de     dE/dM   difference from the closed form")
    for e in (0.1, 0.9) if quick else (0.1, 0.3, 0.5, 0.7, 0.9):
        for M in (0.5, 2.0):
            E, de, dM = dl.dlfeval(anomaly, e, M)
            exact = closed_form(e, E)
            difference = max(abs(de - exact[0]), abs(dM - exact[1]))
            worst = max(worst, difference)
            print(f"{e:4}  {M:4}  {E:7.4f}  {de:8.4f}  {dM:8.4f}   {difference:.1e}")
    print()
    print(dl.gradient_source(anomaly, 0.5, 2.0))
    return 0 if worst < 1e-9 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Differentiate Newton's method.")
    parser.add_argument("--quick", action="store_true", help="fewer rows")
    sys.exit(main(parser.parse_args().quick))
