"""Elasticsearch as the settings say: where it is, and indexing with a progress bar."""

import asyncio
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gateway.settings import Settings
from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Names
from indexers.elasticsearch.release import index_release, roll_back
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.watch import Place, WatchedEngine
from resolvers.search.embedded.engine import EmbeddedSearchEngine


def connection_of(settings: Settings) -> Connection:
    """How the cluster of the settings is reached."""
    api_key, user = settings.elasticsearch_api_key, settings.elasticsearch_user
    return Connection(
        tuple(settings.elasticsearch.split(",")),
        None if api_key is None else api_key.get_secret_value(),
        None if user is None else user.get_secret_value(),
        settings.elasticsearch_ca,
    )


def watched_engine(settings: Settings, catalogue: Catalogue) -> WatchedEngine:
    """The engine over the indices in service, with the embedded one behind it if it may fall back."""
    place = Place(connection_of(settings), Names(settings.elasticsearch_prefix), settings.search_seconds)
    fallback = EmbeddedSearchEngine(catalogue, settings.threads) if settings.elasticsearch_fallback else None
    return WatchedEngine(place, catalogue, fallback)


def put_into_service(settings: Settings, store: Store, replicas: int) -> str:
    """The name of the build that is in service in the end; IndexingError if there is none."""
    columns = (
        SpinnerColumn(),
        TextColumn("Indexing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("series {task.description}"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    series = len(store.hierarchy.series_patient)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, Any] = {}

        def report(step: str, done: int) -> None:
            if step not in tasks:
                tasks.clear()
                for task in progress.task_ids:
                    progress.remove_task(task)
                tasks[step] = progress.add_task(step, total=series)
            progress.update(tasks[step], advance=done)

        names = Names(settings.elasticsearch_prefix)
        return asyncio.run(index_release(connection_of(settings), store, names, report, replicas))


def take_back(settings: Settings) -> str:
    """The name of the earlier build that is in service again; IndexingError if there is none."""
    return asyncio.run(roll_back(connection_of(settings), Names(settings.elasticsearch_prefix)))
