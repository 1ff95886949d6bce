"""The command `idc-gateway`: serve, build, schema."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gateway.kernel_cache import compile_kernels, use_kernel_cache
from gateway.port import check_port
from gateway.progress import build_with_progress
from gateway.settings import Settings, SettingsError, load_settings
from indexers.index_package import SourceError, installed_index
from indexers.store import StoreError
from schema.build import build_schema

FAILED = 1
MISUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 1 if it failed, 2 if it was misused."""
    given = vars(_parser().parse_args(arguments))
    command = given.pop("command")
    try:
        if command == "schema":
            return _schema(given["output"])
        settings = load_settings(**given)
        return _build(settings) if command == "build" else _serve(settings)
    except SettingsError as error:
        print(f"idc-gateway: {error}", file=sys.stderr)
        return MISUSED
    except (SourceError, StoreError) as error:
        print(f"idc-gateway: {error}", file=sys.stderr)
        return FAILED


def _build(settings: Settings) -> int:
    folder = build_with_progress(installed_index(), settings.cache)
    use_kernel_cache(settings.cache)
    compile_kernels()
    print(folder)
    return 0


def _serve(settings: Settings) -> int:
    check_port(settings)
    use_kernel_cache(settings.cache)
    # Imported now that numba's cache is set, and not by commands that serve nothing.
    from gateway.serve import serve

    return serve(settings)


def _schema(output: Path | None) -> int:
    text = build_schema().as_str() + "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"--output={output}: {error.strerror}; name a file in a folder that exists") from None
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="idc-gateway", description="GraphQL metadata gateway to IDC.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve the gateway, building its store first if there is none")
    building = commands.add_parser("build", help="build the store from the installed index, if there is none")
    schema = commands.add_parser("schema", help="print the GraphQL schema")
    schema.add_argument("--output", type=Path, help="write it to this file instead")
    for name, commands_with_it in {
        "cache": (serving, building),
        "host": (serving,),
        "port": (serving,),
        "threads": (serving,),
        "log_level": (serving,),
    }.items():
        field = Settings.model_fields[name]
        for command in commands_with_it:
            command.add_argument(f"--{name.replace('_', '-')}", help=field.description)
    return parser
