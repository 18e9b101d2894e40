"""Second derivatives through stores: of windows, buffers, rows, and functions that change arrays in place."""

import numpy as np
from dlgrad import dlgradient

from . import Model, buffers, differences, in_place, rows, stores, vectors, windows


def second(function):
    """A model that differentiates the gradient of a function along a direction."""

    def along(x, w, v):
        g = dlgradient(function(x, w), x, EnableHigherDerivatives=True)
        return dlgradient(np.sum(g * v), x)

    return along


def second_of_one(function):
    """The same for a function of one argument."""

    def along(x, v):
        g = dlgradient(function(x), x, EnableHigherDerivatives=True)
        return dlgradient(np.sum(g * v), x)

    return along


def expected(function):
    """What a model of `second` must return, by differences of differences."""

    def by_differences(x, *rest):
        *others, v = rest
        return differences(
            lambda z: np.sum(differences(lambda u: function(u.copy(), *others), z, 1e-3) * v), x, 1e-3
        )

    return by_differences


OF_TWO = [
    stores.overwritten,
    stores.view_of_view,
    stores.alias_store,
    stores.out_argument,
    stores.helper_stores,
    windows.one_of_two_arrays,
    windows.stored_into_one_of_two_arrays,
    windows.alias_of_some_turns,
    in_place.out_is_a_slice,
    in_place.out_where,
    in_place.stores_into_flat,
    in_place.parts_of_complex_numbers,
    in_place.copied_into,
    in_place.put_and_place,
    buffers.wave,
    buffers.upwind,
]
OF_ONE = [stores.cumulative_in_place, rows.rows_changed, rows.rows_of_two_arrays, rows.entries_of_rows]
MODELS = [
    *[Model(second(f), vectors(3), expected(f), rtol=1e-5) for f in OF_TWO],
    *[Model(second_of_one(f), vectors(2), expected(f), rtol=1e-5) for f in OF_ONE],
]
for _model, _function in zip(MODELS, [*OF_TWO, *OF_ONE], strict=True):
    _model.function.__name__ = _function.__name__
