"""How the repair of a macOS wheel is planned.

Every import that ends nowhere is looked for; what is found goes into one folder,
``<package>/.dylibs`` or ``<distribution>.dylibs``, as delocate has it, and each
importer names it by ``@loader_path``. Paths of the build machine are taken out of
all images, each library gets an identity of its own, and wrong signatures are
made anew. Slices are planned one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from wheelcheck.repair_options import RepairOptions
from wheelcheck.repairing.left_out import LeftOut
from wheelcheck.repairing.macos.binding import Binding
from wheelcheck.repairing.macos.edits import Edits, linked_slices
from wheelcheck.repairing.macos.libraries import Library, MacFinder
from wheelcheck.repairing.macos.places import folder_for_libraries, names_for
from wheelcheck.repairing.macos.tags import fitting_tags, promised_archs, refuse_lacking
from wheelcheck.repairing.plan import Content, Plan
from wheelcheck.repairing.retag import retagged, retagged_filename
from wheelcheck.resolving.closure import Closure
from wheelcheck.rules.natives import is_test_data

if TYPE_CHECKING:
    from wheelcheck.binary.macho_slice import MachoSlice
    from wheelcheck.wheel import Wheel

__all__ = ["plan_macos"]


def plan_macos(
    wheel: "Wheel", closure: Closure, options: RepairOptions, environ: Mapping[str, str]
) -> Plan:
    """Plan the repair of a wheel for macOS.

    Args:
        wheel: The wheel as read.
        closure: Its imports, resolved.
        options: What the user wants.
        environ: Where DYLD_LIBRARY_PATH and DYLD_FALLBACK_LIBRARY_PATH are read.

    Raises:
        RepairError: what is demanded cannot be done.
    """
    platforms = wheel.filename.removesuffix(".whl").rpartition("-")[2].split(".")
    finder = MacFinder(closure, options, environ)
    left_out = LeftOut(wheel, options.exclude, options.provided_by)
    binding = Binding(closure, finder, left_out, promised_archs(platforms))
    for edge in closure.edges:
        binding.serve(edge)
    libraries = binding.libraries()
    folder, member_folder = folder_for_libraries(wheel)
    names = names_for(wheel, libraries, folder)
    edits = Edits(wheel, binding, {lib: f"{folder}/{name}" for lib, name in names.items()})
    bundles = (edits.bundle(lib, f"{member_folder}/{name}") for lib, name in names.items())
    rewrites = tuple(edits.rewrites())
    missing = tuple(finder.absences.missing())
    notes = binding.notes | edits.notes
    output = wheel.filename
    contents: list[Content] = []
    if not missing:
        fitting = _fitting(wheel, libraries, platforms, options)
        output = retagged_filename(wheel.filename, fitting)
        if output != wheel.filename:
            notes[f"tagged {'.'.join(fitting)}, was {'.'.join(platforms)}"] = None
            wheel_file = wheel.metadata.get("WHEEL", b"")
            contents.append(Content(f"{wheel.dist_info}/WHEEL", retagged(wheel_file, output)))
    return Plan(
        wheel=wheel.filename,
        output=output,
        platform="macos",
        bundles=tuple(sorted(bundles, key=lambda bundle: bundle.member)),
        rewrites=rewrites,
        contents=tuple(contents),
        missing=missing,
        excluded=tuple(sorted({*left_out.names, *binding.provided.values()})),
        provided=tuple(sorted(left_out.provided.items())),
        notes=(*notes, *left_out.notes, *left_out.unmet()),
    )


def _fitting(
    wheel: "Wheel", libraries: Iterable[Library], platforms: Sequence[str], options: RepairOptions
) -> tuple[str, ...]:
    """Return the platform tags that the content of the result keeps."""
    files: dict[str, tuple[MachoSlice, ...]] = {}
    for native in wheel.natives:
        if not is_test_data(native) and (slices := linked_slices(native)):
            files[native.name] = slices
    for library in libraries:
        files[str(library.source)] = library.slices
    refuse_lacking(options.require_archs, files)
    images = [(label, piece) for label, slices in files.items() for piece in slices]
    return fitting_tags(platforms, images, options.target_macos)
