"""Whom a question can concern: the patients of whom something has to be known before it can be answered."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolvers.known import Known, decided, recorded, speaks_of_records
from resolvers.search.engine import KEYS, OrderStep, Parents, RowPage, SearchEngine, Window
from resolvers.selection import And, Condition, Count, Not, Or, Rows, RowSet, Selection, Some, all_of
from schema.vocabulary import Level

Mask = npt.NDArray[np.bool_]

_IN_KEY_ORDER = (OrderStep(KEYS),)


async def patients_of(engine: SearchEngine, series: Selection, patients: int) -> Mask:
    """The patients of selected series, of so many in the release."""
    found = np.zeros(patients, bool)
    rows = Selection(Level.PATIENT, Some(Level.SERIES, series.condition))
    found[(await engine.page(rows, _IN_KEY_ORDER, Window(patients))).numbers] = True
    return found


class TooManyPatients(Exception):
    """More patients than may be asked for: `patients` is their number, or one of its lower bounds."""

    def __init__(self, patients: int) -> None:
        super().__init__(f"{patients:,} patients")
        self.patients = patients


class Reach:
    """The patients whom some selections can concern, of all rows or of those under parents."""

    def __init__(self, engine: SearchEngine, selections: Sequence[Selection], parents: Parents | None = None) -> None:
        self._engine = engine
        self._selections = selections
        self._parents = parents

    async def among(self, patients: Mask, most: int) -> Mask:
        """Those of the patients who are concerned. TooManyPatients if they are more than `most`."""
        found = np.zeros(len(patients), bool)
        for selection in dict.fromkeys(self._selections):
            for page in await self._pages(_widest(selection, patients), most):
                if page.has_next:
                    raise TooManyPatients(page.total)
                found[page.numbers] = True
        if (total := int(found.sum())) > most:
            raise TooManyPatients(total)
        return found

    async def _pages(self, patients: Selection, most: int) -> Sequence[RowPage]:
        window, parents = Window(most), self._parents
        if parents is not None and parents.level is Level.COLLECTION:
            return await self._engine.pages_under(parents, patients, _IN_KEY_ORDER, [window] * len(parents.numbers))
        return [await self._engine.page(patients, _IN_KEY_ORDER, window)]


def _widest(selection: Selection, patients: Mask) -> Selection:
    """The patients, of some, on whose records it can depend whether a row is selected.

    Whatever is said of records is taken to hold, and to fail: that selects all rows that any records could make be
    selected. A row speaks of records of its own patient, or else of patients of its collection.
    """
    anybody = RowSet(np.ones(len(patients), bool))
    known = {each: Known(anybody, anybody) for each in recorded(selection.condition)}
    found = decided(selection, known)
    condition = found.condition if found.level is Level.PATIENT else Some(found.level, found.condition)
    if selection.level is Level.COLLECTION or _turns(selection.condition):
        condition = Some(Level.COLLECTION, Some(found.level, found.condition))
        if found.level is Level.COLLECTION:
            condition = Some(Level.COLLECTION, found.condition)
    return Selection(Level.PATIENT, all_of([condition, Rows(Level.PATIENT, RowSet(patients))]))


def _turns(condition: Condition) -> bool:
    """Whether it speaks of records of other patients of the collection, too."""
    match condition:
        case And(parts) | Or(parts):
            return any(_turns(part) for part in parts)
        case Not(inner):
            return _turns(inner)
        case Some(level, inner) | Count(level, inner, _):
            return (level is Level.COLLECTION and speaks_of_records(inner)) or _turns(inner)
        case _:
            return False
