"""Labels that do not fit: an error at the user's line before anything runs."""

import dlgrad as dl
import numpy as np

from . import example

X = dl.dlarray(np.ones((3, 4)), "CB")
plain = np.ones((3, 4))
W, b = np.ones((2, 3)), np.ones(2)


@example(plain, W)
def softmax_without_labels(x, W):
    y = dl.softmax(W @ x)  #! DataFormat
    return dl.dlgradient(np.sum(y), W)


@example(X, W)
def no_such_label(X, W):
    Y = dl.fullyconnect(X, W, b)
    y = np.sum(Y, axis="T")  #! no dimension labelled T
    return dl.dlgradient(np.sum(y), W)


@example(X)
def wrong_format(X):
    Y = dl.dlarray(dl.stripdims(X), "CBQ")  #! not a label
    return dl.dlgradient(np.sum(Y), X)


@example(X)
def too_few_labels(X):
    Y = dl.dlarray(dl.stripdims(X), "C")  #! fmt='C' has 1 labels
    return dl.dlgradient(np.sum(Y), X)


@example(X, np.ones((2, 5)))
def store_by_label(X, W):
    X[0] = 1.0  #! a store into a labelled array
    return dl.dlgradient(np.sum(X), X)


@example(X, W)
def unknown_option(X, W):
    y = dl.softmax(dl.fullyconnect(X, W, b), DataFromat="CB")  #! DataFormat
    return dl.dlgradient(np.sum(y), W)


@example(X)
def loops_over_labels(X):
    y = 0.0
    for row in X:  #! a loop over a labelled array
        y = y + np.sum(row)
    return dl.dlgradient(y, X)
