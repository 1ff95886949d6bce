"""What was harvested of sister commons, and whether it can be used."""

from collections.abc import Iterator

from gateway.doctor.finding import Finding, ok, warning
from gateway.settings import Settings
from indexers.crosswalk import CrosswalkError, crosswalk_folder, read_crosswalk
from indexers.store import Store
from resolvers.commons.identity import tables_digest
from schema.vocabulary import Commons

NAME = "commons"


def harvests(settings: Settings, store: Store | None) -> Iterator[Finding]:
    """Of each commons what lies beside the store that is served; nothing if that must be built first."""
    if store is None:
        return
    for commons in Commons:
        folder = crosswalk_folder(settings.cache, commons, store.key.folder_name)
        if not folder.exists():
            asked = "asked while questions are answered" if settings.commons_live else "not asked either (commons-live)"
            yield ok(NAME, f"{commons.value}: not harvested, {asked}")
            continue
        try:
            found = read_crosswalk(folder, tables_digest())
        except CrosswalkError as error:
            yield warning(NAME, f"{commons.value}: {error}", f"run `idc-gateway harvest {commons.value.lower()}`")
            continue
        linked = f"{found.tables['record'].num_rows:,} linked patients"
        yield ok(NAME, f"{commons.value}: {found.release}, harvested {found.read_at:%Y-%m-%d}, {linked}")
