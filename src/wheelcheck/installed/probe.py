"""Run by the interpreter whose environment is looked at, without its site module.

So no ``.pth`` file is run, and nothing that is installed there. Prints one JSON object.
"""

import json
import os
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES

# Without site, a virtual environment is not known to be one.
here = os.path.dirname(os.path.abspath(sys.executable))  # noqa: PTH100, PTH120 (any Python 3)
prefix, system = sys.prefix, True
for folder in (os.path.dirname(here), here):  # noqa: PTH120
    config = os.path.join(folder, "pyvenv.cfg")  # noqa: PTH118
    if os.path.isfile(config):  # noqa: PTH113
        with open(config, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            text = "".join(file.read().lower().split())
        prefix, system = folder, "include-system-site-packages=true" in text
        break
names = [name for name in sysconfig.get_scheme_names() if not name.endswith("_home")]
folders = []
for base in [prefix, sys.base_prefix] if system else [prefix]:
    given = {"base": base, "platbase": base, "installed_base": base, "installed_platbase": base}
    for name in names:
        if name.endswith("_user") and not system:
            continue
        paths = sysconfig.get_paths(name, given)
        folders += [paths["purelib"], paths["platlib"]]
told = {
    "version": "{}.{}.{}".format(*sys.version_info[:3]),
    "base": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "folders": list(dict.fromkeys(folders)),
    "suffixes": EXTENSION_SUFFIXES,
}
print(json.dumps(told))  # noqa: T201 (what it is for)
