"""What Python sources say, as text: bytes in, small frozen facts out.

Nothing here runs a source or knows of wheels. The Python that runs this is not
asked either: its parser refuses syntax newer than itself, so a good wheel would
look broken on an old host. The facts of one source depend on its bytes alone, so
whoever meets the same bytes again may keep them.

Strings and comments are blanked by one expression; what is left is read line by
line. That is a fifth of the cost of a parse, and as right as needed: where the
form of a source is unusual, the answer leans to silence.
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
