"""Completion for fish."""

from collections.abc import Iterator

from wheelcheck.cli.completion.grammar import Command, Grammar, Option, Value, ValueKind

__all__ = ["script"]

_VALUES = {
    ValueKind.FILE: "-r -F",
    ValueKind.FOLDER: "-x -a '(__fish_complete_directories)'",
    ValueKind.WHEEL: "-r -k -a '(__fish_complete_suffix .whl)'",
    ValueKind.TEXT: "-x",
}


def script(grammar: Grammar) -> str:
    """Return the script, a line for each thing that can be typed."""
    program = grammar.program
    lines = [
        f"# Completion of {program} for fish. Made by `{program} completion fish`.",
        f"complete -c {program} -f",
    ]
    top = f"complete -c {program} -n __fish_use_subcommand"
    lines += (f"{top} {_option(option)}" for option in grammar.options)
    for command in grammar.commands:
        lines.append(f"{top} -a {command.name} -d {_quoted(command.help)}")
        lines += _followers(program, command)
    return "\n".join(lines) + "\n"


def _followers(program: str, command: Command) -> Iterator[str]:
    start = f"complete -c {program} -n '__fish_seen_subcommand_from {command.name}'"
    for option in command.options:
        yield f"{start} {_option(option)}"
    operands = command.operands
    if operands is not None and operands.kind is not ValueKind.TEXT:
        yield f"{start} {_value(operands).removeprefix('-x ').removeprefix('-r ')}"


def _option(option: Option) -> str:
    names = (f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names)
    value = "" if option.value is None else f" {_value(option.value)}"
    return f"{' '.join(names)}{value} -d {_quoted(option.help)}"


def _value(value: Value) -> str:
    return f"-x -a '{' '.join(value.words)}'" if value.words else _VALUES[value.kind]


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
