"""The page with both sources: its structure, what the mouse does, and what it needs (nothing)."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import dlgrad as dl
import numpy as np
import pytest
from dlgrad.cli import main

USER = '''\
import numpy as np
from dlgrad import dlgradient


def layer(x, W, b):
    # "a" <layer>
    y = np.tanh(x @ W + b)
    return y


def loss_fn(x, W, b, s="</pre><script>alert(1)</script>"):
    h = x
    for _ in range(3):
        h = layer(h, W, b)
    loss = np.mean(h ** 2)
    dW, db = dlgradient(loss, W, b)
    return loss, dW, db


def example():
    return np.ones((2, 3)), np.ones((3, 3)), np.ones(3)
'''
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Rows(HTMLParser):
    """The rows of a page, by side: (number, key, text)."""

    def __init__(self) -> None:
        super().__init__()
        self.side, self.rows, self.open = "", [], []
        self.handlers, self.tags = {}, []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)
        words = (given.get("class") or "").split()
        self.side = next((w for w in words if w in ("theirs", "ours")), self.side)
        if "row" in words:
            self.rows.append([self.side, int(given["data-n"]), given.get("data-k"), ""])
        if "dlgrad" in words:
            self.handlers = {k: v for k, v in given.items() if k.startswith("on")}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "pre" in self.open and self.open[-1] != "pre":
            self.rows[-1][3] += data


@pytest.fixture
def page(tmp_path, monkeypatch, capsys):
    """The page that the command line writes for the model above."""
    (tmp_path / "usermodel_page.py").write_text(USER)
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out.html"
    assert main(["inspect", "usermodel_page.py:loss_fn", "--example", "example", "--html", str(out)]) == 0
    assert capsys.readouterr().out == ""
    return out.read_text("utf-8")


def parsed(page):
    parser = Rows()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_both_texts_are_there(page):
    rows = parsed(page).rows
    user = USER.split("\n")
    theirs = {n: text for side, n, _, text in rows if side == "theirs"}
    assert theirs == {n: user[n - 1] for n in (*range(5, 9), *range(11, 18))}
    ours = "\n".join(text for side, _, _, text in rows if side == "ours") + "\n"
    assert "def layer_backward(" in ours and "dW += dW_1" in ours
    compile(ours, "generated", "exec")


def test_lines_are_tied(page):
    rows = parsed(page).rows
    theirs = {k: text.strip() for side, _, k, text in rows if side == "theirs" and k}
    ours = [(k, text.strip()) for side, _, k, text in rows if side == "ours" and k]
    assert {k for k, _ in ours} == set(theirs)
    tied = {text: theirs[k] for k, text in ours}
    assert tied["dy_1 = dy * (1 - y * y)"] == "y = np.tanh(x @ W + b)"
    assert tied["h, layer_14 = layer_forward(h, W, b)"] == "h = layer(h, W, b)"
    assert tied["dW += dW_1"] == "h = layer(h, W, b)"
    assert tied["return y, (y, W, x)"] == "return y"
    assert tied["dh = 2.0 / max(h.size, 1) * h"] == "loss = np.mean(h ** 2)"
    for k, text in ours:
        if found := re.match(r"# line \d+: (.*)", text):
            assert theirs[k] == found[1]


def test_it_is_self_contained_and_escaped(page):
    parser = parsed(page)
    assert not any(tag in ("script", "link", "img", "iframe") for tag, _ in parser.tags)
    assert not any("src" in attrs or "href" in attrs for _, attrs in parser.tags)
    assert "http" not in page and "url(" not in page
    assert page.startswith("<!DOCTYPE html>") and '<meta charset="utf-8">' in page


HARNESS = """
const page = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const rows = page.rows.map(([side, k]) => {
  const on = new Set();
  const row = {side, dataset: {k}, classList: {
    toggle: (c, yes) => yes ? on.add(c) : on.delete(c), remove: c => on.delete(c)}, on,
    closest: what => what === '.side' ? side : row, scrollIntoView: () => { scrolled.push(row); }};
  return row;
});
let scrolled = [];
const pair = {querySelectorAll: what => rows.filter(r => what === '.on' ? r.on.has('on') : r.dataset.k)};
const run = (code, target) => new Function('event', code).call(pair, {target});
const lit = () => rows.map((r, i) => r.on.has('on') ? i : -1).filter(i => i >= 0);
const out = [];
rows.forEach(row => {
  if (!row.dataset.k) row.closest = () => null;
  run(page.handlers.onmouseover, row);
  scrolled = [];
  run(page.handlers.onclick, row);
  out.push([lit(), scrolled.map(r => rows.indexOf(r))]);
});
run(page.handlers.onmouseleave, rows[0]);
console.log(JSON.stringify([out, lit()]));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no node to run the handlers")
def test_what_the_mouse_does(page, tmp_path):
    parser = parsed(page)
    (tmp_path / "harness.js").write_text(HARNESS)
    given = {"rows": [[side, k] for side, _, k, _ in parser.rows], "handlers": parser.handlers}
    done = subprocess.run(["node", str(tmp_path / "harness.js")], input=json.dumps(given), capture_output=True,
                          text=True, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found, after = json.loads(done.stdout)
    keys = [k for _, _, k, _ in parser.rows]
    for (lit, scrolled), (side, _, key, _) in zip(found, parser.rows, strict=True):
        assert lit == [i for i, k in enumerate(keys) if k == key and k is not None]
        others = [i for i in lit if parser.rows[i][0] != side]
        assert scrolled == others[:1]
    assert after == []


def seen(page, script, tmp_path):
    """What a script on a page gives in a real browser."""
    probe = f"""<script>
    var out = (function () {{ {script} }})();
    document.body.innerHTML = '<div id="out"></div>';
    document.getElementById('out').textContent = JSON.stringify(out);
    </script>"""
    target = tmp_path / "probe.html"
    target.write_text(page.replace("</body>", f"{probe}</body>"), "utf-8")
    done = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                           f"--user-data-dir={tmp_path}/b", "--dump-dom", target.as_uri()],
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    found = re.search(r'<div id="out">(.*?)</div>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    return json.loads(html.unescape(found[1]))


in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no browser")


@in_a_browser
def test_in_a_browser(page, tmp_path):
    """A real mouse event in a real browser: the rows that light up are those with the same key."""
    found = seen(page, """
    return Array.from(document.querySelectorAll('.row')).map(function (row) {
      row.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
      return Array.from(document.querySelectorAll('.on')).map(function (r) {
        return [r.closest('.ours') ? 'ours' : 'theirs', r.dataset.n, getComputedStyle(r).backgroundColor]; }); });
    """, tmp_path)  # fmt: skip
    rows = parsed(page).rows
    assert any(found)
    for lit, (_, _, key, _) in zip(found, rows, strict=True):
        assert [(s, int(n)) for s, n, _ in lit] == [(s, n) for s, n, k, _ in rows if k == key and k is not None]
        assert {color for _, _, color in lit} <= {"rgb(255, 243, 191)"}


@in_a_browser
def test_a_click_brings_the_other_side_into_view(page, tmp_path):
    """Also where the page is too long for the window."""
    long = page.replace(".dlgrad .side { max-height: 85vh", ".dlgrad .side { max-height: 6em")
    assert long != page
    found = seen(long, """
    return Array.from(document.querySelectorAll('.theirs [data-k]')).map(function (row) {
      var side = document.querySelector('.ours'), box = side.getBoundingClientRect();
      side.scrollTop = 0;
      row.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
      row.dispatchEvent(new MouseEvent('click', {bubbles: true}));
      var first = document.querySelector('.ours .on').getBoundingClientRect();
      return [side.scrollTop, first.top >= box.top - 1 && first.bottom <= box.bottom + 1]; });
    """, tmp_path)  # fmt: skip
    assert all(visible for _, visible in found) and max(top for top, _ in found) > 0


@in_a_browser
def test_in_a_notebook_in_a_browser(tmp_path):
    """Two cells on one page do not light up each other, and go out when the mouse leaves."""
    cells = [dl.gradient_source(model, np.ones(3))._repr_html_() for _ in range(2)]
    found = seen(f"<!DOCTYPE html><html><body><div>{cells[0]}</div><div>{cells[1]}</div></body></html>", """
    var pairs = document.querySelectorAll('.dlgrad');
    var lit = function () { return Array.from(pairs).map(function (p) { return p.querySelectorAll('.on').length; }); };
    var row = pairs[1].querySelector('.ours [data-k]');
    row.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
    var over = lit();
    pairs[1].dispatchEvent(new MouseEvent('mouseleave'));
    return [over, lit(), getComputedStyle(pairs[1]).display];
    """, tmp_path)  # fmt: skip
    (first, second), after, display = found
    assert first == 0 and second >= 2 and after == [0, 0] and display == "flex"


def model(x):
    y = np.sin(x)
    return dl.dlgradient(np.sum(y), x)


def test_in_a_notebook():
    shown = dl.gradient_source(model, np.ones(3))
    assert isinstance(shown, str)
    text = shown._repr_html_()
    parser = parsed(text)
    assert [t for s, _, _, t in parser.rows if s == "ours"] == shown.splitlines()
    assert not any(tag in ("script", "html", "body") for tag, _ in parser.tags)
    first = model.__code__.co_firstlineno
    assert [n for s, n, _, _ in parser.rows if s == "theirs"] == [first, first + 1, first + 2]
    assert set(parser.handlers) == {"onmouseover", "onmouseleave", "onclick"}


def test_of_lambdas_and_wrappers():
    for fun in (lambda x: np.sum(x * x), dl.grad(lambda x: np.sum(np.cos(x)))):
        parsed(dl.gradient_source(fun, np.ones(3)).html())


def test_errors(tmp_path, monkeypatch, capsys):
    (tmp_path / "usermodel_page.py").write_text(USER)
    monkeypatch.chdir(tmp_path)
    before = (tmp_path / "usermodel_page.py").read_text()
    for out in (str(tmp_path), "usermodel_page.py", "no/such/folder/x.html"):
        assert main(["inspect", "usermodel_page.py:loss_fn", "--example", "example", "--html", out]) == 2
        assert capsys.readouterr().err.startswith("dlgrad: ")
    assert (tmp_path / "usermodel_page.py").read_text() == before
