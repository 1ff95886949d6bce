"""Conditions on records, answered from what was harvested: which patients surely meet them, and which surely don't."""

from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow.compute as pc
from cachetools import LRUCache

from indexers.columns import Terms
from indexers.crosswalk import PATIENT, CrosswalkFiles
from resolvers.known import Known
from resolvers.search.embedded.leaves import Leaves
from resolvers.selection import And, Condition, Field, Not, Or, Recorded, RowSet, SomeRow
from schema.record_attributes import RECORD, tables_of
from schema.vocabulary import LinkStatus

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_REMEMBERED = 64


class Crosswalk:
    """What one commons holds of the patients of a release, of whom there are `patients`."""

    def __init__(self, files: CrosswalkFiles, patients: int) -> None:
        self.files = files
        self.commons = files.commons
        self._patients = patients
        self._expected = {table.name for table in tables_of(files.commons) if table.expected}
        self._rows = {table.name: files.patients(table.name).to_numpy() for table in tables_of(files.commons)}
        self._leaves: dict[tuple[str, str], Leaves] = {}
        self._decided: LRUCache[Recorded, Known] = LRUCache(_REMEMBERED)
        self._links = files.links[PATIENT].to_numpy()
        self.linked = self._marked(self._links[self._has_status(LinkStatus.LINKED)])

    def with_status(self, status: LinkStatus) -> Mask:
        """The patients that were looked for and have this status."""
        return self._marked(self._links[self._has_status(status)])

    def decided(self, condition: Recorded) -> Known:
        """For whom a condition surely holds, and for whom it surely fails."""
        found = self._decided.get(condition)
        if found is None:
            holds, fails = self._truth(condition.condition)
            if condition.unknown_counts:
                holds, fails = ~fails, ~holds
            found = self._decided[condition] = Known(RowSet(holds), RowSet(fails))
        return found

    def column(self, table: str, name: str) -> tuple[Rows, Terms]:
        """Of each row of a table the patient, and its value."""
        return self._rows[table], self.files.column(table, name)

    def link(self, patient: int) -> tuple[LinkStatus, dict[str, Any], dict[str, Any] | None] | None:
        """How a patient is linked, what is said of it, and the record; None if the patient can't be linked."""
        place = int(np.searchsorted(self._links, patient))
        if place == len(self._links) or self._links[place] != patient:
            return None
        row = {name: self.files.links[name][place].as_py() for name in ("status", "link", "record")}
        record = row["record"]
        return LinkStatus(row["status"]), orjson.loads(row["link"]), None if record is None else orjson.loads(record)

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
                holds = self._marked(self._rows[table][self._row_mask(table, inner)]) & self.linked
                known = self.linked & self._marked(self._rows[table]) if table in self._expected else self.linked
                return holds, known & ~holds
            case Field():
                return self._truth(SomeRow(RECORD, condition))
            case _:
                raise TypeError(f"{condition} is no condition on records")

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
            self._leaves[table, column] = Leaves(self.files.column(table, column))
        return self._leaves[table, column]

    @property
    def _none(self) -> Mask:
        return np.zeros(self._patients, bool)

    def _marked(self, rows: Rows) -> Mask:
        mask = self._none
        mask[rows] = True
        return mask

    def _has_status(self, status: LinkStatus) -> Mask:
        found: Mask = pc.equal(self.files.links["status"], status.value).to_numpy()
        return found
