"""Conditions on records, answered from what was harvested: which patients surely meet them, and which surely don't."""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from cachetools import LRUCache

from indexers.columns import Terms
from indexers.crosswalk import PATIENT, CrosswalkTables
from resolvers.commons.checked import Checked
from resolvers.commons.identity import LinkResult
from resolvers.known import Known
from resolvers.search.embedded.leaves import Leaves
from resolvers.selection import And, Condition, Field, Not, Or, Recorded, RowSet, SomeRow, among
from schema.record_attributes import RECORD, RecordAttribute, record_table
from schema.vocabulary import LinkStatus

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_REMEMBERED = 64


class Crosswalk:
    """What one commons holds of the patients of a release, of whom there are `patients`."""

    def __init__(self, tables: CrosswalkTables, patients: int) -> None:
        self.tables = tables
        self.commons = tables.commons
        self._patients = patients
        self._rows = {name: tables.patients(name).to_numpy() for name in tables.tables}
        # Of each table the patients who have rows, and where those of each begin.
        runs = {name: np.unique(rows, return_index=True) for name, rows in self._rows.items()}
        self._owners = {name: owners for name, (owners, _) in runs.items()}
        self._starts = {name: starts for name, (_, starts) in runs.items()}
        self._leaves: dict[tuple[str, str], Leaves] = {}
        self._decided: LRUCache[Recorded, Known] = LRUCache(_REMEMBERED)
        self._links = tables.links[PATIENT].to_numpy()
        self.linked = self._marked(self._links[self._has_status(LinkStatus.LINKED)])

    def with_status(self, status: LinkStatus) -> Mask:
        """The patients that were looked for and have this status."""
        return self._marked(self._links[self._has_status(status)])

    def beside(self, name: str, rows: pa.Table) -> "Crosswalk":
        """The same with another table: its columns, and PATIENT, by which it ascends."""
        return Crosswalk(replace(self.tables, tables={**self.tables.tables, name: rows}), self._patients)

    def decided(self, condition: Recorded) -> Known:
        """For whom a condition surely holds, and for whom it surely fails."""
        found = self._decided.get(condition)
        if found is None:
            holds, fails = self._truth(condition.condition)
            if condition.unknown_counts:
                holds, fails = ~fails, ~holds
            found = self._decided[condition] = Known(RowSet(holds), RowSet(fails))
        return found

    def forget(self) -> None:
        """Decide anew what was decided before."""
        self._decided.clear()

    def all_decided(self, conditions: Iterable[Recorded]) -> dict[Recorded, Known]:
        """The same for several."""
        return {condition: self.decided(condition) for condition in conditions}

    def values(self, attribute: RecordAttribute) -> tuple[Rows, Terms]:
        """Of an attribute the patients and their values: where several rows have it, of those that filters act on."""
        table, rows = record_table(self.commons, attribute.table), self._rows[attribute.table]
        column = self.tables.column(attribute.table, attribute.column)
        if table.one_of is None:
            return rows, column
        own = self._leaf(table.name, table.one_of).passing((among(["true"]),))
        return rows[own], Terms(column.codes[own], column.values)

    def standing(self, linkable: Mask) -> dict[str, Mask]:
        """All patients by what is known of them, `linkable` being those who can be linked at all."""
        found = {
            "linked": self.linked,
            "not_found": self.with_status(LinkStatus.NOT_FOUND),
            "withheld": self.with_status(LinkStatus.WITHHELD),
            "undecided": self.with_status(LinkStatus.AMBIGUOUS) | self.with_status(LinkStatus.CONFLICT),
        }
        looked_for = reduce(np.logical_or, found.values())
        return {**found, "not_checked": linkable & ~looked_for, "not_linkable": ~linkable & ~looked_for}

    def column(self, table: str, name: str) -> tuple[Rows, Terms]:
        """Of each row of a table the patient, and its value."""
        return self._rows[table], self.tables.column(table, name)

    def checked(self, patient: int) -> Checked | None:
        """What is known of a patient; None if it was not looked for."""
        place = int(np.searchsorted(self._links, patient))
        if place == len(self._links) or self._links[place] != patient:
            return None
        link, record = (self.tables.links[name][place].as_py() for name in ("link", "record"))
        return Checked(
            link=LinkResult.read(orjson.loads(link)),
            kept=record,
            release=self.tables.release,
            fetched_at=self.tables.read_at,
            stale=self.tables.stale,
        )

    # ------------------------------------------------------------------------------------------ truth

    def _truth(self, condition: Condition) -> tuple[Mask, Mask]:
        """The patients for whom it surely holds and surely fails, by Kleene's rules."""
        match condition:
            case And(parts):
                truths = [self._truth(part) for part in parts]
                holds = reduce(np.logical_and, (truth[0] for truth in truths), self.linked)
                return holds, reduce(np.logical_or, (truth[1] for truth in truths), self._none)
            case Or(parts):
                truths = [self._truth(part) for part in parts]
                fails = reduce(np.logical_and, (truth[1] for truth in truths), self.linked)
                return reduce(np.logical_or, (truth[0] for truth in truths), self._none), fails
            case Not(inner):
                holds, fails = self._truth(inner)
                return fails, holds
            case SomeRow(table, inner):
                holds = self._with_row(table, self._row_mask(table, inner)) & self.linked
                return holds, self.linked & self._told(table) & ~holds
            case Field():
                return self._truth(SomeRow(RECORD, condition))
            case _:
                raise TypeError(f"{condition} is no condition on records")

    def _told(self, name: str) -> Mask:
        """The patients of whom a table tells something where it has no row that meets a condition."""
        table = record_table(self.commons, name)
        if table.told_by is not None:
            teller = table.told_by
            where = And(tuple(Field(teller.table, column, (among([value]),)) for column, value in teller.values))
            return self._with_row(teller.table, self._row_mask(teller.table, where))
        return self._marked(self._owners[name]) if table.expected else ~self._none

    def _with_row(self, table: str, rows: Mask) -> Mask:
        """The patients who have one of some rows of a table."""
        mask = self._none
        if len(rows):
            # The rows of a patient stand together, so that this is many times faster than to mark each of them.
            mask[self._owners[table]] = np.logical_or.reduceat(rows, self._starts[table])
        return mask

    def _row_mask(self, table: str, condition: Condition) -> Mask:
        """The rows of a table for which a condition holds."""
        every = np.ones(len(self._rows[table]), bool)
        match condition:
            case Field(_, column, tests):
                return self._leaf(table, column).passing(tests)
            case And(parts):
                return reduce(np.logical_and, (self._row_mask(table, part) for part in parts), every)
            case Or(parts):
                return reduce(np.logical_or, (self._row_mask(table, part) for part in parts), ~every)
            case Not(inner):
                return ~self._row_mask(table, inner)
            case _:
                raise TypeError(f"{condition} is no condition on rows")

    def _leaf(self, table: str, column: str) -> Leaves:
        if (table, column) not in self._leaves:
            self._leaves[table, column] = Leaves(self.tables.column(table, column))
        return self._leaves[table, column]

    @property
    def _none(self) -> Mask:
        return np.zeros(self._patients, bool)

    def _marked(self, rows: Rows) -> Mask:
        mask = self._none
        mask[rows] = True
        return mask

    def _has_status(self, status: LinkStatus) -> Mask:
        found: Mask = pc.equal(self.tables.links["status"], status.value).to_numpy()
        return found
