"""How processes end that do not end well, in words."""

import signal
import sys

__all__ = ["ending"]

# NTSTATUS values. Source: Microsoft, [MS-ERREF] 2.3.1.
_WINDOWS = {
    0xC0000005: "access violation",
    0xC000001D: "illegal instruction",
    0xC0000094: "integer division by zero",
    0xC00000FD: "stack overflow",
    0xC0000135: "a DLL was not found",
    0xC0000138: "an ordinal was not found in a DLL",
    0xC0000139: "an entry point was not found in a DLL",
    0xC0000142: "a DLL could not be initialised",
    0xC0000374: "heap corruption",
    0xC0000409: "abort, or stack buffer overrun",
}
_HINTS = {
    "SIGILL": "an instruction that this processor does not have",
    "SIGKILL": "killed from outside; the memory may have been full",
    "SIGTRAP": "a debugger's trap, also used to abort",
}


def ending(status: int) -> str:
    """Say how a process with this return code ended, which was not 0."""
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            return f"it was ended by signal {-status}"
        hint = f" ({_HINTS[name]})" if name in _HINTS else ""
        return f"it was ended by {name}{hint}"
    if sys.platform == "win32" and status in _WINDOWS:
        return f"it crashed: {_WINDOWS[status]} (0x{status:08X})"
    return f"the process ended with status {status}"
