"""A table of learnable parameters: one row for each, with the layer it belongs to and its name there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False, repr=False)
class Learnables:
    """Parameters in rows, as MATLAB's ``net.Learnables``; three columns of one length.

    A container for `dlgradient`, the updates and all else that takes parameters: the gradient with respect
    to a table is a table with the same rows and the gradients in `Value`.

        table = Learnables.of({"fc": {"Weights": W, "Bias": b}})
        table.Value[0], table["fc", "Weights"], table[0]          # W, W, ("fc", "Weights", W)
        for layer, parameter, value in table: ...

    Attributes:
        Layer: names of layers.
        Parameter: names of parameters.
        Value: arrays or numbers of any shape, or containers of them; this list may be changed.

    Raises:
        ValueError: for columns of different lengths, or two rows of one layer and parameter.
    """

    Layer: tuple[str, ...]
    Parameter: tuple[str, ...]
    Value: list[Any]

    def __post_init__(self) -> None:
        self.Layer, self.Parameter, self.Value = tuple(self.Layer), tuple(self.Parameter), list(self.Value)
        if not len(self.Layer) == len(self.Parameter) == len(self.Value):
            raise ValueError(f"the columns have different lengths: Layer {len(self.Layer)}, "
                             f"Parameter {len(self.Parameter)}, Value {len(self.Value)}")  # fmt: skip
        names = Counter(zip(self.Layer, self.Parameter, strict=True))
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            raise ValueError(f"two rows are called {twice[0]!r}: a layer has each parameter once")

    @classmethod
    def of(cls, layers: Mapping[str, Mapping[str, Any]]) -> Learnables:
        """The table of ``{layer: {parameter: value}}``."""
        rows = [(layer, name, value) for layer, held in layers.items() for name, value in held.items()]
        return cls(tuple(r[0] for r in rows), tuple(r[1] for r in rows), [r[2] for r in rows])

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.Value)

    def __iter__(self) -> Iterator[tuple[str, str, Any]]:
        """The rows, as (layer, parameter, value), each as it is when it is its turn."""
        for k in range(len(self)):
            yield self[k]

    def __getitem__(self, key: Any) -> Any:
        """A row by its number, or the value of a row by its layer and parameter.

        Raises:
            IndexError: there is no row of that number.
            KeyError: there is no row of that layer and parameter.
        """
        if isinstance(key, tuple):
            return self.Value[self._row(*key)]
        return self.Layer[key], self.Parameter[key], self.Value[key]

    def __setitem__(self, key: tuple[str, str], value: Any) -> None:
        """Replace the value of the row of a layer and parameter.

        Raises:
            KeyError: there is no such row.
        """
        self.Value[self._row(*key)] = value

    def _row(self, layer: str, parameter: str) -> int:
        for k, names in enumerate(zip(self.Layer, self.Parameter, strict=True)):
            if names == (layer, parameter):
                return k
        raise KeyError((layer, parameter))

    def __repr__(self) -> str:
        titles = ("Layer", "Parameter", "Value")
        rows = [titles, *((str(a), str(b), _in_short(v)) for a, b, v in zip(self.Layer, self.Parameter, self.Value))]
        widths = [max(len(r[k]) for r in rows) for k in (0, 1)]
        return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {v}" for a, b, v in rows)


def _in_short(value: Any) -> str:
    """A value's dtype and shape, or what it is."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is None or dtype is None:
        return repr(value) if isinstance(value, (int, float, complex)) else type(value).__name__
    return f"{dtype}{list(shape)}"
