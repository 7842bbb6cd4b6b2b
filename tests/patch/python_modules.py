"""Python modules as bytes: run, compared, and made up by Hypothesis."""

import __future__

from typing import Any

from hypothesis import strategies as st

FUTURES = ("annotations", "division", "generator_stop")
_FLAGS = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)

ENDINGS = ("\n", "\r\n", "\r")


def run(source: bytes, **names: Any) -> tuple[dict[str, Any], int]:
    """What a module leaves behind, and the future statements that it was compiled under."""
    code = compile(source, "module", "exec", dont_inherit=True)
    namespace: dict[str, Any] = {"__name__": "module", **names}
    exec(code, namespace)  # noqa: S102 - the oracle
    del namespace["__builtins__"]
    return namespace, code.co_flags & _FLAGS


_DOCSTRINGS = (
    '"doc"',
    "'doc'",
    '"""Two\nlines: \\""" # no comment"""',
    "'''One'''",
    'r"""raw \\d\n"""',
    'R"\\\\"',
    'u"unicode"',
    'U"""unicode"""',
    "\"joined \" 'of two'",
    '"joined " \\\n    r"""over\nlines"""',
    '("in parentheses")',
    '(  # a comment (\n  "over"\n\n  " lines" \\\n)',
    '((("deep")))',
    '"over \\\na line"',
    '""',
    '""""""',
    '"\xe9\xfc"',
    '"start wheelcheck patch"',
)
_NOT_DOCSTRINGS = (
    'f"{1}"',
    'b"doc"',
    'rb"doc"',
    '"a" f"{1}"',
    '"a" + "b"',
    '"a".upper()',
    '("a",)',
    '"a", "b"',
    "...",
    "x = 0",
    "import os as x; x = x.name",
    "from os import name as x",
    "\xe9t\xe9 = 1",
)
_FUTURE_FORMS = (
    "from __future__ import {}",
    "from  __future__\timport ({})",
    "from __future__ import (  # why\n    {},\n)",
    "from \\\n  __future__ \\\n  import \\\n  {}",
    "from __future__ import {} as _renamed",
    "from __future__ import(\\\n{})",
)
_TOP = ("", "  ", "\f", "# a comment", "  # indented", "#", "\t# coding without a colon")
_REST = (
    "x = 1",
    "if True:\n\tx = 2",
    "\xe9t\xe9 = '\xfc'; y = 3",
    '"no docstring any more"',
    "# only a comment",
    "#",
    "def f(): pass\ndel f",
    "y = __doc__",
    "match = '''\n# end wheelcheck patch\n'''",
)
_WHOLE_LINES = ("if", "def", "#")
_LINE_ENDS = ("\n", "\n\n", ";\n", "  # behind it\n", " \\\n \n", ";\t#\n")
_ON_ONE_LINE = ("; ", " ;\t", ";\\\n  ", "; \\\n \\\n")

ENCODINGS = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "iso-8859-15", "gb18030", "euc_jis_2004")
_CODING = ("# -*- coding: {} -*-", "#!python\n# vim: set fileencoding={} :", "\f# coding={}")


@st.composite
def modules(draw: st.DrawFn) -> tuple[bytes, str]:
    """A module that Python runs, whose first lines take every form, and its encoding."""
    encoding = draw(st.sampled_from(ENCODINGS))
    text = ""
    if not encoding.startswith("utf-8"):
        text += draw(st.sampled_from(_CODING)).format(encoding) + "\n"
    text += "".join(line + "\n" for line in draw(st.lists(st.sampled_from(_TOP), max_size=4)))
    head = draw(st.lists(st.sampled_from(_DOCSTRINGS), max_size=1))
    head += [
        draw(st.sampled_from(_FUTURE_FORMS)).format(name)
        for name in draw(st.lists(st.sampled_from(FUTURES), max_size=2))
    ]
    if not head:
        head = draw(st.lists(st.sampled_from(_NOT_DOCSTRINGS), max_size=1))
    rest = draw(st.sampled_from(_REST))
    for number, statement in enumerate(head, 1):
        may_go_on = number < len(head) or not rest.startswith(_WHOLE_LINES)
        separators = (*_LINE_ENDS, *(_ON_ONE_LINE if may_go_on else ()))
        text += statement + draw(st.sampled_from(separators))
    text += rest
    text += draw(st.sampled_from(("", "\n", "\n\n", "\n  # the end", "\n  ")))
    source = text.encode(encoding)
    endings = draw(st.sampled_from([*((ending,) for ending in ENDINGS), ENDINGS]))
    lines = source.split(b"\n")
    return b"".join(line + draw(st.sampled_from(endings)).encode() for line in lines[:-1]) + lines[
        -1
    ], encoding


FRAGMENTS = (
    *('"a"', "'b'", '"""t\n"""', 'r"\\"', 'f"z"', 'b"q"', "u''", "(", ")", ";", ",", " ", "  "),
    *("\n", "\r", "\r\n", "\f", "\t", "\\\n", "\\\r\n", "\\", "# c", "#", "\n\n", "\n# c\n"),
    *(
        "from __future__ import division",
        "from __future__ import (division\n)",
        "x = 1",
        "import os",
    ),
    *("if 1:\n x = 2", "\n", "\n", "+", " # start wheelcheck patch", "\n# end wheelcheck patch\n"),
    *('"""""" # start delvewheel patch\n', "\ufeff", "# coding: latin-1\n", "\x00", "\xe9"),
)
"""What a module may begin with, in any order; few such texts are Python."""
