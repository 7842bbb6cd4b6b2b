"""Completion for PowerShell, 5.1 and later."""

from wheelcheck.cli.completion.grammar import Grammar, Option, ValueKind

__all__ = ["script"]

_TEMPLATE = """\
# Completion of {program} for PowerShell. Made by `{program} completion powershell`.
Register-ArgumentCompleter -Native -CommandName {program} -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $options = @{{
{options}
    }}
    $values = @{{
{values}
    }}
    $operands = @{{
{operands}
    }}
    $before = @($commandAst.CommandElements |
        Where-Object {{ $_.Extent.EndOffset -lt $cursorPosition }} |
        Select-Object -Skip 1 | ForEach-Object {{ $_.ToString() }})
    $command = $before | Where-Object {{ $_ -notlike '-*' }} | Select-Object -First 1
    if ($null -eq $command) {{ $command = '' }}
    $key = if ($before.Count) {{ "$command " + $before[-1] }} else {{ '' }}
    if ($values.ContainsKey($key)) {{
        $words = $values[$key]
    }} elseif ($wordToComplete -like '-*') {{
        $words = $options[$command]
    }} else {{
        $words = $operands[$command]
    }}
    $words | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""


def script(grammar: Grammar) -> str:
    """Return the script; where it offers nothing, PowerShell offers files."""
    commands = grammar.commands
    options = [_row("", _names(grammar.options))]
    options += [_row(command.name, _names(command.options)) for command in commands]
    values = [
        _row(f"{command.name} {name}", option.value.words)
        for command in commands
        for option in command.options
        if option.value is not None and option.value.kind is not ValueKind.TEXT
        for name in option.names
    ]
    operands = [_row("", tuple(command.name for command in commands))]
    operands += [_row(c.name, c.operands.words) for c in commands if c.operands is not None]
    return _TEMPLATE.format(
        program=grammar.program,
        options="\n".join(options),
        values="\n".join(values),
        operands="\n".join(operands),
    )


def _names(options: tuple[Option, ...]) -> tuple[str, ...]:
    return tuple(name for option in options for name in option.names)


def _row(key: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"        '{key}' = @({listed})"
