"""Pulls the cases of all linked projects of a commons, once per release, and makes the crosswalks of a store anew."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from indexers.crosswalk import CrosswalkKey, crosswalk_folder, write_crosswalk
from indexers.harvested import Harvested
from resolvers.catalogue import Catalogue
from resolvers.commons.forms import FORMS, Record
from resolvers.commons.identity import tables_digest
from resolvers.commons.identity.rules import link_rules
from resolvers.commons.linking import crosswalk_tables, linked
from schema.errors import UpstreamBadResponse
from schema.vocabulary import Commons

# A release may come out while the last one is being read: then everything is read once more.
_TRIES = 2

Report = Callable[[str, int, int], None]


class Source(Protocol):
    """A commons whose projects can be pulled."""

    async def release(self) -> str:
        """The release that it serves now."""
        ...

    async def of_project(self, project: str, report: Callable[[int], None]) -> Sequence[Record]:
        """All records of a project."""
        ...


def projects_of(commons: Commons) -> list[str]:
    """The projects in which patients of IDC may be found."""
    listed = {
        project for rules in link_rules().values() for rule in rules for project in rule.projects.get(commons, ())
    }
    return sorted(listed)


async def pulled(source: Source, commons: Commons, cache: Path, report: Report = lambda *_: None) -> Harvested:
    """All records of the linked projects at one release. Projects pulled before a crash are not asked for again."""
    harvested = Harvested(cache, commons)
    projects = projects_of(commons)
    for _ in range(_TRIES):
        release = await source.release()
        harvested.begin(release)
        for number, project in enumerate(projects):
            report(project, number, len(projects))
            if not harvested.has(project):
                harvested.put(project, await source.of_project(project, lambda _: None))
        if await source.release() == release:
            harvested.finish()
            return harvested
    raise UpstreamBadResponse(commons.value, "changed its release while it was being read")


def relink(catalogue: Catalogue, cache: Path, when: datetime.datetime) -> dict[Commons, int]:
    """Make the crosswalks of all commons that were pulled. Per commons how many patients are linked."""
    there = {commons: kept for commons in FORMS if (kept := Harvested(cache, commons)).whole}
    found = {commons: [FORMS[commons].found(record) for record in kept.records()] for commons, kept in there.items()}
    counted = {}
    for commons, links in linked(catalogue, found).items():
        table, tables = crosswalk_tables(commons, FORMS[commons], links, there[commons].records())
        store = catalogue.store.key.folder_name
        key = CrosswalkKey(commons.value, str(there[commons].release), store, tables_digest())
        folder = crosswalk_folder(cache, commons, store)
        write_crosswalk(folder, key, when.isoformat(timespec="seconds"), table, tables)
        counted[commons] = tables["record"].num_rows
    return counted
