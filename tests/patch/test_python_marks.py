import pytest

from tests.patch.python_modules import run
from wheelcheck.errors import PatchError
from wheelcheck.patch.dll_folder import dll_folder_patch
from wheelcheck.patch.python_marks import has_marks
from wheelcheck.patch.python_source import find_patches, insert_patch_at_marks, remove_patch

BODY = dll_folder_patch(1, "demo.libs")


@pytest.mark.parametrize(
    "source",
    [
        b"import os\n# wheelcheck: patch\nx = 1\n",
        b"# delvewheel: patch\n",
        b"#delvewheel:patch  \r\nx = 1\r\n",
        b"x = 1\r# wheelcheck : patch\r\r",
        b"x = 1\n# wheelcheck: patch",
        b"if True:\n    x = 1\n# wheelcheck: patch\n\n# why\ny = 2\n",
        b"# copyright\n# wheelcheck: patch\nx = 1\n",
        b'"doc"\nfrom __future__ import division; x = 1\n# wheelcheck: patch\ny = 1',
        "é = 1\n# wheelcheck: patch\nü = é\n".encode(),
        b"\xef\xbb\xbfx = 1\n# wheelcheck: patch\n",
        b"x = 1\n# wheelcheck: patch\ny = 1\n# wheelcheck: patch\nz = 1\n",
        b"x = (1,\n 2)\n# wheelcheck: patch\n@str\ndef f(): pass\ndel f\n",
    ],
)
def test_code_is_put_behind_each_mark(source: bytes) -> None:
    assert has_marks(source)

    patched = insert_patch_at_marks(source, BODY)

    assert run(patched) == run(source)
    newline = b"\r\n" if b"\r\n" in source else b"\r" if b"\r" in source else b"\n"
    patches = find_patches(patched)
    assert len(patches) == source.count(b"wheel")
    for patch in patches:
        line = patched[: patch.start].removesuffix(newline).split(newline)[-1]
        assert line.startswith(b"#")
        assert line.rstrip().endswith(b"patch")
    for patch in reversed(patches):
        patched = remove_patch(patched, patch)
    assert patched == source


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"x = 1\n",
        b"import delvewheel\n",
        b"x = 1  # wheelcheck: patch\n",
        b"if 1:\n    # wheelcheck: patch\n    pass\n",
        b"# wheelcheck: patch it\n",
        b'"""\n# delvewheel: patch\n"""\n',
        b"x = '''\n# delvewheel: patch\n'''\n",
    ],
)
def test_what_is_no_mark(source: bytes) -> None:
    assert not has_marks(source)
    with pytest.raises(PatchError, match="no comment '# wheelcheck: patch'"):
        insert_patch_at_marks(source, BODY)


def test_mark_before_the_coding_comment_is_refused() -> None:
    with pytest.raises(PatchError, match="make it the first line"):
        insert_patch_at_marks(b"# wheelcheck: patch\n# coding: latin-1\nx = '\xe9'\n", BODY)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b'# wheelcheck: patch\n"doc"\n', "line 1 .* before the docstring"),
        (b'"doc"\n# wheelcheck: patch\nfrom __future__ import division\n', "line 2 .* future"),
        (b"x = (\n# wheelcheck: patch\n1)\n", "within parentheses"),
        (b"if 1:\n    x = 1\n# wheelcheck: patch\n    y = 1\n", "line 3 .* within a statement"),
        (b"if 1:\n# wheelcheck: patch\n    y = 1\n", "within a statement"),
        (b"if 1:\n    x = 1\n# wheelcheck: patch\nelse:\n    x = 2\n", "within a statement"),
        (b"@str\n# wheelcheck: patch\ndef f(): pass\n", "within a statement"),
        (b"x = (\n\n# wheelcheck: patch", "within parentheses"),
        (b"x = '''\n# wheelcheck: patch\n", "cannot be told"),
        (b"# wheelcheck: patch\n" * 101, "in 101 places"),
        (b"#" * 1024**2 + b"\n# wheelcheck: patch\n", "of this size"),
        (b"# caf\xe9\n# wheelcheck: patch\n", "not valid utf-8"),
    ],
)
def test_mark_in_a_place_for_none_is_refused(source: bytes, message: str) -> None:
    with pytest.raises(PatchError, match=message):
        has_marks(source)
