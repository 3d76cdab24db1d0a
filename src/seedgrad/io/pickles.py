"""A small machine that reads pickles without Python's own: it can make plain containers, and calls what it is given.

A pickle is a program for a machine with a stack. Python's lets it import and call anything. This one knows the
instructions that files of tensors need; each global name goes through `find`, which returns a function of ours or
refuses. What a file asks for is bounded by its size: lengths are compared with the bytes that are there, keys of dicts
must be simple, and nothing here calls itself.

Source: the comments of CPython's Lib/pickletools.py describe the instructions.
"""

from __future__ import annotations

import pickle
import struct
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

import seedgrad as sg


class CheckpointError(ValueError, pickle.UnpicklingError):
    """A file of tensors is damaged, cut off, of another format, or asks for what is not allowed."""


class Call:
    """A name in a pickle that stands for a function of ours."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name, self.function = name, function


_MARK = object()
_SIMPLE = (str, int, float, bytes, type(None), sg.dtype, sg.device)
# A number of more bytes than this is no setting and no size.
_LONGEST = 256


class Machine:
    """Reads one pickle.

    Args:
        data: the bytes.
        at: where the pickle starts.
        find: from a module and a name to the object that they stand for here.
        persistent: from a persistent id, a tuple, to what it stands for: a storage.
    """

    def __init__(self, data: Any, at: int, find: Callable[[str, str], Any], persistent: Callable[[Any], Any]) -> None:
        self.data, self.at, self.find, self.persistent = data, at, find, persistent
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        """The object; afterwards `at` is behind the pickle.

        Raises:
            CheckpointError: the pickle is damaged, or asks for what is not allowed.
        """
        try:
            while True:
                code = self._bytes(1)[0]
                if code == 0x2E:  # STOP
                    return self._pop()
                step = _STEPS.get(code)
                if step is None:
                    raise CheckpointError(
                        f"the pickle has the instruction {bytes([code])!r}, which no file of tensors needs"
                    )
                step(self)
        except CheckpointError:
            raise
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError, RecursionError) as error:
            raise CheckpointError(f"the pickle is damaged: {type(error).__name__}: {error}") from error

    def _bytes(self, count: int) -> bytes:
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise CheckpointError(f"the pickle is cut off: {count} bytes are missing at {self.at}")
        found = bytes(self.data[self.at : end])
        self.at = end
        return found

    def _number(self, form: str) -> Any:
        return struct.unpack(form, self._bytes(struct.calcsize(form)))[0]

    def _line(self) -> str:
        end = self.at
        while end < len(self.data) and end - self.at < 1000 and self.data[end] != 10:
            end += 1
        text = self._bytes(end - self.at)
        self._bytes(1)
        return text.decode("utf-8")

    def _text(self, form: str) -> None:
        self.stack.append(self._bytes(self._number(form)).decode("utf-8", "surrogatepass"))

    def _pop(self) -> Any:
        value = self.stack.pop()
        if value is _MARK:
            raise CheckpointError("the pickle is damaged: a mark stands where a value should be")
        return value

    def _top(self) -> Any:
        return self.stack[-1]

    def _since_mark(self) -> list[Any]:
        for i in range(len(self.stack) - 1, -1, -1):
            if self.stack[i] is _MARK:
                found = self.stack[i + 1 :]
                del self.stack[i:]
                return found
        raise CheckpointError("the pickle is damaged: a mark is missing")

    def _tuple(self, count: int) -> None:
        items = [self._pop() for _ in range(count)]
        self.stack.append(tuple(reversed(items)))

    def _get(self, key: int) -> None:
        if key not in self.memo:
            raise CheckpointError(f"the pickle is damaged: nothing was put at {key}")
        self.stack.append(self.memo[key])

    def _put(self, key: int) -> None:
        self.memo[key] = self._top()

    def _append(self, items: list[Any]) -> None:
        target = self._top()
        if type(target) is not list:
            raise CheckpointError(f"the pickle is damaged: it appends to a {type(target).__name__}")
        target.extend(items)

    def _set_items(self, items: list[Any]) -> None:
        target = self._top()
        if type(target) not in (dict, OrderedDict, Counter) or len(items) % 2:
            raise CheckpointError(f"the pickle is damaged: it sets items of a {type(target).__name__}")
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[simple(key)] = value

    def _add_items(self, items: list[Any]) -> None:
        target = self._top()
        if type(target) is not set:
            raise CheckpointError(f"the pickle is damaged: it adds to a {type(target).__name__}")
        target.update(simple(item) for item in items)

    def _global(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise CheckpointError("the pickle is damaged: a name is not text")
        self.stack.append(self.find(module, name))

    def _stack_global(self) -> None:
        name, module = self._pop(), self._pop()
        self._global(module, name)

    def _reduce(self) -> None:
        arguments, function = self._pop(), self._pop()
        if type(function) is not Call or type(arguments) is not tuple:
            raise CheckpointError(f"the pickle calls {function!r}, which is no function that is allowed")
        self.stack.append(function.function(*arguments))

    def _build(self) -> None:
        state, target = self._pop(), self._top()
        # A state dict of a module carries its versions as an attribute.
        if type(target) is not OrderedDict or type(state) is not dict or set(state) - {"_metadata"}:
            raise CheckpointError(f"the pickle sets attributes of a {type(target).__name__}, which is not allowed")
        target.__dict__.update(state)

    def _long(self, form: str) -> None:
        count = self._number(form)
        if count > _LONGEST:
            raise CheckpointError(f"the pickle has a number of {count} bytes")
        self.stack.append(int.from_bytes(self._bytes(count), "little", signed=True))

    def _end(self, make: Callable[[list[Any]], Any]) -> None:
        self.stack.append(make(self._since_mark()))

    def _dict(self, items: list[Any]) -> None:
        self.stack.append({})
        self._set_items(items)


def simple(key: Any) -> Any:
    """A key of a dict or an item of a set, if its hash cannot run away: a number, text, or a flat tuple of these.

    Raises:
        CheckpointError: it is something else.
    """
    parts = key if type(key) in (tuple, sg.Size) else (key,)
    if not all(isinstance(part, _SIMPLE) for part in parts):
        raise CheckpointError(f"a key of a dict must be a number, text or a tuple of these, got a {type(key).__name__}")
    return key


def _put_next(m: Machine) -> None:
    m._put(len(m.memo))


_STEPS: dict[int, Callable[[Machine], Any]] = {
    ord(code): step
    for code, step in {
        "\x80": lambda m: m._bytes(1),
        "\x95": lambda m: m._bytes(8),
        "(": lambda m: m.stack.append(_MARK),
        "0": lambda m: m.stack.pop(),
        "1": lambda m: m._since_mark(),
        "2": lambda m: m.stack.append(m._top()),
        "N": lambda m: m.stack.append(None),
        "\x88": lambda m: m.stack.append(True),
        "\x89": lambda m: m.stack.append(False),
        "J": lambda m: m.stack.append(m._number("<i")),
        "K": lambda m: m.stack.append(m._number("<B")),
        "M": lambda m: m.stack.append(m._number("<H")),
        "\x8a": lambda m: m._long("<B"),
        "\x8b": lambda m: m._long("<i"),
        "G": lambda m: m.stack.append(m._number(">d")),
        "X": lambda m: m._text("<I"),
        "\x8c": lambda m: m._text("<B"),
        "\x8d": lambda m: m._text("<Q"),
        "B": lambda m: m.stack.append(m._bytes(m._number("<I"))),
        "C": lambda m: m.stack.append(m._bytes(m._number("<B"))),
        "\x8e": lambda m: m.stack.append(m._bytes(m._number("<Q"))),
        ")": lambda m: m.stack.append(()),
        "]": lambda m: m.stack.append([]),
        "}": lambda m: m.stack.append({}),
        "\x8f": lambda m: m.stack.append(set()),
        "t": lambda m: m._end(tuple),
        "l": lambda m: m._end(list),
        "d": lambda m: m._dict(m._since_mark()),
        "\x85": lambda m: m._tuple(1),
        "\x86": lambda m: m._tuple(2),
        "\x87": lambda m: m._tuple(3),
        "a": lambda m: m._append([m._pop()]),
        "e": lambda m: m._append(m._since_mark()),
        "s": lambda m: m._set_items([m._pop(), m._pop()][::-1]),
        "u": lambda m: m._set_items(m._since_mark()),
        "\x90": lambda m: m._add_items(m._since_mark()),
        "q": lambda m: m._put(m._number("<B")),
        "r": lambda m: m._put(m._number("<I")),
        "\x94": _put_next,
        "h": lambda m: m._get(m._number("<B")),
        "j": lambda m: m._get(m._number("<I")),
        "c": lambda m: m._global(m._line(), m._line()),
        "\x93": lambda m: m._stack_global(),
        "R": lambda m: m._reduce(),
        "b": lambda m: m._build(),
        "Q": lambda m: m.stack.append(m.persistent(m._pop())),
    }.items()
}
