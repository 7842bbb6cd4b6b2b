"""The options that say where settings are read from, for each command that heeds them."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wheelcheck.configuring.settings import Config

__all__ = ["add_settings", "add_show_config", "read_settings"]


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    settings = parser.add_mutually_exclusive_group()
    settings.add_argument(
        "--config",
        metavar="FILE",
        help=(
            "read settings from this file (default: the nearest wheelcheck.toml, or "
            "pyproject.toml with [tool.wheelcheck], above the working folder)"
        ),
    )
    settings.add_argument("--isolated", action="store_true", help="read no settings")


def add_show_config(parser: argparse.ArgumentParser, wheels: argparse.Action) -> None:
    """Add the option with which a call does without wheels, which are its argument ``wheels``."""

    class Show(argparse.Action):
        def __call__(self, _parser: Any, namespace: argparse.Namespace, *_: Any) -> None:  # noqa: ANN401 (as the base has it)
            setattr(namespace, self.dest, True)
            wheels.required = False

    parser.add_argument(
        "--show-config",
        action=Show,
        nargs=0,
        default=False,
        help="print the settings in force and where each comes from, and do nothing else",
    )


def read_settings(arguments: argparse.Namespace) -> "Config":
    """Return the settings of the file that the options name, or that is found.

    Raises:
        ConfigError: it cannot be read, or has a mistake.
    """
    from wheelcheck.configuring.config import load_config, read_config
    from wheelcheck.configuring.settings import Config

    if arguments.isolated:
        return Config()
    return load_config() if arguments.config is None else read_config(arguments.config)
