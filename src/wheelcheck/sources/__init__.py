"""What Python sources say, as text: bytes in, facts out, most of them when they are asked for.

Nothing here runs a source or knows of wheels. The Python that runs this is not
asked either: its parser refuses syntax newer than itself, so a good wheel would
look broken on an old host. The facts of one source depend on its bytes alone, so
whoever meets the same bytes again may keep them.

Strings that span lines are emptied, for their text must not be taken for code; in
what is left, expressions find the few lines that matter. That costs a twentieth of
a parse, and is as right as needed: where the form of a source is unusual, the
answer leans to silence. And a source is only kept when it is met: what it says is
found out when somebody asks, which for most never happens.
"""

from wheelcheck.sources.dlls import LARGEST_SOURCE, DllLoading, dll_loading, names_repairer
from wheelcheck.sources.facts import Import, SourceFacts, VersionLiteral, read_source
from wheelcheck.sources.syntax import SyntaxCheck, SyntaxFacts, SyntaxFault

__all__ = [
    "LARGEST_SOURCE",
    "DllLoading",
    "Import",
    "SourceFacts",
    "SyntaxCheck",
    "SyntaxFacts",
    "SyntaxFault",
    "VersionLiteral",
    "dll_loading",
    "names_repairer",
    "read_source",
]
