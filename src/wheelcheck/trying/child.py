"""Run by the interpreter of a fresh environment: imports one module and writes down what happened.

Arguments: module, attribute (may be empty), file for the result. It must not import
anything that the module might lack.
"""

import sys
from importlib import import_module


def _told(error: BaseException) -> "dict[str, str | None]":
    path = getattr(error, "path", None)
    name = getattr(error, "name", None)
    frame = error.__traceback__
    where = ""
    ours = {__file__, import_module.__code__.co_filename}
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        if file not in ours and not file.startswith("<frozen"):
            where = f"{file}:{frame.tb_lineno}"
        frame = frame.tb_next
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 (a stranger's exception)
        text = ""
    return {
        "type": type(error).__name__,
        "message": text[:4000],
        "path": path if isinstance(path, str) else None,
        "name": name if isinstance(name, str) else None,
        "where": where[:1000],
    }


def _main() -> None:
    module, attribute, result = sys.argv[1:]
    sys.argv[:] = [""]
    told: dict[str, str | None] = {}
    try:
        found = import_module(module)
        for part in filter(None, attribute.split(".")):
            found = getattr(found, part)
    except BaseException as error:  # noqa: BLE001 (SystemExit, too)
        told = _told(error)
    import json

    with open(result, "w", encoding="ascii") as file:  # noqa: PTH123 (pathlib imports much)
        json.dump(told, file)


if __name__ == "__main__":
    _main()
