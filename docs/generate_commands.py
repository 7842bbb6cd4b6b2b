# ruff: noqa: INP001  (a script, no package)
"""Write docs/commands.md anew from the parser of the command line.

Run it in an environment that has wheelcheck: ``python docs/generate_commands.py``.
A test compares the page with the parser, so it cannot fall behind.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from wheelcheck.cli import make_parser

PAGE = Path(__file__).resolve().parent / "commands.md"

_HEAD = """# Commands and options

What `wheelcheck COMMAND --help` says, of all commands. Options may stand before or after wheels, as
`--option VALUE` or `--option=VALUE`; none can be abbreviated. This page is made by
docs/generate_commands.py, do not edit.
"""
_USUAL = ("positional arguments", "options")
"""What argparse calls the groups that have no name of their own."""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


def page() -> str:
    """Return the text of the page."""
    [commands] = (
        action
        for action in make_parser()._actions  # noqa: SLF001 (argparse offers no other way to them)
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 (see above)
    )
    helps = {choice.dest: choice.help or "" for choice in commands._choices_actions}  # noqa: SLF001 (see above)
    parts = [_HEAD.rstrip(), _contents(helps)]
    for name, parser in commands.choices.items():
        parts += _command(name, helps[name], parser)
    return "\n\n".join(parts) + "\n"


def _contents(helps: dict[str, str]) -> str:
    rows = (f"| [`{name}`](#{name}) | {text} |" for name, text in helps.items())
    return "\n".join(["| Command | |", "| --- | --- |", *rows])


def _command(name: str, text: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## {name}"
    yield _words(parser.description or f"{_capital(text)}.")
    operands = [a for a in parser._actions if not a.option_strings]  # noqa: SLF001 (see above)
    usage = " ".join([f"wheelcheck {name}", "[OPTIONS]", *map(_operand, operands)])
    yield f"```text\n{usage}\n```"
    for group in parser._action_groups:  # noqa: SLF001 (see above)
        actions = [a for a in group._group_actions if a.dest != "help"]  # noqa: SLF001 (see above)
        if not actions:
            continue
        if group.title not in _USUAL:
            yield f"**{_capital(str(group.title))}**"
            if group.description:
                yield _words(group.description)
        yield "\n".join(["| | |", "| --- | --- |", *map(_row, actions)])
    if parser.epilog:
        yield f"```text\n{parser.epilog}\n```"


def _operand(action: argparse.Action) -> str:
    name = _value(action)
    many = {"+": f"{name}...", "*": f"[{name}...]", "?": f"[{name}]"}
    return many.get(str(action.nargs), name)


def _row(action: argparse.Action) -> str:
    names = [*action.option_strings] or [_value(action)]
    if action.option_strings and action.nargs != 0:
        names[-1] += f" {_value(action)}"
    text = (action.help or "") % vars(action)
    # Of the host that makes the page.
    text = text.replace(f"joined by {os.pathsep!r}", "joined by `:`, on Windows by `;`")
    return f"| {', '.join(f'`{name}`' for name in names)} | {_words(text)} |"


def _value(action: argparse.Action) -> str:
    if action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return action.metavar if isinstance(action.metavar, str) else action.dest.upper()


def _capital(text: str) -> str:
    return text if text.startswith("macOS") else f"{text[0].upper()}{text[1:]}"


def _words(text: str) -> str:
    """Return words in one line, fit for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


if __name__ == "__main__":
    main()
