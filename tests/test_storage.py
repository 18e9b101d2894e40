"""The disk cache: what is written comes back, and nothing else does."""

import hashlib
import json
import multiprocessing
import os
import stat
import threading
from concurrent.futures import ProcessPoolExecutor

import pytest
from dlgrad.transpile import storage
from dlgrad.transpile.storage import Store

KEY, OTHER = hashlib.sha256(b"key").hexdigest(), hashlib.sha256(b"other").hexdigest()
CLASH = KEY[:12] + OTHER[12:]
TEXT = 'import numpy as np\n\ndef model(x):\n    """Größe."""\n    return x + 1\n'
POSIX = pytest.mark.skipif(os.name != "posix", reason="about the permissions of Unix")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("DLGRAD_CACHE_DIR", str(tmp_path / "cache"))
    return Store()


def files(store):
    return sorted(path.name for path in store.directory().iterdir())


# Writing and reading


def test_what_is_written_comes_back(store):
    meta = {"file": "/a/größe.py", "guards": [["x", 1.5, None]], "nested": {"a": True}}
    path = store.write(KEY, "model", TEXT, meta)
    entry, = store.read(KEY)
    assert (entry.text, entry.meta, entry.path) == (TEXT, meta, path)
    assert Store().read(KEY) == [entry] and store.read(OTHER) == []


def test_a_file_is_python_with_two_comments_at_its_end(store):
    path = store.write(KEY, "model", TEXT, {})
    assert path.name.startswith(f"model_{KEY[:12]}_") and path.suffix == ".py"
    assert len(path.stem.split("_")[-1]) == 8
    data = path.read_bytes()
    assert data.startswith(TEXT.encode())
    meta, checksum = data[len(TEXT.encode()):].decode().splitlines()
    assert meta.startswith("# dlgrad-meta: {")
    assert json.loads(meta.removeprefix("# dlgrad-meta: "))["key"] == KEY
    before = data[: data.index(b"# dlgrad-checksum: ")]
    assert checksum == "# dlgrad-checksum: " + hashlib.sha256(before).hexdigest()
    namespace = {}
    exec(data, namespace)
    assert namespace["model"](1) == 2


@pytest.mark.parametrize(("text", "back"), [
    ("x = 1", "x = 1\n"), ("", "\n"), ("a\n\n", "a\n\n"), ("é\r\n", "é\r\n")])  # fmt: skip
def test_texts_of_all_ends(store, text, back):
    store.write(KEY, "model", text, {})
    assert [e.text for e in store.read(KEY)] == [back]


def test_a_text_that_looks_like_the_end_of_a_file(store):
    once = store.write(KEY, "model", TEXT, {"a": 1}).read_text(encoding="utf-8")
    store.write(OTHER, "model", once, {"a": 2})
    assert [(e.text, e.meta) for e in store.read(OTHER)] == [(once, {"a": 2})]


def test_variants_lie_side_by_side(store):
    paths = {store.write(KEY, "model", TEXT, {"n": n}) for n in range(3)}
    paths.add(store.write(KEY, "model", TEXT + "#\n", {"n": 0}))
    assert len(paths) == 4
    assert sorted(e.meta["n"] for e in store.read(KEY)) == [0, 0, 1, 2]
    assert [e.path for e in store.read(KEY)] == sorted(paths)


def test_writing_again_changes_nothing(store):
    first = store.write(KEY, "model", TEXT, {})
    before = first.stat()
    assert store.write(KEY, "model", TEXT, {}) == first
    assert first.stat().st_mtime_ns == before.st_mtime_ns and len(files(store)) == 1


def test_keys_that_begin_alike(store):
    store.write(KEY, "model", TEXT, {"of": "key"})
    store.write(CLASH, "model", TEXT, {"of": "clash"})
    assert [e.meta["of"] for e in store.read(KEY)] == ["key"]
    assert [e.meta["of"] for e in store.read(CLASH)] == ["clash"]


@pytest.mark.parametrize(("name", "stem"), [("<lambda>", "lambda"), ("größe", "gr__e"), ("a/../b", "a____b"),
                                            ("f" * 300, "f" * 60), ("日本", "model")])  # fmt: skip
def test_names_are_fit_for_every_file_system(store, name, stem):
    path = store.write(KEY, name, TEXT, {})
    assert path.name.rsplit("_", 2)[0] == stem and path.parent == store.directory()
    assert len(store.read(KEY)) == 1
    assert store.entries()[0].name == name


@pytest.mark.parametrize("key", ["", "abc", "../../" + KEY, KEY.upper(), KEY[:11] + "g"])
def test_keys_are_hashes(store, key):
    with pytest.raises(ValueError, match="hexadecimal"):
        store.read(key)


def test_text_that_no_file_can_hold(store):
    assert store.write(KEY, "model", "x = '\ud800'", {}) is None and files(store) == []


# Damage


def cut_end(data):
    return data[:-1]


def cut_middle(data):
    return data[: len(data) // 2]


def flip(data):
    return data.replace(b"x + 1", b"x + 2")


def append(data):
    return data + b"import os\n"


def empty(data):
    return b""


def other_meta(data):
    return data.replace(b'"n": 1', b'"n": 2')


def without_checksum(data):
    return data[: data.index(b"# dlgrad-checksum")]


def foreign(data):
    return b"print('hello')\n"


def binary(data):
    return b"\xff\x00\n" + data


def sealed_again(body):
    return body + f"# dlgrad-checksum: {hashlib.sha256(body).hexdigest()}\n".encode()


def older_format(data):
    return sealed_again(without_checksum(data).replace(b'"format": 1', b'"format": 0'))


def no_format(data):
    return sealed_again(TEXT.encode() + b"# dlgrad-meta: []\n")


def no_json(data):
    return sealed_again(TEXT.encode() + b"# dlgrad-meta: {\n")


def no_text(data):
    return sealed_again(b"\xff\n" + without_checksum(data).splitlines(True)[-1])


DAMAGES = (cut_end, cut_middle, flip, append, empty, other_meta, without_checksum, foreign, binary,
           older_format, no_format, no_json, no_text)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_not_there_and_are_written_anew(store, damage):
    path = store.write(KEY, "model", TEXT, {"n": 1})
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert store.read(KEY) == [] and store.entries() == []
    assert store.write(KEY, "model", TEXT, {"n": 1}) == path
    assert path.read_bytes() == whole and len(store.read(KEY)) == 1


def test_every_truncation_is_noticed(store):
    path = store.write(KEY, "model", TEXT, {})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert store.read(KEY) == []


def test_files_with_other_names_are_left_alone(store):
    data = store.write(KEY, "model", TEXT, {}).read_bytes()
    for name in ("notes.txt", "model.py", f"model_{KEY[:12]}.py", f"model_{KEY[:12]}_xyz.py"):
        store.directory().joinpath(name).write_bytes(data)
    assert len(store.read(KEY)) == 1 and store.clear() == 1
    assert len(files(store)) == 4


@POSIX
def test_links_folders_and_pipes_in_the_place_of_files(store, tmp_path):
    path = store.write(KEY, "model", TEXT, {})
    elsewhere = tmp_path / "elsewhere.py"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert store.read(KEY) == []
    path.unlink()
    os.mkfifo(path, 0o600)
    assert store.read(KEY) == []
    path.unlink()
    path.mkdir()
    assert store.read(KEY) == [] and store.write(KEY, "model", TEXT, {}) is None and store.clear() == 0


@POSIX
def test_a_file_that_others_may_write_is_not_trusted(store):
    path = store.write(KEY, "model", TEXT, {})
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    path.chmod(0o660)
    assert store.read(KEY) == []


def test_a_full_disk(store, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    store.directory()
    monkeypatch.setattr(os, "replace", full)
    assert store.write(KEY, "model", TEXT, {}) is None
    assert files(store) == []


# Many at once


def fill(number):
    store = Store()
    for i in range(20):
        assert store.write(KEY, "model", TEXT + f"# {i}\n", {"n": i}) is not None
        for entry in store.read(KEY):
            assert entry.text == TEXT + f"# {entry.meta['n']}\n"
        if i % 7 == number % 7:
            assert store.write(OTHER, "model", TEXT, {"n": number}) is not None
    return True


def test_eight_processes_fill_it_at_once(store):
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(8, mp_context=spawn) as pool:  # unlike Pool it fails if one dies
        assert all(pool.map(fill, range(8), timeout=120))
    assert sorted(e.meta["n"] for e in store.read(KEY)) == list(range(20))
    assert sorted(e.meta["n"] for e in store.read(OTHER)) == list(range(8))
    assert len(files(store)) == 28


def test_threads_fill_it_at_once(store):
    done = []
    threads = [threading.Thread(target=lambda n=n: done.append(fill(n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 8 and len(files(store)) == 28


# Listing and clearing


def test_listing(store):
    assert store.entries() == []
    store.write(KEY, "model", TEXT, {"file": "/a/b.py"})
    path = store.write(OTHER, "<lambda>", TEXT, {})
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100))
    first, second = store.entries()
    assert (first.name, first.key, first.path, first.file) == ("<lambda>", OTHER, path, "")
    assert (second.name, second.key, second.file) == ("model", KEY, "/a/b.py")
    assert first.size == path.stat().st_size and 100 <= first.age < 200 and 0 <= second.age < 100


def test_clearing(store):
    for key in (KEY, OTHER, CLASH):
        path = store.write(key, "model", TEXT, {})
    path.write_text("damaged")
    store.directory().joinpath(storage.TEMPORARY + "abc.tmp").write_text("left behind")
    assert store.clear() == 3
    assert files(store) == [] and store.clear() == 0
