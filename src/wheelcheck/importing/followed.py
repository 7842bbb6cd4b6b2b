"""The imports of a wheel's modules, followed; once for wheels whose modules say the same.

The wheels of a release differ in a few sources, and these rather in their texts than in
what they import.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from wheelcheck.importing.tree import Module, ModuleTree, TooMuchError

if TYPE_CHECKING:
    from wheelcheck.importing.gaps import Gap
    from wheelcheck.importing.others import Foreign
    from wheelcheck.importing.reach import Reach

__all__ = ["Followed", "Follower"]

_MOST_COMPARED = 8
"""Sources that are other ones; to compare more costs as much as to follow their imports."""
_MOST_WORK = 200_000
"""A wheel that comes near the bound of :class:`ModuleTree` is followed by itself."""


class Followed:
    """What the imports of a wheel's modules lead to.

    Its properties raise :class:`wheelcheck.importing.tree.TooMuchError`.
    """

    def __init__(self, tree: ModuleTree, commands: tuple[str, ...]) -> None:
        """Follow them from the packages at the top, and from what commands start."""
        # Of its own, for what others ask of theirs is bounded, too.
        self.tree = ModuleTree(tree.modules, tree.stubs, tree.distribution)
        self.commands = commands
        self._like: Followed | None = None
        self._differing: list[Module] = []

    @cached_property
    def reach(self) -> "Reach":
        """Which modules run."""
        if self._like is not None:
            return self._like.reach
        from wheelcheck.importing.reach import Reach

        return Reach(self.tree, self.commands)

    @cached_property
    def gaps(self) -> "tuple[Gap, ...]":
        """The imports of the wheel's own modules that fail wherever they run."""
        if self._like is not None and not self._like.gaps:
            return ()
        from wheelcheck.importing.gaps import find_gaps

        return tuple(find_gaps(self.tree, self.reach))

    @cached_property
    def foreign_imports(self) -> "tuple[Foreign, ...]":
        """Imports of what others must supply, see :func:`foreign_imports`; in no order."""
        from wheelcheck.importing.others import foreign_imports

        new = self.tree.sources if self._like is None else self._differing
        same = () if self._like is None else self._like.foreign_imports
        names = {module.name for module in new}
        return (
            *(foreign for foreign in same if foreign.importer.name not in names),
            *foreign_imports(self.tree, self.reach, new),
        )

    def take_over(self, other: "Followed") -> bool:
        """Take over what was found for another wheel, if that is true here; tell whether it is."""
        try:
            self._like = other if self._is_like(other) else None
        except TooMuchError:
            self._like = None
        return self._like is not None

    def _is_like(self, other: "Followed") -> bool:
        theirs = other.tree
        if (self.tree.distribution, self.commands) != (theirs.distribution, other.commands):
            return False
        own, others = self.tree.modules, theirs.modules
        if own.keys() != others.keys() or theirs.work > _MOST_WORK:
            return False
        pairs = [(module, others[name]) for name, module in own.items()]
        if not all(self._may_match(one, two) for one, two in pairs):
            return False
        differing = [(one, two) for one, two in pairs if one.facts is not two.facts]
        self._differing = [one for one, _ in differing]
        return len(differing) <= _MOST_COMPARED and all(
            self._leads_as(one, two, other) for one, two in differing
        )

    def _may_match(self, one: Module, two: Module) -> bool:
        """Tell whether two modules of one name are the same, but for what their sources say."""
        if one.facts is not None and two.facts is not None:
            return (one.member, one.install) == (two.member, two.install)
        if (one.facts is None, one.is_package) != (two.facts is None, two.is_package):
            return False
        aside = self.tree.is_aside
        return one.is_folder == two.is_folder and aside(one) == aside(two)

    def _leads_as(self, one: Module, two: Module, other: "Followed") -> bool:
        """Tell whether two sources say the same, as far as that was of use or will be."""
        assert one.facts is not None
        assert two.facts is not None
        # What was asked for its gaps, and may be asked for its reach.
        _ = other.gaps
        asked = other.tree.asked(two) | _below(one, self.tree)
        return (
            _inward(self.tree, one) == _inward(other.tree, two)
            and one.facts.makes_names == two.facts.makes_names
            and one.facts.finds_modules == two.facts.finds_modules
            and all(self.tree.binds(one, n) == other.tree.binds(two, n) for n in asked)
            and self.tree.work <= _MOST_WORK
        )


def _inward(tree: ModuleTree, module: Module) -> list[tuple[object, ...]]:
    """Return the imports of a source that matter within the wheel, without their lines."""
    own = [found[1:] for found, _ in tree.inward(module)]
    return own + [found[1:] for found in tree.imports(module) if "*" in found.names]


def _below(module: Module, tree: ModuleTree) -> set[str]:
    """Return the names of the modules in a package, each of which it may bind itself."""
    names = (name.rpartition(".") for name in tree.modules)
    return {last for above, _, last in names if above == module.name}


class Follower:
    """Follows the imports of wheel after wheel."""

    def __init__(self) -> None:
        self._last: Followed | None = None

    def follow(self, tree: ModuleTree, commands: tuple[str, ...]) -> Followed:
        """Return what they lead to, perhaps as it was found for the wheel before."""
        found = Followed(tree, commands)
        if self._last is None or not found.take_over(self._last):
            self._last = found
        return found
