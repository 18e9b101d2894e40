"""One note on an exception inside generated code: which line of the user's it belongs to.

The comments of the generated text are the source map: ``# line 17: ...`` above a group of backward
lines, ``# line 17`` behind a forward line that was changed. Forward lines that were not changed are
found in the user's text as they are.
"""

from __future__ import annotations

import ast
import re
from types import TracebackType
from typing import Any

from ..runtime import fast
from ..runtime.errors import NumericsError

HEADER = re.compile(r"\s*# line (\d+): ")
TRAILER = re.compile(r"  # line (\d+)$")
CHEAPER = fast.mean.__code__.co_filename
LEADS = ("in the backward of ", "in the generated code of ")


def note(error: BaseException, module: Any, filename: str) -> None:
    """Add the note, unless there is one or the exception did not pass through the module.

    The frames of the cheaper forms are taken out of the traceback: the line ends in NumPy's call, as
    its text does.

    Args:
        module: the generated `Module`.
        filename: the file name that its code objects have.
    """
    hide(error)
    if isinstance(error, NumericsError) or any(str(text).startswith(LEADS) for text in getattr(error, "__notes__", ())):
        return
    place = innermost(error.__traceback__, filename)
    if place is None:
        return
    text = sentence(module, place)
    if text:
        error.add_note(text)


def hide(error: BaseException) -> None:
    """Take the frames of the cheaper forms out of the tracebacks of an exception and of its causes."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        trace = one.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == CHEAPER:
            trace = trace.tb_next
        one.__traceback__ = trace  # of one raised and caught in the very call
        while trace is not None:
            while trace.tb_next is not None and trace.tb_next.tb_frame.f_code.co_filename == CHEAPER:
                trace.tb_next = trace.tb_next.tb_next
            trace = trace.tb_next


def innermost(trace: TracebackType | None, filename: str) -> int | None:
    """The line of the last frame that is in a file."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def sentence(module: Any, line: int) -> str:
    """The note for a line of a generated module; "" if nothing is known about it."""
    rows = module.text.split("\n")
    node = next((n for n in ast.parse(module.text).body
                 if isinstance(n, ast.FunctionDef) and n.lineno <= line <= (n.end_lineno or 0)), None)  # fmt: skip
    printed = next((p for p in module.functions if node is not None and p.name == node.name), None)
    if node is None or printed is None or (source := source_of(printed)) is None:
        return ""
    number, backward = user_line(rows, node.lineno, line, source)
    said = source.lines[number - 1].strip() if 0 < number <= len(source.lines) else ""
    return f"{LEADS[not backward]}{source.file}:{number}: {said}"


def source_of(printed: Any) -> Any:
    """The text that a generated function's comments quote."""
    function = printed.function
    while function.source is None and "forward" in function.attrs:
        function = function.attrs["forward"]
    return function.source.source if function.source is not None else None


def user_line(rows: list[str], first: int, line: int, source: Any) -> tuple[int, bool]:
    """The line of the user's that a generated line belongs to, and whether it is a backward line.

    A backward block ends where a blank line is followed by a line without a header at the
    block's margin: the user's own statements go on there.
    """
    row = rows[line - 1]
    if found := TRAILER.search(row):
        return int(found[1]), False
    above = next((n for n in range(line - 1, first, -1) if HEADER.match(rows[n - 1])), None)
    if above is not None and not ended(rows, above, line):
        found = HEADER.match(rows[above - 1])
        assert found is not None
        return int(found[1]), True
    theirs = {n: source.lines[n - 1].strip() for n in range(source.first_line, len(source.lines) + 1)}
    verbatim = [n for n, said in theirs.items() if said == row.strip()]
    if not verbatim and row.strip().startswith("return "):  # what is kept stands behind what the user returns
        verbatim = [n for n, said in theirs.items() if said.startswith("return ") and row.strip().startswith(said)]
    known = [int(m[1]) for n in range(first, line) if (m := TRAILER.search(rows[n - 1]) or HEADER.match(rows[n - 1]))]
    last = max(known, default=source.first_line)
    if verbatim:
        return next((n for n in verbatim if n >= last), verbatim[0]), False
    return (known[-1] if known else source.first_line), False


def ended(rows: list[str], above: int, line: int) -> bool:
    """Has the backward block of a header ended before a line?"""
    margin = indent(rows[above - 1])
    for n in range(above + 1, line + 1):
        blank = not rows[n - 2].strip()
        if rows[n - 1].strip() and (indent(rows[n - 1]) < margin or blank and not HEADER.match(rows[n - 1])
                                    and indent(rows[n - 1]) <= margin):  # fmt: skip
            return True
    return False


def indent(row: str) -> int:
    return len(row) - len(row.lstrip())
