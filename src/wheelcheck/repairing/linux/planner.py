"""How the repair of a wheel for Linux or Android is planned.

Every import that ends nowhere is looked for as its importer's own loader would;
what is found is bundled in one folder under a name that no other wheel can
hold, and each importer is bound to that very file.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Arch
from wheelcheck.platforms.linux.policies import policies_for
from wheelcheck.repairing.left_out import LeftOut
from wheelcheck.repairing.linux.binding import Binding
from wheelcheck.repairing.linux.edits import Edits
from wheelcheck.repairing.linux.host import HostSearch
from wheelcheck.repairing.linux.libraries import ElfFinder
from wheelcheck.repairing.linux.tags import chosen_tags, requested_policy, verdicts_of
from wheelcheck.repairing.plan import Content, Plan
from wheelcheck.repairing.retag import retagged, retagged_filename
from wheelcheck.resolving.closure import Closure

if TYPE_CHECKING:
    from wheelcheck.platforms.linux.policies import Policy
    from wheelcheck.platforms.linux.target import LinuxTarget
    from wheelcheck.repair_options import RepairOptions
    from wheelcheck.wheel import Wheel

__all__ = ["plan_linux"]


def plan_linux(
    wheel: "Wheel", closure: Closure, environ: Mapping[str, str], options: "RepairOptions"
) -> Plan:
    """Plan the repair of a wheel for Linux or Android.

    Args:
        wheel: The wheel as read.
        closure: Its imports, resolved.
        environ: Where LD_LIBRARY_PATH is read.
        options: What the user wants.

    Raises:
        RepairError: a library cannot be bound, or the wheel does not satisfy the
            policy that the user names.
        UsageError: an option names something that does not exist.
    """
    assert closure.linux is not None
    assert wheel.name is not None
    target = closure.linux.target
    requested = requested_policy(options.plat, target)
    left_out = LeftOut(wheel, options.exclude, options.provided_by)
    finders = {
        arch: _finder(target, arch, requested, environ, options, left_out)
        for arch in target.machines
    }
    binding = Binding(closure, finders, left_out, f"{wheel.name.distribution}{options.lib_suffix}")
    for edge in closure.distinct:
        binding.serve(edge)
    for name in options.include:
        binding.include(name)
    edits = Edits(binding, wheel.name.distribution, clear_execstack=options.clear_execstack)
    rewrites, moves, contents = edits.members()
    missing = tuple(m for finder in finders.values() for m in finder.absences.missing())
    notes = dict.fromkeys(note for finder in finders.values() for note in finder.search.absent())
    notes |= binding.notes
    output = wheel.filename
    if not missing:
        verdicts = verdicts_of(target, binding.demands())
        tags = chosen_tags(target, verdicts, requested, only=options.only_plat)
        output = retagged_filename(wheel.filename, tags)
        plain = [tag for tag in tags if tag.startswith("linux_")]
        if plain:
            notes[f"no policy is satisfied, so the tag is {plain[0]}"] = None
        old = wheel.metadata.get("WHEEL", b"")
        new = retagged(old, output)
        if new != old:
            contents.append(Content(f"{wheel.dist_info}/WHEEL", new))
    return Plan(
        wheel=wheel.filename,
        output=output,
        platform="linux",
        bundles=(*edits.bundles(), *moves),
        rewrites=tuple(rewrites),
        contents=tuple(contents),
        strip=options.strip,
        missing=missing,
        excluded=tuple(sorted(left_out.names)),
        provided=tuple(sorted(left_out.provided.items())),
        notes=(*notes, *left_out.notes, *left_out.unmet()),
    )


def _finder(
    target: "LinuxTarget",
    machine: Arch,
    requested: "Policy | None",
    environ: Mapping[str, str],
    options: "RepairOptions",
    left_out: LeftOut,
) -> ElfFinder:
    search = HostSearch(options.add_paths, environ, options.sysroot, target.libc, machine)
    system = (requested,) if requested else policies_for(target.libc, machine)
    return ElfFinder(search, target, machine, system, options, left_out)
