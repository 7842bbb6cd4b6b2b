"""Records behave as data classes do."""

import copy
import dataclasses
import pickle
import pprint
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

from wheelcheck.records import field, fields, record, replace


@record
class Point:
    """Here."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)

    @property
    def double(self) -> int:
        return 2 * self.x


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    x: int
    y: int = 2
    tags: list[str] = dataclasses.field(default_factory=list)


@record(kw_only=True)
class Named(Point):
    z: int
    label: str = field(default="", compare=False)


@record
class Version:
    major: int
    minor: int = 0


@record
class Other:
    major: int
    minor: int = 0


@record(caches=True)
class Sum:
    parts: tuple[int, ...]
    total_: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total_", sum(self.parts))

    @cached_property
    def total(self) -> object:
        return object()


@record(frozen=False)
class Draft:
    words: list[str]
    next: "Draft | None" = None


@record(frozen=False, eq=False)
class Thing:
    name: str


@record
class Nothing:
    """No fields at all."""


def test_fields_are_given_by_place_and_by_name() -> None:
    assert (Point(1).x, Point(1).y, Point(1, 5).y, Point(y=3, x=4).double) == (1, 2, 5, 8)
    assert Point(1, tags=["a"]).tags == ["a"]
    assert Point(1).tags is not Point(1).tags
    named = Named(1, z=4)
    assert (named.x, named.y, named.z, named.label) == (1, 2, 4, "")
    assert repr(Nothing()) == "Nothing()"


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: kind(),
        lambda kind: kind(1, 2, [], 4),
        lambda kind: kind(1, z=1),
        lambda kind: kind(1, x=1),
        lambda kind: kind(y=1),
        lambda kind: kind(1, 2, x=1, tags=[]),
    ],
)
def test_wrong_arguments(call: Callable[[type], object]) -> None:
    with pytest.raises(TypeError) as expected:
        call(Twin)
    with pytest.raises(TypeError) as found:
        call(Point)
    words = {"positional ", "from 2 to "}  # where Python is closer
    said, wanted = str(found.value), str(expected.value).replace("Twin", "Point")
    for word in words:
        wanted = wanted.replace(word, "")
        said = said.replace(word, "")
    assert said == wanted


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda kind: kind(1), "missing 1 required argument: 'z'"),
        (lambda kind: kind(), "missing 2 required arguments: 'x', 'z'"),
        (lambda kind: kind(1, 2, [], 4, z=1), "takes 4 positional arguments but 5 were given"),
        (lambda kind: kind(1, z=1, double=1), "unexpected keyword argument 'double'"),
    ],
)
def test_wrong_arguments_of_a_subclass(call: Callable[[type], object], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        call(Named)


def test_repr_is_that_of_a_data_class() -> None:
    assert repr(Point(1, tags=["a"])) == "Point(x=1, y=2, tags=['a'])"
    assert repr(Sum((1, 2))) == "Sum(parts=(1, 2))"
    draft = Draft(["a"])
    draft.next = draft
    assert repr(draft) == "Draft(words=['a'], next=...)"


def test_equality_and_hash() -> None:
    assert Version(1, 2) == Version(1, 2) != Version(1, 3)
    assert hash(Version(1, 2)) == hash(Version(1, 2))
    others: list[object] = [Other(1), (1, 0), None]
    assert Version(1) not in others
    assert Named(1, z=1, label="a") == Named(1, z=1, label="b")
    assert Point(1) != Named(1, z=1)
    assert len({Sum((1,)), Sum((1,)), Sum((2,))}) == 2
    assert hash(Nothing()) == hash(Nothing())
    with pytest.raises(TypeError, match="unhashable"):
        hash(Draft([]))
    assert Draft([]) == Draft([])
    thing = Thing("a")
    assert len({thing, thing, Thing("a")}) == 2


@pytest.mark.parametrize("instance", [Point(1), Named(1, z=2), Sum(())])
def test_frozen(instance: object) -> None:
    name = next(iter(fields(instance)))
    with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(instance, name, 2)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field"):
        delattr(instance, name)
    with pytest.raises(AttributeError):
        instance.other = 1  # type: ignore[attr-defined] # refused


def test_not_frozen() -> None:
    draft = Draft(["a"])
    draft.words = ["b"]
    assert draft == Draft(["b"])
    with pytest.raises(AttributeError):
        draft.other = 1  # type: ignore[attr-defined] # refused


def test_slots() -> None:
    assert not hasattr(Point(1), "__dict__")
    assert not hasattr(Named(1, z=1), "__dict__")
    cached = Sum((1, 2))
    assert cached.total is cached.total
    assert cached.total_ == 3


@pytest.mark.parametrize(
    "instance", [Point(1, tags=["a"]), Named(1, z=2), Sum((1, 2)), Draft(["a"]), Nothing()]
)
def test_copies(instance: Any) -> None:
    for again in (
        copy.copy(instance),
        copy.deepcopy(instance),
        pickle.loads(pickle.dumps(instance)),  # noqa: S301 - our own
        replace(instance),
        dataclasses.replace(instance),
        instance.__replace__(),  # which copy.replace calls
    ):
        assert again == instance
        assert type(again) is type(instance)


def test_replace() -> None:
    assert replace(Point(1), y=7) == Point(1, 7)
    assert replace(Sum((1,)), parts=(4, 5)).total_ == 9
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        replace(Point(1), z=7)


def test_patterns() -> None:
    match Point(1, 5):
        case Point(x, y, tags):
            assert (x, y, tags) == (1, 5, [])
    assert Named.__match_args__ == ("x", "y", "tags")


def test_they_are_data_classes_to_others() -> None:
    point = Point(1, tags=["a"])
    assert dataclasses.is_dataclass(point)
    assert dataclasses.asdict(point) == {"x": 1, "y": 2, "tags": ["a"]}
    assert dataclasses.astuple(Named(1, z=3)) == (1, 2, [], 3, "")
    assert [(f.name, f.type, f.init) for f in dataclasses.fields(Sum)] == [
        ("parts", tuple[int, ...], True),
        ("total_", int, False),
    ]
    assert [f.name for f in dataclasses.fields(Named)] == ["x", "y", "tags", "z", "label"]
    assert dataclasses.fields(Draft)[1].default is None
    assert pprint.pformat(point) == repr(point)


def test_the_class_stays_what_it_was() -> None:
    assert (Point.__name__, Point.__qualname__, Point.__module__) == ("Point", "Point", __name__)
    assert Point.__doc__ == "Here."
    assert list(fields(Named)) == ["x", "y", "tags", "z", "label"]
    assert fields(Named)["z"].kw_only
    assert not fields(Named)["x"].kw_only
    assert fields(3) == {}
