"""What the whole process is set to: `options`."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType


@dataclass
class Settings:
    """The settings as they are now."""

    strict: bool = False
    check_numerics: bool | str = False


NOW = Settings()


class options:
    """Settings of dlgrad for the whole process; as a context manager, until its block ends.

    Args:
        strict: what would be a `GradientWarning` is an error, raised before the model runs.
        check_numerics: stop at the first statement, forward or backward, that makes a NaN or an infinity, and
            name the user's line; "nan" lets infinities pass. Slower: every statement is looked at.

    What is not given stays as it is.

    >>> with options(strict=True):
    ...     pass
    """

    def __init__(self, *, strict: bool | None = None, check_numerics: bool | str | None = None) -> None:
        if strict is not None and not isinstance(strict, bool):
            raise ValueError(f"strict is True or False, not {strict!r}")
        if check_numerics is not None and check_numerics not in (True, False, "nan"):
            raise ValueError(f'check_numerics is True, False or "nan", not {check_numerics!r}')
        self.before = Settings(NOW.strict, NOW.check_numerics)
        NOW.strict = NOW.strict if strict is None else strict
        NOW.check_numerics = NOW.check_numerics if check_numerics is None else check_numerics

    def __enter__(self) -> options:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        NOW.strict, NOW.check_numerics = self.before.strict, self.before.check_numerics

    def __repr__(self) -> str:
        return f"options(strict={NOW.strict}, check_numerics={NOW.check_numerics!r})"
