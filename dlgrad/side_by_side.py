"""The user's source and the generated one side by side, as HTML; lines that belong together light up together."""

from __future__ import annotations

import html
import io
import keyword
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OVER = ("var k = event.target.closest('[data-k]'); this.querySelectorAll('[data-k]').forEach(function (row) "
        "{ row.classList.toggle('on', !!k &amp;&amp; row.dataset.k === k.dataset.k); });")  # fmt: skip
LEAVE = "this.querySelectorAll('.on').forEach(function (row) { row.classList.remove('on'); });"
CLICK = ("var k = event.target.closest('[data-k]'); if (k) { var own = k.closest('.side'); "
         "this.querySelectorAll('.on').forEach(function (row) { if (row.closest('.side') !== own &amp;&amp; k) "
         "{ row.scrollIntoView({block: 'nearest'}); k = null; } }); }")  # fmt: skip
"""What the mouse does: no script element and no name, so that many of these fit on one page."""

STYLE = """
.dlgrad { display: flex; gap: 1em; align-items: flex-start; font: 13px/1.45 ui-monospace, Menlo, Consolas, monospace;
  color: #1f2328; text-align: left; }
.dlgrad .side { flex: 1 1 0; min-width: 0; overflow-x: auto; border: 1px solid #d0d7de; border-radius: 6px;
  background: #fff; }
.dlgrad .title { padding: .4em .8em; background: #f6f8fa; border-bottom: 1px solid #d0d7de; font-weight: 600; }
.dlgrad pre { margin: 0; padding: .4em 0; background: none; font: inherit; white-space: pre; }
.dlgrad .row { display: block; padding-right: .8em; min-height: 1.45em; }
.dlgrad .row::before { content: attr(data-n); display: inline-block; width: 3.2em; margin-right: 1em;
  text-align: right; color: #8c959f; }
.dlgrad .on { background: #fff3bf; }
.dlgrad i { color: #6e7781; font-style: italic; } .dlgrad b { color: #8250df; font-weight: 600; }
.dlgrad u { color: #0a3069; text-decoration: none; }
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ margin: 1.5em; font: 15px/1.5 system-ui, sans-serif; color: #1f2328; background: #f6f8fa; }}
h1 {{ font-size: 1.2em; }} p {{ color: #57606a; }}
{style}
.dlgrad .side {{ max-height: 85vh; overflow: auto; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Point at a line: what belongs to it lights up on the other side. Click: it is brought into view.</p>
{pair}
</body>
</html>
"""


@dataclass(frozen=True)
class Theirs:
    """A function of the user's, as it stands in its file."""

    name: str
    place: str
    rows: list[str]
    first: int


def page(title: str, functions: list[Theirs], text: str, places: dict[int, tuple[int, int]]) -> str:
    """One page that needs nothing else.

    Args:
        title: the heading.
        functions: the user's functions.
        text: the generated module.
        places: line of the module -> (number of a function, line of its file).
    """
    return PAGE.format(title=html.escape(title), style=STYLE, pair=pair(functions, text, places))


def fragment(functions: list[Theirs], text: str, places: dict[int, tuple[int, int]]) -> str:
    """The same for a notebook."""
    return f"<style>{STYLE}</style>\n{pair(functions, text, places)}"


def pair(functions: list[Theirs], text: str, places: dict[int, tuple[int, int]]) -> str:
    known = set(places.values())
    left = []
    for number, one in enumerate(functions):
        keys = [(number, n) if (number, n) in known else None for n in range(one.first, one.first + len(one.rows))]
        left.append(side(f"{one.name} ({one.place})", one.rows, one.first, keys))
    rows = text.splitlines()
    right = side("generated", rows, 1, [places.get(n) for n in range(1, len(rows) + 1)])
    handlers = f'onmouseover="{OVER}" onmouseleave="{LEAVE}" onclick="{CLICK}"'
    return (f'<div class="dlgrad" {handlers}>\n<div class="side theirs">\n{"".join(left)}</div>\n'
            f'<div class="side ours">\n{right}</div>\n</div>')  # fmt: skip


def side(title: str, rows: list[str], first: int, keys: Iterable[tuple[int, int] | None]) -> str:
    """A title and its numbered lines."""
    out = [f'<div class="title">{html.escape(title)}</div>\n<pre>']
    for number, (row, key) in enumerate(zip(painted(rows), keys, strict=True), first):
        tie = f' data-k="{key[0]}-{key[1]}"' if key is not None else ""
        out.append(f'<span class="row" data-n="{number}"{tie}>{row}</span>')
    return "".join([*out, "</pre>\n"])


def painted(rows: list[str]) -> list[str]:
    """Lines as HTML, with comments, keywords and strings marked; plain if they are no whole program."""
    margin = min((len(r) - len(r.lstrip()) for r in rows if r.strip()), default=0)
    marks: dict[int, list[tuple[int, int, str]]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(r[margin:] for r in rows) + "\n").readline):
            if token.start[0] == token.end[0] and (tag := tag_of(token)):
                marks.setdefault(token.start[0], []).append((token.start[1] + margin, token.end[1] + margin, tag))
    except (tokenize.TokenError, SyntaxError):
        marks = {}
    return [painted_row(row, marks.get(n, [])) for n, row in enumerate(rows, 1)]


def tag_of(token: Any) -> str:
    if token.type == tokenize.COMMENT:
        return "i"
    if token.type == tokenize.STRING:
        return "u"
    return "b" if token.type == tokenize.NAME and keyword.iskeyword(token.string) else ""


def painted_row(row: str, marks: list[tuple[int, int, str]]) -> str:
    out, at = [], 0
    for start, end, tag in marks:
        out += [html.escape(row[at:start]), f"<{tag}>{html.escape(row[start:end])}</{tag}>"]
        at = end
    return "".join([*out, html.escape(row[at:])])
