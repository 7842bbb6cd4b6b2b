"""Build the Mach-O files of testdata/macho from the C sources in testdata/macho/src.

    python testdata/build_macho.py [--output DIR]   build; by default into testdata/macho
    python testdata/build_macho.py --check          build elsewhere and compare

What is built is committed, so that tests need no compiler. The tools are Debian 12's packages
clang-19, lld-19 and llvm-19; no SDK of Apple's is needed, for the few symbols that these files
want from the system are declared here. The same tools give the same bytes again.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent / "macho"
SOURCES = HERE / "src"

SYSTEM = """\
--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos, arm64-ios-simulator ]
install-name: '/usr/lib/libSystem.B.dylib'
exports:
  - targets: [ x86_64-macos, arm64-macos, arm64-ios-simulator ]
    symbols: [ _malloc, _free, dyld_stub_binder, ___gcc_personality_v0, __Unwind_Resume,
               __tlv_bootstrap ]
...
"""

# The least room that the linker leaves; -headerpad 0 asks for none.
TIGHT = ("-headerpad", "0")
ROOMY = ("-headerpad", "400")
BUILD_PATH = "/opt/build/lib"


@dataclass(frozen=True)
class Builder:
    """Compiles and links into one folder; intermediate files lie in another."""

    work: Path
    output: Path

    def compile(self, source: str, target: str) -> Path:
        """Compile one source file for a target such as ``arm64-apple-macos11``."""
        result = self.work / f"{source}-{target}.o"
        command = ["clang-19", "-target", target, "-Os", "-fexceptions", "-Wall", "-Wextra"]
        command += ["-Werror", "-c", f"{source}.c", "-o", str(result)]
        subprocess.run(command, cwd=SOURCES, check=True)
        return result

    def link(
        self,
        name: str,
        source: str,
        arch: str,
        *options: str,
        minimum: str = "",
        platform: str = "macos",
    ) -> Path:
        """Link one image for one architecture; MH_DYLIB unless the options say otherwise."""
        minimum = minimum or ("11.0" if arch == "arm64" else "10.13")
        suffix = "-simulator" if platform == "ios-simulator" else ""
        system = platform.removesuffix("-simulator")
        unit = self.compile(source, f"{arch}-apple-{system}{minimum}{suffix}")
        result = self.work / f"{name}.{arch}"
        kind = () if "-bundle" in options else ("-dylib",)
        command = ["ld64.lld-19", "-arch", arch, "-platform_version", platform, minimum, "14.0"]
        command += [*kind, *options, str(unit), str(self.work / "libSystem.tbd")]
        subprocess.run([*command, "-o", str(result)], cwd=self.work, check=True)
        return result

    def join(self, name: str, images: Sequence[Path], *options: str) -> None:
        """Put images into one fat file."""
        names = [str(i) for i in images]
        target = self.output / name
        command = ["llvm-lipo-19", "-create", *options, *names, "-output", str(target)]
        subprocess.run(command, check=True)
        target.chmod(0o644)

    def keep(self, name: str, image: Path) -> None:
        """Put an image into the output as it is."""
        (self.output / name).write_bytes(image.read_bytes())


def build(output: Path) -> None:
    """Build everything into a folder."""
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(Path(folder), output)
        (builder.work / "libSystem.tbd").write_text(SYSTEM)
        for arch in ("arm64", "x86_64"):
            _link(builder, arch)
        both = [builder.work / f"libleaf.1.dylib.{arch}" for arch in ("x86_64", "arm64")]
        builder.join("libleaf.1.dylib", both)
        builder.join("libleaf-fat64.dylib", both, "-fat64")
        modules = [builder.work / f"demo.so.{arch}" for arch in ("x86_64", "arm64")]
        builder.join("demo.cpython-312-darwin.so", modules)
        builder.keep("libmid.dylib", builder.work / "libmid.dylib.arm64")
        # Pointers the old way, as opcodes, and the new way, as chains.
        builder.keep("librich-opcodes.dylib", builder.work / "librich.dylib.x86_64")
        builder.keep("librich-chains.dylib", builder.work / "librich.dylib.arm64")
        image = builder.link(
            "libsim.dylib", "leaf", "arm64", "-install_name", "@rpath/libsim.dylib",
            minimum="14.0", platform="ios-simulator",
        )  # fmt: skip
        builder.keep("libsim.dylib", image)


def _link(builder: Builder, arch: str) -> None:
    """Link all that is wanted for an architecture; what is not kept is linked against."""
    rpaths = ("-rpath", BUILD_PATH, "-rpath", "@loader_path")
    leaf = builder.link(
        "libleaf.1.dylib", "leaf", arch, *ROOMY, *rpaths,
        "-install_name", f"{BUILD_PATH}/libleaf.1.dylib", "-compatibility_version", "1.2.3",
    )  # fmt: skip
    maybe = builder.link("libmaybe.dylib", "maybe", arch, "-install_name", "@rpath/libmaybe.dylib")
    mid = builder.link(
        "libmid.dylib", "mid", arch, *ROOMY,
        "-install_name", "@rpath/libmid.dylib", *rpaths, "-reexport_library", str(leaf),
        "-weak_library", str(maybe),
    )  # fmt: skip
    # The linker looks for re-exported libraries where their install name says.
    installed = builder.work / arch / BUILD_PATH[1:] / "libleaf.1.dylib"
    installed.parent.mkdir(parents=True)
    installed.write_bytes(leaf.read_bytes())
    builder.link(
        "demo.so", "module", arch, *TIGHT, "-bundle", "-undefined", "dynamic_lookup",
        *rpaths, str(mid), "-syslibroot", str(builder.work / arch),
    )  # fmt: skip
    fixups = ("-fixup_chains", "-init_offsets") if arch == "arm64" else ("-no_fixup_chains",)
    builder.link(
        "librich.dylib", "rich", arch, *TIGHT, *fixups, "-install_name", "@rpath/librich.dylib"
    )


def check() -> list[str]:
    """Return the names of files that differ from what the sources give."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        fresh = {p.name: p.read_bytes() for p in Path(folder).iterdir()}
    kept = {p.name: p.read_bytes() for p in HERE.iterdir() if p.is_file()}
    return sorted(n for n in fresh.keys() | kept.keys() if fresh.get(n) != kept.get(n))


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=HERE)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if arguments.check:
        different = check()
        print("\n".join(different) or "the same")
        return bool(different)
    build(arguments.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
