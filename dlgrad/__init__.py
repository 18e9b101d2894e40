"""dlgrad: MATLAB's dlarray, dlfeval and dlgradient for Python, by source transformation."""

from pathlib import Path as _Path

# In a source checkout `transpile/` and `runtime/` lie beside this folder, not in it.
_root = _Path(__file__).resolve().parent.parent
if (_root / "pyproject.toml").is_file() and (_root / "transpile").is_dir():
    __path__.append(str(_root))

from .accelerate import AcceleratedFunction, dlaccelerate  # noqa: E402
from .api import dlfeval, dlgradient, gradient_source, stop_gradient  # noqa: E402
from .calculus import dldivergence, dljacobian, dllaplacian  # noqa: E402
from .custom import (  # noqa: E402
    DifferentiableFunction,
    checkpoint,
    checkpoint_loop,
    custom_gradient,
    gradient_of,
    straight_through,
)  # fmt: skip
from .directions import hessian, hvp, jacobian, jvp  # noqa: E402
from .runtime import functions as _functions  # noqa: E402
from .runtime.dlarray import dims, dlarray, extractdata, finddim, isdlarray, size, stripdims  # noqa: E402
from .runtime.errors import (  # noqa: E402
    DLError,
    FormatError,
    GradientWarning,
    NotDifferentiable,
    NumericsError,
    StrictError,
    TraceError,
    UnsupportedSyntax,
)  # fmt: skip
from .runtime.functions import *  # noqa: E402, F403
from .runtime.learnables import Learnables  # noqa: E402
from .runtime.settings import options  # noqa: E402
from .transforms import grad, value_and_grad, vjp  # noqa: E402

__version__ = "0.1.0"
__all__ = [
    "AcceleratedFunction", "DLError", "DifferentiableFunction", "FormatError", "GradientWarning", "Learnables",
    "NotDifferentiable", "NumericsError", "StrictError", "TraceError", "UnsupportedSyntax", "checkpoint",
    "checkpoint_loop", "custom_gradient", "dims", "dlaccelerate", "dlarray", "dldivergence", "dlfeval",
    "dlgradient", "dljacobian", "dllaplacian", "extractdata", "finddim", "grad", "gradient_of", "gradient_source",
    "hessian", "hvp", "isdlarray", "jacobian", "jvp", "options", "size", "stop_gradient", "straight_through",
    "stripdims", "value_and_grad", "vjp",
    *_functions.__all__,
]  # fmt: skip


def __getattr__(name: str) -> object:
    """`check_gradients` is imported when it is asked for."""
    if name == "check_gradients":
        from .check import check_gradients

        return check_gradients
    raise AttributeError(f"module 'dlgrad' has no attribute {name!r}")
