"""dlgrad: MATLAB's dlarray, dlfeval and dlgradient for Python, by source transformation."""

from pathlib import Path as _Path

# In a source checkout `transpile/` and `runtime/` lie beside this folder, not in it.
_root = _Path(__file__).resolve().parent.parent
if (_root / "pyproject.toml").is_file() and (_root / "transpile").is_dir():
    __path__.append(str(_root))

from .api import dlfeval, dlgradient, gradient_source, stop_gradient  # noqa: E402
from .runtime.dlarray import dlarray  # noqa: E402
from .runtime.functions import *  # noqa: E402, F403
from .transforms import grad, value_and_grad, vjp  # noqa: E402

__all__ = ["dlarray", "dlfeval", "dlgradient", "gradient_source", "stop_gradient"]
