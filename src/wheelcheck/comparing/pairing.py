"""Which member of one wheel is which of the other."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from wheelcheck.fingerprint import stable
from wheelcheck.records import record
from wheelcheck.wheel import Wheel, WheelFile

__all__ = ["Pair", "pair_members"]


@record
class Pair:
    """A member in both wheels, or in one of them."""

    old: WheelFile | None
    new: WheelFile | None

    same_name: bool = False
    """Whether it has the same name; a folder of dist-info follows the version."""

    @property
    def same_bytes(self) -> bool:
        """Whether the content is the same, as far as it could be read."""
        if self.old is None or self.new is None:
            return False
        return _content(self.old) == _content(self.new)


def pair_members(old: Wheel, new: Wheel) -> tuple[Pair, ...]:
    """Return all members, each once: by name, then by content, then by what builds do not change.

    The order is that of the new wheel; what it has not comes last.
    """
    roots = _roots(old, new)
    left = _by_name(old)
    partner: dict[str, WheelFile] = {}
    news = _by_name(new)
    for name in news:
        if name in left:
            partner[name] = left.pop(name)
    for key in (_content, _stable_name(old, new)):
        rest = [file for name, file in news.items() if name not in partner]
        for one, other in _unique(left.values(), rest, key):
            partner[other.member.name] = left.pop(one.member.name)
    pairs = [_pair(partner.get(name), file, roots) for name, file in news.items()]
    return (*pairs, *(Pair(file, None) for file in left.values()))


def _pair(old: WheelFile | None, new: WheelFile, roots: Mapping[str, str]) -> Pair:
    if old is None:
        return Pair(None, new)
    before, after = old.member.name, new.member.name
    return Pair(old, new, before == after or _rooted(before, roots) == _rooted(after, roots))


def _roots(old: Wheel, new: Wheel) -> dict[str, str]:
    """Return the folders that are named after name and version, where these have changed."""
    if old.name is None or new.name is None:
        return {}
    if (old.name.distribution, old.name.version) == (new.name.distribution, new.name.version):
        return {}
    return {
        root: f"*.{root.rpartition('.')[2]}"
        for wheel in (old, new)
        for root in (wheel.dist_info, wheel.data_folder)
        if root is not None
    }


def _rooted(name: str, roots: Mapping[str, str]) -> str:
    root, slash, rest = name.partition("/")
    return roots.get(root, root) + slash + rest


def _by_name(wheel: Wheel) -> dict[str, WheelFile]:
    """Return the members by name; of several of one name, installers keep the last."""
    return {file.member.name: file for file in wheel.files}


def _content(file: WheelFile) -> Hashable:
    return file.size, file.digests.get("sha256"), file.problem


def _stable_name(old: Wheel, new: Wheel) -> Callable[[WheelFile], Hashable]:
    """Return what gives the name without versions, hashes of bundles and suffixes of modules."""
    roots = _roots(old, new)
    versions = sorted({str(wheel.name.version) for wheel in (old, new) if wheel.name is not None})

    def stripped(file: WheelFile) -> Hashable:
        name = stable(_rooted(file.member.name, roots), None)
        for version in versions:
            name = stable(name, version)
        return name

    return stripped


def _unique(
    old: Iterable[WheelFile], new: Iterable[WheelFile], key: Callable[[WheelFile], Hashable]
) -> Iterator[tuple[WheelFile, WheelFile]]:
    """Yield those whose key occurs once on each side; empty files say nothing by their content."""
    sides: tuple[dict[Hashable, list[WheelFile]], ...] = (defaultdict(list), defaultdict(list))
    for side, files in zip(sides, (old, new), strict=True):
        for file in files:
            if file.size or key is not _content:
                side[key(file)].append(file)
    for mark, olds in sides[0].items():
        news = sides[1].get(mark, ())
        if len(olds) == len(news) == 1:
            yield olds[0], news[0]
