"""What Windows and Python on Windows supply, and what a wheel's tags promise there.

Nothing is opened here but the package's own data files, and those only when
the first name is judged.
"""

from wheelcheck.platforms.windows.python_dlls import (
    PythonDll,
    contradiction,
    expected_python_dlls,
    python_dll,
)
from wheelcheck.platforms.windows.runtimes import (
    crt_family,
    is_debug_runtime,
    is_msvc_runtime,
    unmangled,
)
from wheelcheck.platforms.windows.supply import classify, is_api_set
from wheelcheck.platforms.windows.target import (
    Flavour,
    Implementation,
    Promise,
    WindowsTarget,
    can_load,
)

__all__ = [
    "Flavour",
    "Implementation",
    "Promise",
    "PythonDll",
    "WindowsTarget",
    "can_load",
    "classify",
    "contradiction",
    "crt_family",
    "expected_python_dlls",
    "is_api_set",
    "is_debug_runtime",
    "is_msvc_runtime",
    "python_dll",
    "unmangled",
]
