"""Run by each interpreter that is asked what it is. Nothing of wheelcheck can be imported there.

Prints one JSON object. The first argument is the folder that holds a copy of packaging, whose
tags are those of the interpreter that runs it; where it is too new for that, pip has an older one.
"""

import json
import os
import platform
import sys
from importlib.machinery import EXTENSION_SUFFIXES

sys.path.insert(0, sys.argv[1])
try:
    try:
        from packaging.tags import sys_tags

        found = list(map(str, sys_tags()))
    except Exception:  # noqa: BLE001 (also a SyntaxError, in an older Python)
        del sys.path[0]
        sys.modules.pop("packaging", None)
        from pip._vendor.packaging import tags

        found = list(map(str, tags.sys_tags()))
except Exception:  # noqa: BLE001 (whatever it is, the tags are not to be had)
    found = []
base = getattr(sys, "_base_executable", None) or sys.executable
told = {
    "name": platform.python_implementation(),
    "version": platform.python_version(),
    "executable": sys.executable,
    "base": os.path.realpath(base),
    "tags": found,
    "suffixes": EXTENSION_SUFFIXES,
}
print(json.dumps(told))  # noqa: T201 (what it is for)
