"""The options of ``repair``, and what they are in the library."""

import argparse
import os
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from wheelcheck.repair_settings import RepairKeywords

__all__ = ["add_repair_choices", "repair_keywords"]

_ENGINES = ("wheelcheck", "auditwheel", "delocate", "delvewheel")
_LAYOUTS = ("auto", "beside", "libs")
"""As ``wheelcheck.repair_settings`` has them, which is not worth importing for --help."""


def add_repair_choices(parser: argparse.ArgumentParser) -> None:
    """Add the options; what is absent stays None, so that the settings file speaks.

    Where delvewheel has one of the same meaning, its name will do, too.
    """
    parser.add_argument(
        "--windows",
        action="store_true",
        help="repair wheels for Windows and leave others alone (default: by each wheel's tag)",
    )
    parser.add_argument(
        "--linux",
        action="store_true",
        help="repair wheels for Linux and Android and leave others alone",
    )
    parser.add_argument(
        "--macos", action="store_true", help="repair wheels for macOS and leave others alone"
    )
    parser.add_argument(
        "--engine",
        choices=_ENGINES,
        help="let this tool, which must be installed, make the new wheel; wheelcheck proves it "
        "as its own (default: wheelcheck)",
    )
    _add_output(parser)
    _add_search(parser)
    _add_libraries(parser)
    _add_places(parser)
    _add_linux(parser)
    _add_macos(parser)


def repair_keywords(arguments: argparse.Namespace) -> "RepairKeywords":
    """Return what the options say, as the public functions take it."""
    said: RepairKeywords = {
        "engine": arguments.engine,
        "layout": arguments.layout,
        "lib_suffix": arguments.lib_sdir,
        "add_paths": arguments.add_path,
        "prefixes": arguments.prefix,
        "include": arguments.include,
        "exclude": arguments.exclude,
        "no_mangle": arguments.no_mangle,
        "no_mangle_all": arguments.no_mangle_all,
        "namespace_packages": arguments.namespace_pkg,
        "with_symbols": arguments.with_symbols,
        "with_import_libs": arguments.with_import_libs,
        "strip": arguments.strip,
        "provided_by": arguments.provided_by,
        "sysroot": arguments.sysroot,
        "require_archs": arguments.require_archs,
        "target_macos": arguments.target_macos,
        "plat": arguments.plat,
        "only_plat": arguments.only_plat,
        "clear_execstack": arguments.clear_execstack,
        "level": arguments.zip_level,
    }
    return cast("RepairKeywords", {k: value for k, value in said.items() if value is not None})


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the result")
    place = group.add_mutually_exclusive_group()
    place.add_argument(
        "-w", "--wheel-dir", metavar="DIR", help="where repaired wheels go (default: wheelhouse)"
    )
    place.add_argument(
        "--in-place", action="store_true", help="replace each wheel by its repaired self"
    )
    group.add_argument(
        "--dry-run", action="store_true", help="print what would be done, and write nothing"
    )
    group.add_argument(
        "-z",
        "--zip-level",
        type=int,
        metavar="LEVEL",
        help="how hard changed members are compressed, 0 to 9 (default: 6)",
    )
    group.add_argument(
        "--force", action="store_true", help="replace an existing output with other content"
    )


def _add_search(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where libraries are looked for")
    many = f"may be repeated, or hold several joined by {os.pathsep!r}"
    _add_list(group, "--add-path", "DIR", f"search this folder first; {many}")
    _add_list(
        group,
        "--prefix",
        "DIR",
        "Windows: search the DLL folders of this MSYS2, vcpkg, conda or MinGW prefix next (itself, "
        f"bin, lib, DLLs, Library/bin, installed/TRIPLET/bin), on any host; {many}",
    )
    group.add_argument(
        "--sysroot",
        metavar="DIR",
        help="look for absolute paths of the wheel's system below this folder first",
    )


def _add_macos(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("macOS")
    group.add_argument(
        "--require-archs",
        metavar="ARCHS",
        help="refuse what lacks code for one of these: x86_64, arm64, universal2, or several "
        "joined by commas (cibuildwheel's {delocate_archs})",
    )
    group.add_argument(
        "--target-macos",
        metavar="X.Y",
        help="tag the result for this version, and refuse what needs a newer one (default: the "
        "wheel's own, raised as far as its content needs)",
    )


def _add_libraries(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "which libraries are bundled, and how",
        "Each may be repeated, or hold several names joined by ';'. In patterns, * and ? are "
        "wildcards. Case does not matter. Of these, wheels for macOS heed --exclude and "
        "--provided-by only; whatever has no effect on a wheel is told.",
    )
    _add_list(
        group,
        "--include",
        "NAME",
        "bundle this library, too, under its own name, and load it when its package is imported",
    )
    _add_list(group, ("--exclude", "--no-dll"), "PATTERN", "do not bundle such libraries")
    group.add_argument(
        "--provided-by",
        action="append",
        metavar="DIST=PATTERN",
        help=(
            "do not bundle such libraries, for this required distribution brings them; "
            "a folder in front of the pattern says where in site-packages"
        ),
    )
    _add_list(
        group,
        "--no-mangle",
        "PATTERN",
        "do not rename such libraries; another wheel's DLL of that name may then be loaded instead",
    )
    group.add_argument(
        "--no-mangle-all", action="store_const", const=True, help="do not rename any library"
    )
    group.add_argument(
        "--strip",
        action="store_const",
        const=True,
        help="take debug data (of GNU linkers, for Windows) out of bundled libraries",
    )
    group.add_argument(
        "--with-symbols",
        "--include-symbols",
        action="store_const",
        const=True,
        help="Windows: bundle the .pdb files that lie beside bundled libraries",
    )
    group.add_argument(
        "--with-import-libs",
        "--include-imports",
        action="store_const",
        const=True,
        help="Windows: bundle their import libraries (.lib, .dll.a), from there or from ../lib",
    )


def _add_places(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where bundled libraries go")
    group.add_argument(
        "--layout",
        choices=_LAYOUTS,
        help=(
            "Windows: beside the extensions; or into a folder DISTRIBUTION.libs, which a patch of "
            "the packages' __init__.py makes known; auto: beside, unless extensions in several "
            "folders need libraries (default: auto)"
        ),
    )
    group.add_argument(
        "-L",
        "--lib-sdir",
        metavar="SUFFIX",
        help="Windows, Linux: what follows DISTRIBUTION in that folder's name (default: .libs)",
    )
    _add_list(
        group,
        "--namespace-pkg",
        "PACKAGES",
        "Windows: dotted names of packages, joined by ';', that are namespaces although they have "
        "an __init__.py (those without one are known by that)",
    )


def _add_linux(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for Linux and Android only")
    group.add_argument(
        "--plat",
        metavar="POLICY",
        help=(
            "satisfy this policy, e.g. manylinux_2_28 or musllinux_1_2_x86_64, and write its tag "
            "(default: auto, the best policy that is met)"
        ),
    )
    group.add_argument(
        "--only-plat", action="store_const", const=True, help="write the tag of --plat and no other"
    )
    group.add_argument(
        "--clear-execstack",
        action="store_const",
        const=True,
        help="state in every object that the stack need not be executable",
    )


def _add_list(
    group: argparse._ArgumentGroup,
    names: str | tuple[str, ...],
    metavar: str,
    text: str,
) -> None:
    flags = (names,) if isinstance(names, str) else names
    group.add_argument(*flags, action="append", metavar=metavar, help=text)
