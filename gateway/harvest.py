"""Harvesting a sister commons as the settings say, with a progress bar."""

import asyncio
import datetime
from collections.abc import Callable

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gateway.commons import limits_of
from gateway.settings import Settings
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.commons.cda import Cda
from resolvers.commons.gdc import Gdc
from resolvers.commons.harvest import Report, Source, pulled, relink
from resolvers.commons.icdc import Icdc
from resolvers.commons.pdc import Pdc
from resolvers.commons.transport import Service
from schema.vocabulary import Commons

_SOURCES: dict[Commons, Callable[[Service], Source]] = {
    Commons.GDC: Gdc,
    Commons.PDC: Pdc,
    Commons.CDA: Cda,
    Commons.ICDC: Icdc,
}


def harvest(settings: Settings, store: Store, commons: Commons) -> dict[Commons, int]:
    """Pull the cases of a commons, and link all that was pulled. Per commons the number of linked patients.

    UpstreamError if it does not answer; what was harvested before stays.
    """
    columns = (
        SpinnerColumn(),
        TextColumn(f"Harvesting {commons.value}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("projects {task.description}"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def report(project: str, done: int, projects: int) -> None:
            progress.update(task, completed=done, total=projects, description=project)

        asyncio.run(_pull(settings, commons, report))
    return relink(Catalogue(store), settings.cache, datetime.datetime.now(datetime.UTC))


async def _pull(settings: Settings, commons: Commons, report: Report) -> None:
    async with aiohttp.ClientSession() as session:
        service = Service(commons.value, getattr(settings, commons.value.lower()), limits_of(settings), session)
        source: Source = _SOURCES[commons](service)
        await pulled(source, commons, settings.cache, report)
