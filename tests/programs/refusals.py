"""What is refused, with a part of the message: the model would change or hide what a gradient depends on."""

import numpy as np

from . import Program, vectors


def integer_variable(k):
    return np.sum(k * 0.5)


def text_result(x):
    return float(str(x[0])) * x[1]


def evaluated_text(x):
    return np.sum(eval("x * x"))


def vector_result(x):
    return x * x


def store_through_unknown_function(x):
    y = x * 2
    np.random.default_rng(0).shuffle(y)
    return y[0] * 2


def own_text_of_value(x):
    return float(f"{x[0]!r}") * x[1]


REFUSED = [
    Program(integer_variable, lambda rng, n: (np.arange(n),), refused="integer"),
    Program(text_result, vectors(1), refused="str(x[0])"),
    Program(evaluated_text, vectors(1), refused='eval("x * x")'),
    Program(vector_result, vectors(1), refused="one real number"),
    Program(store_through_unknown_function, vectors(1), refused="shuffle"),
    Program(own_text_of_value, vectors(1), refused="float"),
]
