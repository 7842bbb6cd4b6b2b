"""Programs of ``.data/scripts`` that need bundled libraries.

Installers put such a program into a folder from which no relative path leads to
site-packages on every system. So the program moves into site-packages, and a
script of its name that runs it stays behind.
"""

__all__ = ["shim"]

_SHIM = '''\
#!python
"""Run the program {name} of {distribution}, which needs the libraries installed beside it."""
import os
import sys
from importlib.metadata import distribution

if __name__ == "__main__":
    program = str(distribution({distribution!r}).locate_file({path!r}))
    os.execv(program, [program, *sys.argv[1:]])
'''


def shim(distribution: str, path: str) -> bytes:
    """Return the script that runs the program installed at this path below site-packages.

    Installers make the first line name the interpreter. The distribution is asked for its
    place, so that it also works for ``--user`` and wherever else it can be imported from.
    """
    name = path.rpartition("/")[2]
    return _SHIM.format(name=name, distribution=distribution, path=path).encode()
