"""What every test runs in: a cache of its own, one thread for linear algebra, an option to accept texts."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

# Before NumPy is imported; workers and child processes inherit both.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

_own_cache = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true",
                     help="write the generated texts of tests/gallery as they are now: read the diff")  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """A private cache folder for the session: nothing that an earlier version wrote is read."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.stash[_own_cache] = os.environ["DLGRAD_CACHE_DIR"] = tempfile.mkdtemp(prefix="dlgrad-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _own_cache in config.stash:
        shutil.rmtree(config.stash[_own_cache], ignore_errors=True)


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether generated texts are to be written anew."""
    return bool(request.config.getoption("--accept"))
