"""The exceptions of wheelcheck: one family, each message says what to do.

Every public function raises only subclasses of :class:`WheelcheckError` for
bad input. A bug in wheelcheck itself is not dressed up as one of them.
"""

__all__ = [
    "BinaryError",
    "ConfigError",
    "PatchError",
    "RepairError",
    "UnreadableError",
    "UsageError",
    "WheelcheckError",
]


class WheelcheckError(Exception):
    """Base of all errors that wheelcheck raises on purpose."""


class UsageError(WheelcheckError, ValueError):
    """The call itself is wrong: a bad option, a path that is no wheel."""


class ConfigError(UsageError):
    """The settings are wrong: an unknown key or rule, a value of the wrong kind."""


class UnreadableError(WheelcheckError, ValueError):
    """A file cannot be read as an archive at all, so nothing can be said about it."""


class BinaryError(WheelcheckError, ValueError):
    """A native object is damaged: its headers or tables contradict its size.

    The member that holds it is known to the caller, who adds it to the message.
    """


class PatchError(WheelcheckError, ValueError):
    """A native object or a Python source cannot be rewritten without breaking it."""


class RepairError(WheelcheckError):
    """A repair was refused or its result did not prove good; nothing was written."""

    def __init__(
        self, message: str, *, missing: tuple[str, ...] = (), notes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.missing = missing
        """The libraries that were not found, if that is why."""
        self.notes = notes
        """What else a person should know, e.g. of a folder that does not exist."""
