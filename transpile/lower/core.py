"""The state of a lowering, and the passage between abstract values and IR values."""

from __future__ import annotations

import builtins
from typing import Any

from ...runtime.dlarray import dlarray
from ..builder import Builder
from ..descriptions import is_static
from ..ir import Function, Slot, Value
from ..kinds import UNKNOWN, Array, Ints, Kind, ListOf, Other, Scalar, TupleOf, kind_of
from ..sym import Sym
from .trail import Home, Trail
from .values import ONE_SHOT, UNDEF, Cell, Compound, Const, Iter, Labelled, State, Tup, cells, in_words, leaves
from .windows import alike, in_sight, read_through


class Refuse(Exception):
    """A problem at a node of the user's function."""

    def __init__(self, node: Any, what: str, why: str = "", instead: str = "", source: Any = None) -> None:
        super().__init__(what)
        self.node, self.what, self.why, self.instead = node, what, why, instead
        self.source = source  # the text it is about, where that is not the one being lowered


class NotStatic(Exception):
    """An abstract value has no form a row of the table could take."""

    def __init__(self, item: Any) -> None:
        super().__init__(f"given {in_words(item)}, which is no array")


class Core:
    """Common ground of the lowering: state, builder, bindings, conversions."""

    def __init__(self, program: Any, source: Any, function: Function) -> None:
        self.program, self.source, self.function = program, source, function
        self.state, self.trail = State(), Trail()
        self.builder = Builder(function.region)
        self.builder.user = True
        self.clock = 0
        self.problems: list[Refuse] = []
        self.outsiders: dict[Value, Any] = {}  # what is read from outside, as one object each
        self.kept: dict[Cell, Any] = {}
        self.records: dict[Any, Any] = {}  # objects that live outside, taken apart
        self.tables: dict[int, Cell] = {}  # containers of functions outside
        self.stmt: Any = None
        self.anchor: tuple[Any, str] | None = None
        self.locals: set[str] = set()
        self.loop_depth = 0
        self.turn_names: set[str] = set()  # the variables of the comprehensions around
        self.bound: list[tuple[int, str, Any]] = []  # what names were bound to, and when
        self.iterating: dict[Cell, Any] = {}  # iterators: what they walk, and its entries when they were made
        self.leavers: list[Any] = []  # what happens when a jump leaves the blocks around; None: a loop
        self.questions: list[Any] = []  # of this statement: what is asked at run time about memory
        self.entry: dict[str, Any] = {}  # the arguments as they were given
        self.higher = program.higher  # may gradients be differentiated again, where they do not say?
        self.parent: Any = None  # the Lowerer of the enclosing model function
        self.frame = Cell("frame")  # this call's variables: `state.names` while it lasts
        self.outer: Cell | None = None  # the frame in which the function was made, if that is a model function's

    def tick(self) -> int:
        self.clock += 1
        self.builder.clock = self.clock
        return self.clock

    # --- names ---------------------------------------------------------------------------

    def bind(self, name: str, item: Any, anchor: Any = "stmt") -> None:
        """A name takes a new object."""
        clock = self.tick()
        self.state.names[name] = item
        self.bound.append((clock, name, item))
        self.state.doubtful.discard(name)
        self.trail.rebinds[name].append(clock)
        place = self.anchor if anchor == "stmt" else anchor
        self.home(item, name, name, place, ())

    def home(self, item: Any, text: str, name: str, anchor: Any, path: tuple[Cell, ...]) -> None:
        """Record under which texts the leaves of an object can be read from now on; a later chapter has names for rows.

        Of a name that may be unbound, only its shadow can be read; what it holds in parts has other texts.
        """
        sure = name not in self.state.doubtful
        if isinstance(item, Value):
            if not sure and not item.unsure:
                return  # a second name of what exists anyway
            if not item.name:
                item.name = plain(text)
            self.trail.homes[item].append(Home(text, name, self.clock, anchor, path, shadow=not sure))
        elif isinstance(item, Cell):
            content = self.state.heap.get(item)
            if item.sort == "array" or isinstance(content, Value):
                if content is not None:
                    self.home(content, text, name, anchor, path)
            elif not sure or item.sort == "iterator":
                return
            elif isinstance(content, tuple):
                for i, entry in enumerate(content):
                    self.home(entry, f"{text}[{i}]", name, anchor, (*path, item))
            elif isinstance(content, dict):
                for key, entry in content.items():
                    step = f".{key}" if item.sort == "object" else f"[{key!r}]"
                    self.home(entry, text + step, name, anchor, (*path, item))
        elif isinstance(item, Tup) and sure:
            for i, entry in enumerate(item.items):
                self.home(entry, f"{text}[{i}]", name, anchor, path)
        elif isinstance(item, Labelled):
            self.home(item.array, text, name, anchor, path)
        elif isinstance(item, Compound) and sure:
            self.home_captured(item, text, name, anchor, path)  # type: ignore[attr-defined]

    def was_read(self, name: str, item: Any) -> None:
        """The user's text has read a name here: from here on it exists."""
        if name in self.state.doubtful:
            self.state.doubtful.discard(name)
            self.tick()
            self.home(item, name, name, None, ())

    def lookup(self, name: str, node: Any) -> Any:
        """What a name means here: local, captured, global or built in."""
        if name in self.state.names or name in self.locals:
            found = self.state.names.get(name, UNDEF)
            if found is UNDEF:
                return self.opaque(node, [], f"{name} may be unbound here")
            if isinstance(found, Iter) and found.how in ONE_SHOT:
                self.state.names[name] = found.walked()
            return found
        return self.free(name, node)

    def free(self, name: str, node: Any) -> Any:
        """A captured or global name, read at call time."""
        cell = self.source.closure.get(name) if self.source.closure else None
        where, missing = "closure", object()
        found: Any = missing
        if cell is not None:
            found = _cell_contents(cell, missing)
        else:
            where = "global"
            found = self.source.module_globals.get(name, missing)
            if found is missing:
                found = getattr(builtins, name, missing)
        if found is missing:
            return self.opaque(node, [], f"{name} is not defined yet")
        return self.outside(name, where, found, node)

    def outside(self, name: str, where: str, found: Any, node: Any) -> Any:
        """An object of the surrounding program: static if the text depends on it."""
        if (item := self.outside_object(name, where, found, node)) is not None:
            return item
        if is_static(found):
            self.guard(where, name, ("is", found))
            return Const(found)
        key = (where, id(self.source.closure[name] if where == "closure" else self.source.module_globals), name)
        if key in self.program.fixed:
            self.guard(where, name, ("equal", found))
            return Const(found)
        changing = key in self.program.blind and isinstance(found, (list, dict))
        self.guard(where, name, ("is", found) if changing else ("kind", guard_kind(found)))
        return self.captured_value(key, found, (name, name))

    def outside_object(self, name: str, where: str, found: Any, node: Any) -> Any:
        """An object that is taken apart; a later chapter knows which."""
        return None

    def captured_value(self, key: Any, found: Any, text: tuple[str, str], path: tuple[Cell, ...] = ()) -> Any:
        """A number or an array that lives outside, read at call time by a text that begins with a name."""
        value = self.capture(key, found)
        if text[1] in self.locals or all(h.text != text[0] for h in self.trail.homes.get(value, ())):
            self.trail.homes[value].append(self.outside_home(text, path))
        self.program.lookups.setdefault(key, set()).add(self.source.key)
        if value not in self.outsiders:
            self.outsiders[value] = self.wrap(value)
            for inner in cells(self.outsiders[value], self.state.heap):
                self.program.outside[inner] = key
        item = self.outsiders[value]
        for inner in cells(item, self.kept):
            self.state.heap.setdefault(inner, self.kept.get(inner))
        self.kept.update({c: self.state.heap[c] for c in cells(item, self.state.heap) if c not in self.kept})
        self.program.captured.add(key)
        return self.doubted(item, text, path) if self.program.wary else item

    def doubted(self, item: Any, text: tuple[str, str], path: tuple[Cell, ...]) -> Any:
        """What is read outside once more, as code that is not followed may have left it."""
        if isinstance(item, Value):
            op = self.builder.append("user", [item], [item.kind], outside=True, why=(
                f"{text[0]} lives outside the model, where a function that is not followed may have changed it"))
            op.result.node = None
            self.trail.homes[op.result].append(Home(text[0], text[1], self.clock, None, path))
            return op.result
        if isinstance(item, Cell) and item.sort == "array" and isinstance(self.state.heap.get(item), Value):
            self.state.heap[item] = self.doubted(self.state.heap[item], text, path)
        return item

    def outside_home(self, text: tuple[str, str], path: tuple[Cell, ...]) -> Home:
        """A text that reads something outside, from the start of the function if no variable is in it."""
        return Home(text[0], text[1], self.clock if text[1] in self.locals else 0, None, path)

    def with_kept(self, *states: State) -> None:
        """What was found outside on one way was there on every other, too."""
        for state in states:
            for cell, content in self.kept.items():
                state.heap.setdefault(cell, content)

    def capture(self, key: Any, found: Any) -> Value:
        """A value read from outside: a parameter of the region that no argument fills."""
        captures = self.function.attrs.setdefault("captures", {})
        if key not in captures:
            changing = key in self.program.blind and isinstance(found, (list, dict))
            kind = Other(type(found)) if changing else kind_of(found)
            value = captures[key] = Value(kind, key[2], region=self.function.region)
            value.found = found
            self.program.keys[value] = key
            self.function.region.params.append(value)
        return captures[key]

    def home_of(self, value: Value) -> tuple[Any, str]:
        """Where a captured value is looked up: the dict or cell, and the name."""
        for key, found in self.function.attrs.get("captures", {}).items():
            if found is value:
                where, _, name = key
                return (self.source.closure[name] if where == "closure" else self.source.module_globals), name
        return {}, ""

    def guard(self, where: str, name: str, test: Any) -> None:
        """The text depends on what a name of the surroundings means: checked at every call."""
        home = self.source.closure[name] if where == "closure" else self.source.module_globals
        self.program.guards[id(home), name] = (home, name, *test)

    # --- conversions ---------------------------------------------------------------------

    def wrap(self, value: Value) -> Any:
        """An IR value as an abstract value: arrays live in cells, tuples are taken apart."""
        kind = value.kind
        if isinstance(kind, Scalar) or isinstance(kind, Array) and kind.generic:
            return value
        if isinstance(kind, Other) or isinstance(kind, Ints) and kind.length is None:
            return value
        if isinstance(kind, (TupleOf, Ints)):
            return self.unpack(value)
        of = kind.sequence if isinstance(kind, ListOf) else None
        cell = Cell("array" if of is None else "list", tuple if of is tuple else None, made=value)
        self.state.heap[cell] = value
        return cell

    def unpack(self, value: Value) -> Any:
        """The entries of a container value, as an abstract container."""
        kind: Any = value.kind
        if isinstance(kind, Ints):
            entries = tuple(self.builder.item(value, i) for i in range(kind.length or 0))
            return Tup(entries)
        keys = kind.keys if kind.keys is not None else range(len(kind.items))
        items = [self.wrap(self.builder.item(value, k)) for k in keys]
        if kind.sequence is list:
            cell = Cell("list")
            self.state.heap[cell] = tuple(items)
            return cell
        if kind.keys is not None and not issubclass(kind.sequence, tuple):
            cell = Cell("dict" if issubclass(kind.sequence, dict) else "object", kind.sequence)
            self.state.heap[cell] = dict(zip(kind.keys, items, strict=True))
            return cell
        return Tup(tuple(items), kind.sequence)

    def content(self, cell: Cell) -> Any:
        """The present content of a cell; a window on a changed base is read anew."""
        found = self.state.heap.get(cell)
        if found is None and cell.view is not None:
            base, row, given = cell.view
            found = self.state.heap[cell] = read_through(self.builder, self.value(base), row, given)
            if cell.made is not None and in_sight(cell.made, self.builder.region):
                alike(found, cell.made)
            for name, item in self.state.names.items():
                array = item.array if isinstance(item, Labelled) else item
                if array is cell and not name.startswith("$") and name not in self.state.doubtful:
                    self.trail.homes[found].append(Home(name, name, self.clock, (self.stmt, "before")))
        if found is None and cell.sort == "array":
            raise Refuse(self.stmt, "cannot tell which array this is a view of",
                         "views of one array change places, and one of them was stored into",
                         "copy the views, or index the whole array")  # fmt: skip
        return found

    def value(self, item: Any) -> Value:
        """An abstract value as one IR value, packing containers."""
        if isinstance(item, Value):
            return item
        if isinstance(item, Sym):
            return item.value
        if isinstance(item, Cell):
            content = self.content(item)
            if isinstance(content, Value):
                return content
            return self.pack(content, item)
        if isinstance(item, Tup):
            return self.pack(item.items, item)
        if isinstance(item, Labelled):
            return self.value(item.array)
        if isinstance(item, Const):
            return self.builder.const(item.value, kind_of(item.value))
        if any(True for i in self.reached([item]) for _ in leaves(i, self.state.heap)):
            why = "an object that holds values, and is not followed"
            return self.value(self.opaque(None, [item], why, Other(type(item))))
        return self.builder.const(item, Other(type(item)))

    def pack(self, content: Any, item: Any) -> Value:
        """A container of known entries as one value."""
        if isinstance(content, dict):
            entries, keys = list(content.values()), tuple(content)
            cls = item.cls or dict
        else:
            entries, keys = list(content), None
            cls = list if isinstance(item, Cell) else item.cls
            if cls not in (tuple, list):
                keys = tuple(getattr(cls, "_fields", range(len(entries))))
        values = [self.value(e) for e in entries]
        operands = list(dict.fromkeys(values))
        kind = TupleOf(tuple(v.kind for v in values), cls, keys)
        template = [Slot(operands.index(v)) for v in values]
        return self.builder.append("pack", operands, [kind], template=template).result

    def symbolic(self, item: Any) -> Any:
        """An abstract value as rows and library functions take it; a later chapter knows tables of learnables.

        Raises:
            NotStatic: if it has none.
        """
        if isinstance(item, Const):
            return item.value
        if isinstance(item, Value):
            return Sym(item, self.builder)
        if isinstance(item, Tup):
            items = [self.symbolic(i) for i in item.items]
            return item.cls(*items) if item.cls is not tuple else tuple(items)
        if isinstance(item, Labelled):
            return dlarray(self.symbolic(item.array), item.format)
        if isinstance(item, Cell):
            content = self.content(item)
            if isinstance(content, Value):
                return Sym(content, self.builder)
            if item.sort == "list":
                return [self.symbolic(i) for i in content]
            if item.sort == "dict":
                return {k: self.symbolic(v) for k, v in content.items()}
        raise NotStatic(item)

    def abstract(self, result: Any) -> Any:
        """What a row or library function returned, as an abstract value; a later chapter knows tables."""
        if isinstance(result, Sym):
            return self.wrap(result.value)
        if isinstance(result, dlarray):
            return Labelled(self.abstract(result.data), result.dims or None)
        if isinstance(result, tuple):
            return Tup(tuple(map(self.abstract, result)), type(result))
        if isinstance(result, list):
            cell = Cell("list")
            self.state.heap[cell] = tuple(map(self.abstract, result))
            return cell
        if isinstance(result, dict):
            cell = Cell("dict", type(result))
            self.state.heap[cell] = {k: self.abstract(v) for k, v in result.items()}
            return cell
        return Const(result)

    def unrelated(self, node: Any, items: list[Any], why: str, kind: Kind = UNKNOWN, inside: Any = None) -> Any:
        """An expression of the user's that is not looked into, as a value."""
        operands = list(dict.fromkeys(v for i in self.reached(items) for v in leaves(i, self.state.heap)))
        with self.builder.at(node=node):
            op = self.builder.append("user", operands, [kind], why=why, inside=inside, outside=True)
        op.result.node = node
        return self.wrap(op.result)

    def opaque(self, node: Any, items: list[Any], why: str, kind: Kind = UNKNOWN, inside: Any = None) -> Any:
        """The same; a later chapter notes what its result may share memory with."""
        return self.unrelated(node, items, why, kind, inside)

    def reached(self, items: list[Any]) -> list[Any]:
        """Items, and the variables that local functions among them read."""
        return items


def plain(text: str) -> str:
    """A name for the value read by `text`: ``params['W1']`` -> ``params_W1``."""
    out = "".join(c if c.isalnum() or c == "_" else "_" for c in text)
    while "__" in out:
        out = out.replace("__", "_")
    return out.strip("_")


def _cell_contents(cell: Any, missing: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return missing


def guard_kind(found: Any) -> Any:
    kind = kind_of(found)
    return kind if not isinstance(kind, Other) else type(found)
