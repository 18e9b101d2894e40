"""Where the disk cache is, whom it trusts, and under which names loaded modules are known."""

import hashlib
import inspect
import linecache
import os
import stat
import tempfile
import traceback
from pathlib import Path

import pytest
from dlgrad.transpile.storage import Store, load

KEY, OTHER = hashlib.sha256(b"key").hexdigest(), hashlib.sha256(b"other").hexdigest()
TEXT = 'import numpy as np\n\ndef model(x):\n    """Größe."""\n    return x + 1\n'
POSIX = pytest.mark.skipif(os.name != "posix", reason="about the permissions of Unix")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("DLGRAD_CACHE_DIR", str(tmp_path / "cache"))
    return Store()


# The directory


@pytest.fixture
def no_variables(monkeypatch):
    for name in ("DLGRAD_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_where_it_is(tmp_path, monkeypatch, no_variables):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert Store().directory() == tmp_path / "home/.cache/dlgrad"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert Store().directory() == tmp_path / "home/.cache/dlgrad"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert Store().directory() == tmp_path / "xdg/dlgrad"
    monkeypatch.setenv("DLGRAD_CACHE_DIR", "~/own")
    assert Store().directory() == tmp_path / "home/own"
    monkeypatch.setenv("DLGRAD_CACHE_DIR", "")
    assert Store().directory() == tmp_path / "xdg/dlgrad"


def test_no_home(monkeypatch, no_variables):
    def homeless():
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert_unusable(Store())


def assert_unusable(store):
    assert store.directory() is None and store.write(KEY, "model", TEXT, {}) is None
    assert store.read(KEY) == [] and store.entries() == [] and store.clear() == 0


@POSIX
def test_it_is_made_private(store):
    old = os.umask(0)
    try:
        assert stat.S_IMODE(store.directory().stat().st_mode) == 0o700
    finally:
        os.umask(old)


def test_reading_makes_no_directory(store, tmp_path):
    assert store.read(KEY) == [] and store.entries() == [] and store.clear() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way(store, tmp_path):
    tmp_path.joinpath("cache").write_text("")
    assert_unusable(store)


def test_a_file_in_the_way_of_a_parent(tmp_path, monkeypatch):
    tmp_path.joinpath("file").write_text("")
    monkeypatch.setenv("DLGRAD_CACHE_DIR", str(tmp_path / "file/cache"))
    assert_unusable(Store())


@POSIX
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
def test_a_directory_that_others_may_write(store, mode):
    store.write(KEY, "model", TEXT, {})
    store.directory().chmod(mode)
    assert_unusable(store)


@POSIX
def test_a_directory_of_someone_else(store, monkeypatch):
    store.write(KEY, "model", TEXT, {})
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert_unusable(store)


def as_ordinary_user(action, folder):
    """Run an action as somebody for whom permissions count; its exit says whether it passed."""
    if os.geteuid() != 0:
        action(folder)
        return
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.chown(folder, 65534, 65534)
            os.setgid(65534)
            os.setuid(65534)
            action(folder)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def use_read_only(folder):
    store = Store()
    path = store.write(KEY, "model", TEXT, {"n": 1})
    assert path is not None
    store.directory().chmod(0o500)
    try:
        assert store.directory() is None and store.write(OTHER, "model", TEXT, {}) is None
        assert [e.meta for e in store.read(KEY)] == [{"n": 1}] and len(store.entries()) == 1
        assert store.load(TEXT, "model", path)["__file__"] == str(path)
        assert store.clear() == 0
    finally:
        path.parent.chmod(0o700)
    path.parent.chmod(0o000)
    assert_unusable(store)
    path.parent.chmod(0o700)


@POSIX
def test_a_read_only_directory_can_be_read(monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("DLGRAD_CACHE_DIR", folder + "/cache")
        as_ordinary_user(use_read_only, folder)


# Loading


def test_loading_from_a_file(store):
    path = store.write(KEY, "model", TEXT, {})
    namespace = store.load(TEXT, "model", path)
    assert (namespace["__name__"], namespace["__file__"]) == ("dlgrad_generated.model", str(path))
    model = namespace["model"]
    assert model(1) == 2 and model.__code__.co_filename == str(path)
    assert "".join(linecache.getlines(str(path))).startswith(TEXT)
    assert inspect.getsource(model) == TEXT.split("\n\n")[1]


def test_loading_without_a_file():
    namespace = load(TEXT, "<lambda>")
    name = namespace["__file__"]
    assert name.startswith("<dlgrad lambda-") and name.endswith(">")
    assert namespace["__name__"] == "dlgrad_generated.lambda"
    linecache.checkcache()
    assert "".join(linecache.getlines(name)) == TEXT
    assert inspect.getsource(namespace["model"]) == TEXT.split("\n\n")[1]


def test_tracebacks_show_the_generated_line():
    model = load(TEXT, "model")["model"]
    with pytest.raises(TypeError) as caught:
        model("a")
    linecache.checkcache()
    assert "    return x + 1\n" in "".join(traceback.format_exception(caught.value))


def test_odd_characters_do_not_shift_the_lines():
    text = "a = '\x0c \x1c \u2028'\ndef f():\n    return 1"
    namespace = load(text, "f")
    assert linecache.getline(namespace["__file__"], 3) == "    return 1\n"


def test_a_file_that_is_gone_or_holds_something_else(store):
    path = store.write(KEY, "model", TEXT, {})
    assert load(TEXT + "# more\n", "model", path)["__file__"].startswith("<dlgrad ")
    path.unlink()
    namespace = load(TEXT, "model", path)
    assert namespace["__file__"].startswith("<dlgrad ") and namespace["model"](1) == 2


def test_a_file_that_was_mended_is_shown_as_it_is(store):
    path = store.write(KEY, "model", TEXT, {})
    path.write_text("damaged\n")
    assert linecache.getlines(str(path)) == ["damaged\n"]
    store.write(KEY, "model", TEXT, {})
    load(TEXT, "model", path)
    assert linecache.getline(str(path), 5) == "    return x + 1\n"


def test_namespaces_are_apart_and_inherit_no_features():
    text = "def f(x: undefined = 1): pass"
    with pytest.raises(NameError):
        load(text, "f")
    assert load("a = 1", "f") is not load("a = 1", "f")
