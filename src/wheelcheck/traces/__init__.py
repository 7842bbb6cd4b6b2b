"""What people, builds and tools leave in the bytes of files: secrets, paths, code at start-up.

Bytes in, small frozen facts out. Nothing here knows of wheels, and the facts
depend on the bytes and the kind of look alone, so whoever meets the same bytes
again may keep them.

Finding plain bytes is many times faster than an expression, so expressions only
look at the places where plain bytes were found.
"""

from wheelcheck.traces.looks import Look, look_for
from wheelcheck.traces.reading import Traces, native_traces, read_traces

__all__ = ["Look", "Traces", "look_for", "native_traces", "read_traces"]
