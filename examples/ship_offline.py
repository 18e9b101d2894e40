"""Reading the generated code, and shipping it to where there is nothing but NumPy.

`gradient_source` is a string: read it, diff it, save it. The command ``dlgrad compile`` writes a
standalone module, here into a temporary folder. It is then used by a Python that is kept from
finding dlgrad, and the gradient that comes back is compared with `dlfeval`'s.

    python ship_offline.py [--quick]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import dlgrad as dl
import numpy as np


def logistic_loss(w, b, X, t):
    """Logistic regression with a little weight decay."""
    p = 1 / (1 + np.exp(-(X @ w + b)))
    loss = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)) + 1e-3 * np.sum(w**2)
    dw, db = dl.dlgradient(loss, w, b)
    return loss, dw, db


def example():
    """Arguments such as the function will get: their kinds count, not their sizes."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((50, 4))
    return np.full(4, 0.1), 0.2, X, (X[:, 0] > 0).astype(float)


ELSEWHERE = """
import json, sys
sys.path.insert(0, sys.argv[1])
sys.modules["dlgrad"] = None  # an import of it would fail
import numpy as np
from shipped import logistic_loss
w, b, X, t = json.load(sys.stdin)
loss, dw, db = logistic_loss(np.array(w), b, np.array(X), np.array(t))
print(json.dumps([float(loss), dw.tolist(), float(db)]))
"""


def main(quick=False):
    args = example()
    source = dl.gradient_source(logistic_loss, *args)
    print(source)

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "dlgrad", "compile", f"{__file__}:logistic_loss"]
        module = Path(folder, "shipped.py")
        subprocess.run([*command, "--example", "example", "-o", str(module)], check=True)
        print(f"compiled to {module.name}, {len(module.read_text('utf-8').splitlines())} lines\n")

        sent = json.dumps([a.tolist() if isinstance(a, np.ndarray) else a for a in args])
        elsewhere = subprocess.run([sys.executable, "-c", ELSEWHERE, folder], input=sent,
                                   capture_output=True, text=True, check=True)  # fmt: skip
    there = json.loads(elsewhere.stdout)
    here = dl.dlfeval(logistic_loss, *args)
    difference = max(float(np.max(np.abs(a - b))) for a, b in zip(here, there, strict=True))
    print(f"loss {there[0]:.6f}, gradient {np.round(there[1], 4)}")
    print(f"largest difference between there and here: {difference:.1e}")
    return 0 if difference < 1e-12 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compile a gradient and use it without dlgrad.")
    parser.add_argument("--quick", action="store_true", help="accepted, and changes nothing")
    sys.exit(main(parser.parse_args().quick))
