import ast
import codecs
import importlib
import inspect
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.patch.python_modules import ENCODINGS, FRAGMENTS, modules, run
from wheelcheck.errors import PatchError
from wheelcheck.patch.dll_folder import dll_folder_patch
from wheelcheck.patch.python_source import find_patches, insert_patch, remove_patch

BODY = dll_folder_patch(1, "demo.libs")


def stripped(source: bytes, tool: bytes = b"wheelcheck") -> bytes:
    """What panda3d's freezer makes of a source: delvewheel #37, panda3d #1492."""
    start_marker, end_marker = b"# start " + tool + b" patch", b"# end " + tool + b" patch"
    while (start := source.find(start_marker)) >= 0:
        end = source.find(end_marker, start) + len(end_marker)
        source = source[:start] + source[end:]
    return source + b"\n"


@settings(max_examples=300)
@given(modules())
def test_module_is_as_before(module: tuple[bytes, str]) -> None:
    source, encoding = module
    expected = run(source)

    patched = insert_patch(source, BODY)

    assert run(patched) == expected
    assert run(stripped(patched)) == expected
    [patch] = find_patches(patched)
    assert (patch.tool, patch.folders) == ("wheelcheck", ("../demo.libs",))
    assert remove_patch(patched, patch) == source
    assert " # start wheelcheck patch" in patched.decode(encoding)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8).map(lambda parts: "".join(parts).encode()))
@example(b'"" # start delvewheel patch\n\rfrom __future__ import division')
@example(b'# start delvewheel patch\ndef _()\n# coding: latin-1\n"\xe9"')
@example(b"\\\r\n")
@example(b'"a"\\\r\n')
@example(b'"a"; \\\n ')
def test_whatever_python_runs_can_be_patched(source: bytes) -> None:
    try:
        expected = run(source)
    except (SyntaxError, ValueError, NameError, TypeError, ImportError):
        expected = None
    try:
        patched = insert_patch(source, BODY)
    except PatchError:
        assert expected is None
        return

    assume(expected is not None)
    assert run(patched)[0].keys() == expected[0].keys()  # type: ignore[index]
    assert run(patched)[0].get("__doc__") == expected[0].get("__doc__")  # type: ignore[index]
    assert run(patched)[1] == expected[1]  # type: ignore[index]
    assert source in {remove_patch(patched, patch) for patch in find_patches(patched)}


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_bytes_of_any_kind_are_patched_or_refused(source: bytes) -> None:
    try:
        patched = insert_patch(source, BODY)
    except PatchError:
        return
    [patch] = find_patches(patched)
    assert remove_patch(patched, patch) == source


@settings(max_examples=50)
@given(modules())
def test_patches_come_one_behind_the_other(module: tuple[bytes, str]) -> None:
    source, _ = module
    first = insert_patch(source, BODY)

    both = insert_patch(first, dll_folder_patch(0, "other"))

    assert run(both) == run(source)
    patches = find_patches(both)
    assert [patch.folders for patch in patches] == [("other",), ("../demo.libs",)]
    assert patches[0].end <= patches[1].start
    assert remove_patch(both, patches[0]) == first


HEAD = "# start wheelcheck patch"


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("", "", ""),
        ("x = 1\n", "", "x = 1\n"),
        ("\r\nx = 1\r\n", "\r\n", "x = 1\r\n"),
        ("# one\n# two\n\nx = 1", "# one\n# two\n\n", "x = 1"),
        ("# only a comment", "# only a comment\n", ""),
        ('"doc"', '"doc"\n', ""),
        ('"doc"\rx', '"doc"\r', "x"),
        ('"doc"\n\nx', '"doc"\n', "\nx"),
        ('"doc"  # why\nx', '"doc"  # why\n', "x"),
        ('"doc"; x', '"doc"; ', "x"),
        ('"doc"; \\\n x', '"doc"; \\\n ', "x"),
        ('"doc"; from __future__ import a; x', '"doc"; from __future__ import a; ', "x"),
        ("from __future__ import division\n\nx", "from __future__ import division\n", "\nx"),
        ("from __future__ import (a,\n b)\nx", "from __future__ import (a,\n b)\n", "x"),
        ("from __\uff46uture__ import a\nx", "from __\uff46uture__ import a\n", "x"),
        ("from __future__ import a\n# c\nfrom __future__ import b\nx",
         "from __future__ import a\n# c\nfrom __future__ import b\n", "x"),
        ("from .__future__ import a\n", "", "from .__future__ import a\n"),
        ("from __future__imports import a\n", "", "from __future__imports import a\n"),
        ('"doc"\n"no doc"\n', '"doc"\n', '"no doc"\n'),
        ('f"no doc"\n', "", 'f"no doc"\n'),
        ('b"no doc"\n', "", 'b"no doc"\n'),
        ("(" * 300 + '"no doc"', "", "(" * 300 + '"no doc"'),
        ("if 1:\n\tx = 1\n", "", "if 1:\n\tx = 1\n"),
        ("\f'doc'\n\f\nx", "\f'doc'\n", "\f\nx"),
    ],
)  # fmt: skip
def test_place(source: str, before: str, after: str) -> None:
    patched = insert_patch(source.encode(), BODY).decode()

    assert patched.partition(" " + HEAD)[0] == before
    end = patched.rpartition("# end wheelcheck patch")[2]
    assert end.removeprefix("\r").removeprefix("\n") == after


@pytest.mark.parametrize(
    ("source", "newline"),
    [
        (b"", b"\n"),
        (b"x = 1", b"\n"),
        (b"x = 1\r\ny = 1\n", b"\r\n"),
        (b'"doc"\rx = 1\n', b"\r"),
        (b'"doc"\r\nx = 1\n', b"\r\n"),
        (b'"""a\r\nb"""\nx = 1\n', b"\n"),
        (b'"doc"\r\n', b"\r\n"),
        (b'#\r"""doc""" #\r# \n\nx = 1\n', b"\r"),
        (b"#\n\rx = 1\n", b"\r"),
        (b"#\r\f\nx = 1", b"\n"),
        (b"x = 1\r", b"\r"),
        (b'"""a\r\nb"""; x = 1\n', b"\r\n"),
    ],
)
def test_lines_end_as_those_of_the_module(source: bytes, newline: bytes) -> None:
    patched = insert_patch(source, "pass\ndef _wheelcheck_patch():\n    pass\n")

    [patch] = find_patches(patched)
    block = patched[patch.start : patch.end].strip(b"\r\n")
    assert block == newline.join(
        [
            b" # start wheelcheck patch",
            *(b"pass", b"def _wheelcheck_patch():", b"    pass"),
            b"# end wheelcheck patch",
        ]
    )
    assert run(patched)[0].keys() - {"_wheelcheck_patch"} == run(source)[0].keys()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings(encoding: str) -> None:
    source = f'# coding: {encoding}\n"döc"; é = "ü"\n'.encode(encoding)

    patched = insert_patch(source, BODY)

    assert run(patched) == ({"__name__": "module", "__doc__": "döc", "é": "ü"}, 0)
    assert patched.startswith(codecs.BOM_UTF8) == (encoding == "utf-8-sig")


@pytest.mark.parametrize(
    "source",
    [
        b'"doc"\ndef first[T](x: T) -> T: return x\ntype Alias = int\n',
        b'"doc"\nname = f"{names["a"]}"\n',
        b'"doc"\nx = t"{y}"\n',
        b'"doc"\ntry: pass\nexcept A, B: pass\n',
        b"\"doc\"\nprint 'hello'\n",
    ],
)
def test_rest_may_be_for_another_python(source: bytes) -> None:
    patched = insert_patch(source, BODY)

    [patch] = find_patches(patched)
    assert patched[: patch.start] == b'"doc"\n'
    assert remove_patch(patched, patch) == source


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b'"""no end', "does not end"),
        (b'"no end\n', "does not end"),
        (b"'a' 'no end\\\n", "does not end"),
        (b"  x = 1\n", "indented"),
        (b'"doc"\n\t"x"\n', "indented"),
        (b"from __future__ import *\n", "cannot be understood"),
        (b"from __future__ import\n", "cannot be understood"),
        (b"from __future__ import (division\n", "cannot be understood"),
        (b"from __future__ import division x\xc3\xa9.y\n", "cannot be understood"),
        (b"# coding: utf-7\n", "cannot write"),
        (b"# \xe9\n", "not valid utf-8"),
    ],
)
def test_head_that_is_no_python_is_refused(source: bytes, message: str) -> None:
    with pytest.raises(PatchError, match=message):
        insert_patch(source, BODY)


@pytest.mark.parametrize(
    "body", ["x = 'é'\n", "# end wheelcheck patch\n", "# end delvewheel patch"]
)
def test_body_that_would_break_the_markers_is_refused(body: str) -> None:
    with pytest.raises(PatchError, match="plain ASCII and hold no marker"):
        insert_patch(b"", body)


@pytest.mark.parametrize(
    "source",
    [
        b"x = 1\n",
        b"#!python\n",
        b"#!python\n# Copyright\n# Licence\n\nx = 1\n",
        b"# Copyright\nx = 1\n",
        b"\n#\n# Copyright",
        b'# comment\n"doc"\n',
        b"from __future__ import division\n",
    ],
)
def test_help_shows_what_it_showed(
    source: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    shown = []
    for name, content in (("shown_as_was", source), ("shown_patched", insert_patch(source, BODY))):
        (tmp_path / f"{name}.py").write_bytes(content)
        module = importlib.import_module(name)
        shown.append((inspect.getdoc(module), inspect.getcomments(module)))
        del sys.modules[name]

    assert shown[0] == shown[1]


@pytest.mark.parametrize("quotes", ["'", '"', "'''", '"""', "r'", 'u"', "('"])
def test_docstring_in_any_quotes(quotes: str) -> None:
    """delvewheel #23: pycurl's docstring is not in triple quotes."""
    closing = quotes.strip("ru(") + ")" * quotes.count("(")
    source = f"{quotes}A cURL interface.{closing}\nfrom os import name\n".encode()

    assert run(insert_patch(source, BODY)) == run(source)


def test_legacy_namespace_package_stays_one() -> None:
    """delvewheel #38: what the module does to its own ``__path__`` comes behind the patch."""
    source = b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"

    patched = insert_patch(source, BODY)

    assert run(patched, __path__=["a"]) == run(source, __path__=["a"])


# As delvewheel wrote them: 0.0.9, 1.0.1, 1.3.6, 1.11.1 and 1.13.1.
_CALLED = "_delvewheel{0}_patch_{1}()\ndel _delvewheel{0}_patch_{1}\n# end delvewheel patch\n"
_LIBS = (
    "    libs_dir = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir, 'a.libs'))\n"
)
_SINCE_1_5 = (
    "    import os\n"
    "    if os.path.isdir(libs_dir := os.path.abspath(os.path.join(os.path.dirname(__file__), "
    "os.pardir, os.pardir, 'a.libs'))):\n"
    "        os.add_dll_directory(libs_dir)\n\n\n"
)
_OF_DELVEWHEEL = {
    "0.0.9": '""""""  # start delvewheel patch\ndef _delvewheel_init_patch_0_0_9():\n'
    "    import os\n" + _LIBS + _CALLED.format("_init", "0_0_9"),
    "1.0.1": '""""""# start delvewheel patch\ndef _delvewheel_init_patch_1_0_1():\n'
    "    import os\n" + _LIBS + "\n\n" + _CALLED.format("_init", "1_0_1"),
    "1.3.6": "# start delvewheel patch\ndef _delvewheel_init_patch_1_3_6():\n"
    "    import os\n" + _LIBS + "\n\n" + _CALLED.format("_init", "1_3_6"),
    "1.13.1": '"""""" # start delvewheel patch\ndef _delvewheel_patch_1_13_1():\n'
    + _SINCE_1_5
    + _CALLED.format("", "1_13_1"),
}  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("version", _OF_DELVEWHEEL)
def test_delvewheels_patches_are_found(version: str, newline: str) -> None:
    before, block, after = (
        text.replace("\n", newline).encode()
        for text in ('"doc"\n\n\n', _OF_DELVEWHEEL[version], "\nx = 1\n")
    )

    [patch] = find_patches(before + block + after)

    assert patch.tool == "delvewheel"
    assert patch.folders == ("../../a.libs" if version == "1.13.1" else "../a.libs",)
    assert remove_patch(before + block + after, patch) == before + after


def test_empty_string_of_delvewheel_goes_with_its_patch() -> None:
    source = _OF_DELVEWHEEL["1.13.1"].encode() + b"\nx = 1\n"
    assert run(source, __file__="/nowhere/a.py")[0]["__doc__"] == ""

    [patch] = find_patches(source)

    assert run(remove_patch(source, patch)) == ({"__name__": "module", "x": 1}, 0)


def test_patch_is_put_before_that_of_delvewheel() -> None:
    source = b"# Copyright\n" + _OF_DELVEWHEEL["1.3.6"].encode()

    patched = insert_patch(source, BODY)

    assert [patch.tool for patch in find_patches(patched)] == ["wheelcheck", "delvewheel"]
    names = {"__file__": "/nowhere/a.py"}
    assert run(stripped(patched, b"delvewheel"), **names)[0].keys() == {"__name__", "__file__"}


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"import delvewheel\n",
        b"# start delvewheel patch\n",
        b"# start delvewheel patch\n# end delvewheel patch\n",
        b"# start delvewheel patch\ndef _delvewheel_patch_1():\n    pass\n# end wheelcheck patch\n",
        b"# end delvewheel patch\ndef _delvewheel_patch_1():\n    pass\n# start delvewheel patch\n",
        b'T = """# start delvewheel patch\ndef _delvewheel_patch_{1}():\n# end delvewheel patch"""',
        b"# start of delvewheel patch\ndef _delvewheel_patch_1(): ...\n# end delvewheel patch\n",
    ],
)
def test_what_is_no_patch(source: bytes) -> None:
    assert find_patches(source) == ()


def test_markers_in_a_docstring_are_no_markers_of_the_patch() -> None:
    source = b'"""About\n# start wheelcheck patch\nand\n# end wheelcheck patch\n"""\nx = 1\n'

    patched = insert_patch(source, BODY)

    [patch] = find_patches(patched)
    assert remove_patch(patched, patch) == source


def test_second_opening_begins_the_patch() -> None:
    source = b"# start delvewheel patch\n" + _OF_DELVEWHEEL["1.3.6"].encode()

    [patch] = find_patches(source)

    assert (patch.start, patch.end) == (25, len(source))


def test_patch_of_another_source_is_not_removed() -> None:
    source = insert_patch(b'"doc"\n', BODY)
    [patch] = find_patches(source)

    for wrong in (replace(patch, end=patch.end + 1), replace(patch, start=-1)):
        with pytest.raises(PatchError, match="not in this Python source"):
            remove_patch(source, wrong)
    with pytest.raises(PatchError, match="not in this Python source"):
        remove_patch(b'"doc"\n', patch)


def test_patch_reads_as_plain_code() -> None:
    assert insert_patch(b'"""Doc."""\n\nx = 1\n', BODY).decode() == textwrap.dedent("""\
        \"""Doc.\"""
         # start wheelcheck patch
        def _wheelcheck_patch():
            import os
            folder = globals().get('__file__')
            if not folder:
                return
            folder = os.path.abspath(folder)
            for _ in range(2):
                folder = os.path.dirname(folder)
            folder = os.path.join(folder, 'demo.libs')
            if not os.path.isdir(folder):
                return
            if hasattr(os, 'add_dll_directory'):
                os.add_dll_directory(folder)


        _wheelcheck_patch()
        del _wheelcheck_patch
        # end wheelcheck patch

        x = 1
        """)


def test_patch_is_one_function_called_and_deleted() -> None:
    statements = ast.parse(insert_patch(b"", BODY)).body

    assert [type(statement) for statement in statements] == [ast.FunctionDef, ast.Expr, ast.Delete]
