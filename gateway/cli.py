"""The command `idc-gateway`: serve, build, index, harvest, doctor, schema.

What only one command needs is imported by it: doctor must run where the engines can't be imported.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.address import AddressError, check_address
from gateway.kernel_cache import compile_kernels, use_kernel_cache
from gateway.settings import Settings, SettingsError, load_settings
from indexers.index_package import SourceError, installed_index
from indexers.store import Store, StoreError

_OF_HARVESTING = (
    "gdc",
    "pdc",
    "cda",
    "icdc",
    "commons_seconds",
    "commons_at_once",
    "commons_failures",
    "commons_open_seconds",
)
_OF_INDEXING = ("elasticsearch_prefix", "elasticsearch_api_key", "elasticsearch_user", "elasticsearch_ca")

FAILED = 1
MISUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 1 if it failed, 2 if it was misused."""
    given = vars(_parser().parse_args(arguments))
    command = given.pop("command")
    try:
        if command == "schema":
            return _schema(**given)
        if command == "doctor":
            return _doctor(as_json=given.pop("json"), flags=given)
        if command == "index":
            return _index(given)
        if command == "harvest":
            return _harvest(given)
        settings = load_settings(**given)
        return _build(settings) if command == "build" else _serve(settings)
    except SettingsError as error:
        print(f"idc-gateway: {error}", file=sys.stderr)
        return MISUSED
    except (SourceError, StoreError) as error:
        print(f"idc-gateway: {error}", file=sys.stderr)
        return FAILED


def _serve(settings: Settings) -> int:
    # uvicorn would only say so after the build.
    try:
        check_address(settings.host, settings.port)
    except AddressError as error:
        raise SettingsError(str(error)) from None
    use_kernel_cache(settings.cache)
    # Imported now that numba's cache is set.
    from gateway.serve import serve

    return serve(settings)


def _build(settings: Settings) -> int:
    from gateway.progress import build_with_progress

    folder = build_with_progress(installed_index(), settings.cache)
    use_kernel_cache(settings.cache)
    compile_kernels()
    print(folder)
    return 0


def _index(given: dict[str, Any]) -> int:
    from gateway.elasticsearch import put_into_service, take_back
    from gateway.progress import build_with_progress
    from indexers.elasticsearch.release import IndexingError

    _, replicas, rollback = given.pop("target"), given.pop("replicas"), given.pop("rollback")
    settings = load_settings(**given)
    try:
        if rollback:
            print(take_back(settings))
        else:
            store = Store(build_with_progress(installed_index(), settings.cache))
            print(put_into_service(settings, store, replicas))
    except IndexingError as error:
        print(f"idc-gateway: {error}", file=sys.stderr)
        return FAILED
    return 0


def _harvest(given: dict[str, Any]) -> int:
    from gateway.harvest import harvest
    from gateway.progress import build_with_progress
    from schema.errors import UpstreamError
    from schema.vocabulary import Commons

    commons = Commons[given.pop("commons").upper()]
    settings = load_settings(**given)
    store = Store(build_with_progress(installed_index(), settings.cache))
    try:
        for name, linked in harvest(settings, store, commons).items():
            print(f"{name.value}: {linked:,} patients are linked")
    except UpstreamError as error:
        print(f"idc-gateway: {error}; what was harvested before still is; run it again to go on", file=sys.stderr)
        return FAILED
    return 0


def _doctor(as_json: bool, flags: Mapping[str, object]) -> int:
    try:
        from gateway import doctor
    except ImportError as error:
        print(
            f"idc-gateway: {error}: install it again with `pip install --force-reinstall idc-gateway`", file=sys.stderr
        )
        return FAILED
    findings = doctor.examine(flags)
    code = doctor.exit_code(findings)
    try:
        doctor.write(doctor.as_json(findings, code) if as_json else doctor.as_text(findings))
    except OSError as error:
        print(f"idc-gateway: the report can't be printed ({error.strerror})", file=sys.stderr)
        return FAILED
    return code


def _schema(api: bool, output: Path | None) -> int:
    from schema.build import build_schema

    schema = build_schema()
    text = (schema.api_sdl() if api else schema.as_str()) + "\n"
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
    examining = commands.add_parser("doctor", help="tell what is installed, cached and configured, and what is wrong")
    examining.add_argument("--json", action="store_true", help="print it as JSON")
    indexing = commands.add_parser("index", help="put the release into a search cluster")
    indexing.add_argument("target", choices=["elasticsearch"], help="what kind of cluster it is")
    addresses = Settings.model_fields["elasticsearch"].description
    indexing.add_argument("elasticsearch", metavar="URL", nargs="?", help=addresses)
    indexing.add_argument("--replicas", default=0, type=int, choices=range(6), help="further copies of each index")
    indexing.add_argument("--rollback", action="store_true", help="go back to the build before instead")
    harvesting = commands.add_parser("harvest", help="pull the cases of a sister commons, for filters and facets")
    harvesting.add_argument("commons", choices=["gdc", "pdc", "cda", "icdc"], help="which commons")
    schema = commands.add_parser("schema", help="print the GraphQL schema, as a federation subgraph")
    schema.add_argument("--api", action="store_true", help="without what only routers ask: for tools of clients")
    schema.add_argument("--output", type=Path, help="write it to this file instead")
    for name, field in Settings.model_fields.items():
        commands_with_it = [serving, examining]
        if name == "cache":
            commands_with_it += [building, indexing, harvesting]
        elif name in _OF_INDEXING:
            commands_with_it.append(indexing)
        elif name in _OF_HARVESTING:
            commands_with_it.append(harvesting)
        for command in commands_with_it:
            command.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE", help=field.description)
    return parser
