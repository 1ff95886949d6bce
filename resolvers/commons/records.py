"""Conditions on records in commons, decided by what was harvested, or else by asking for the patients they concern."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.ledger import note_harvest
from resolvers.commons.live_crosswalks import LiveCrosswalks
from resolvers.commons.mutated import MUTATIONS, MutatedCases
from resolvers.known import Known
from resolvers.search.reach import Mask, Reach
from resolvers.search.recorded_facets import RecordedValues
from resolvers.selection import And, Condition, Field, In, Not, Or, Recorded, Scalar, SomeRow
from schema.errors import NotAsked, NotHarvested
from schema.record_attributes import RecordAttribute, record_table
from schema.vocabulary import Commons


class CommonsRecords:
    """See Records. `live` and `mutated`: None where commons are not asked while questions are answered."""

    def __init__(
        self,
        crosswalks: Crosswalks,
        live: LiveCrosswalks | None,
        linkable: Mapping[Commons, Mask],
        mutated: MutatedCases | None = None,
    ) -> None:
        self._mutated = mutated
        self._crosswalks = crosswalks
        self._linkable = linkable
        self._live = live

    def edition(self) -> str:
        """Tells what is known now from every other state of it, of what was harvested and of what was asked."""
        return " ".join([self._crosswalks.edition(), *(self._live.releases() if self._live else ())])

    async def known(self, asked: Collection[Recorded], reach: Reach) -> Mapping[Recorded, Known]:
        """See Records."""
        found: dict[Recorded, Known] = {}
        for commons in {each.commons for each in asked}:
            own = [each for each in asked if each.commons is commons]
            tables = {table for each in own for table in _tables(commons, each.condition)}
            crosswalk = await self.crosswalk(commons, tables, reach)
            genes = {gene for each in own for gene in _genes(each.condition)}
            if genes:
                crosswalk = await self._with_mutations(crosswalk, sorted(genes))
            found |= await asyncio.to_thread(crosswalk.all_decided, own)
        return found

    async def _with_mutations(self, crosswalk: Crosswalk, genes: Sequence[str]) -> Crosswalk:
        if self._mutated is None:
            raise NotAsked(crosswalk.commons.value, "mutations")
        return await self._mutated.beside(crosswalk, genes)

    async def values(self, attribute: RecordAttribute, reach: Reach) -> RecordedValues:
        """See Records."""
        crosswalk = await self.crosswalk(attribute.commons, {attribute.table}, reach)
        return await asyncio.to_thread(self._values, crosswalk, attribute)

    def _values(self, crosswalk: Crosswalk, attribute: RecordAttribute) -> RecordedValues:
        rows, terms = crosswalk.values(attribute)
        standing = crosswalk.standing(self._linkable[attribute.commons])
        return RecordedValues(rows, terms.codes, cast(Sequence[Scalar], terms.values), standing.pop("linked"), standing)

    async def crosswalk(self, commons: Commons, tables: Collection[str], reach: Reach) -> Crosswalk:
        """What a commons holds of the patients within reach, at least; of its records at least some tables.

        NotHarvested with the remedy if it was not harvested, and too many patients would have to be asked for.
        """
        try:
            crosswalk = await asyncio.to_thread(self._crosswalks.of, commons)
        except NotHarvested as error:
            if self._live is None:
                raise
            return await self._live.of(commons, frozenset(tables), reach, error)
        note_harvest(commons.value, crosswalk.tables.release, crosswalk.tables.read_at.timestamp())
        return crosswalk


def _tables(commons: Commons, condition: Condition) -> Iterable[str]:
    """The tables that a condition is decided by."""
    for some in _some_rows(condition):
        teller = record_table(commons, some.table).told_by
        yield some.table
        if teller is not None:
            yield teller.table


def _genes(condition: Condition) -> Iterable[str]:
    """The genes that conditions on mutations name."""
    for some in _some_rows(condition):
        if some.table == MUTATIONS and isinstance(some.condition, Field):
            yield from (str(gene) for test in some.condition.tests if isinstance(test, In) for gene in test.values)


def _some_rows(condition: Condition) -> Iterable[SomeRow]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _some_rows(part)
        case Not(inner):
            yield from _some_rows(inner)
        case SomeRow():
            yield condition
        case _:
            return
