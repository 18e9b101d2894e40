"""Benchmarks: generated gradients against gradients written by hand, and against other tools.

Run ``python -m benchmarks``; ``--help`` lists the options. One thread, unless the environment
says otherwise: these variables count only if they are set before NumPy is imported.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
if os.environ["OMP_NUM_THREADS"] == "1":
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
