"""The functions on dlarrays, by MATLAB's names."""

from .activations import gelu, leakyrelu, logsoftmax, relu, sigmoid, softmax, tanh
from .linear import fullyconnect
from .losses import crossentropy, huber, indexcrossentropy, l1loss, l2loss, mse
from .reductions import max, mean, min, sum
from .updates import adamupdate, dlupdate, rmspropupdate, sgdmupdate

__all__ = [
    "adamupdate", "crossentropy", "dlupdate", "fullyconnect", "gelu", "huber",
    "indexcrossentropy", "l1loss", "l2loss", "leakyrelu", "logsoftmax", "max", "mean", "min",
    "mse", "relu", "rmspropupdate", "sgdmupdate", "sigmoid", "softmax", "sum", "tanh",
]  # fmt: skip
