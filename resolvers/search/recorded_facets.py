"""Facets and crosstabs over what commons hold of patients, in panels of any engine.

A bucket is a set of patients. Who of the base is in it, and how many, is counted here; all other numbers the engine
counts over the base and the set.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from resolvers.search.engine import SearchEngine
from resolvers.search.facets import BY_VALUE, Bucket, CrosstabAnswer, FacetAnswer, FacetQuestion, Numbers
from resolvers.search.reach import patients_of
from resolvers.selection import Rows, RowSet, Scalar, Selection, Some, all_of
from schema.errors import TooManyCells
from schema.record_attributes import RecordAttribute, recorded_facet
from schema.vocabulary import AskedCounts, FacetField, Level

Mask = npt.NDArray[np.bool_]

# What is counted without the engine.
_HERE = frozenset({"patients"})
# Cells of one answer.
_MOST_CELLS = 100_000
# What tells whether a base has anything.
_ANYTHING = frozenset({"series"})


@dataclass(frozen=True)
class RecordedValues:
    """What a commons holds of an attribute, by patient.

    `rows` are patients, each with one of its values (`codes` into `values`; several rows of one patient may have the
    same), `linked` those whose record is known, `apart` those of whom nothing is, by why; together all patients.
    """

    rows: npt.NDArray[np.integer]
    codes: npt.NDArray[np.integer]
    values: Sequence[Scalar]
    linked: Mask
    apart: Mapping[str, Mask]


Values = Callable[[RecordAttribute, Selection], Awaitable[RecordedValues]]


@dataclass(frozen=True)
class _Axis:
    """A facet that was counted, with the patients of each of its buckets, and of none."""

    answer: FacetAnswer
    buckets: Sequence[Mask]
    missing: Mask


@dataclass(frozen=True)
class _Base:
    """Series, and their patients."""

    series: Selection
    patients: Mask


class RecordedFacets:
    """Answers facets that are over attributes of records; `values` gives what is known of one, for a base at least."""

    def __init__(self, engine: SearchEngine, values: Values, patients: int) -> None:
        self._engine = engine
        self._values = values
        self._patients = patients

    async def facet(self, question: FacetQuestion) -> FacetAnswer:
        """The facet over its base, which speaks of no records any more."""
        return (await self._axis(question, await self._base(question.series))).answer

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """Facets over one base, some of them over records, and the numbers of each combination."""
        base = await self._base(questions[0].series)
        places = [place for place, one in enumerate(questions) if recorded_facet(one.field)]
        own = {place: await self._axis(questions[place], base) for place in places}
        others = [place for place in range(len(questions)) if place not in own]
        found = iter(await self._engine.facets([questions[place] for place in others]))
        answers = [own[place].answer if place in own else _sure(next(found)) for place in range(len(questions))]
        inside = [_inside(questions[place], answers[place]) for place in others]
        cells = await self._cells(base, own, dict(zip(others, inside, strict=True)), answers, asked)
        return CrosstabAnswer(answers, cells)

    # ------------------------------------------------------------------------------------------ facets

    async def _base(self, series: Selection) -> _Base:
        return _Base(series, await patients_of(self._engine, series, self._patients))

    async def _axis(self, question: FacetQuestion, base: _Base) -> _Axis:
        attribute = recorded_facet(question.field)
        assert attribute is not None
        found = await self._values(attribute, base.series)
        counted = await asyncio.to_thread(_Counted, found, base.patients, self._patients, question)
        ranks = await self._ranks(question, counted, base)
        shown = counted.shown(ranks)
        sets = {
            "total": base.patients,
            "missing": counted.missing,
            "rest": counted.others([code for _, code in shown]),
            **{name: mask & base.patients for name, mask in found.apart.items()},
        }
        asked = question.asked
        wanted = {"total": asked.total, "rest": asked.rest, "missing": asked.missing}
        made = (self._numbers(base, mask, wanted.get(name, asked.apart)) for name, mask in sets.items())
        numbers = dict(zip(sets, await asyncio.gather(*made), strict=True))
        masks = [counted.patients(code) for _, code in shown]
        counts = await self._all_numbers(base, masks, asked.buckets)
        buckets = [Bucket(value, own) for (value, _), own in zip(shown, counts, strict=True)]
        answer = FacetAnswer(
            total=numbers.pop("total"),
            missing=numbers.pop("missing"),
            rest=numbers.pop("rest"),
            buckets=buckets,
            distinct=len(counted.candidates),
            apart=numbers,
        )
        return _Axis(answer, masks, counted.missing)

    async def _ranks(self, question: FacetQuestion, counted: "_Counted", base: _Base) -> Mapping[int, int] | None:
        """By code the number that orders the values; None if they are ordered by value."""
        if question.order == BY_VALUE:
            return None
        if question.order in _HERE:
            return dict(enumerate(counted.counts.tolist()))
        codes = sorted({*counted.candidates, *counted.kept_codes})
        found = await self._all_numbers(base, [counted.patients(code) for code in codes], frozenset({question.order}))
        return {code: numbers[question.order] for code, numbers in zip(codes, found, strict=True)}

    async def _numbers(self, base: _Base, patients: Mask, asked: frozenset[str]) -> Numbers:
        return (await self._all_numbers(base, [patients], asked))[0]

    async def _all_numbers(self, base: _Base, sets: Sequence[Mask], asked: frozenset[str]) -> Sequence[Numbers]:
        """The asked numbers of the base's series of each set of its patients."""
        if asked <= _HERE:
            return [dict.fromkeys(asked, int(mask.sum())) for mask in sets]
        everything = AskedCounts(total=asked)
        there = [mask for mask in sets if mask.any()]
        questions = [
            FacetQuestion(FacetField.COLLECTION_ID, _among(base.series, mask), everything, 1, BY_VALUE)
            for mask in there
        ]
        found = iter([_sure(answer).total for answer in await self._engine.facets(questions)] if questions else [])
        return [next(found) if mask.any() else dict.fromkeys(asked, 0) for mask in sets]

    # ------------------------------------------------------------------------------------------ cells

    async def _cells(
        self,
        base: _Base,
        own: Mapping[int, _Axis],
        others: Mapping[int, FacetQuestion],
        answers: Sequence[FacetAnswer],
        asked: frozenset[str],
    ) -> list[tuple[tuple[int | None, ...], Numbers]]:
        """Per combination that is not empty the places of its buckets, and its numbers."""
        cells: list[tuple[tuple[int | None, ...], Numbers]] = []
        axes = [[(None, axis.missing), *enumerate(axis.buckets)] for axis in own.values()]
        for combination in product(*axes):
            patients = base.patients.copy()
            for _, mask in combination:
                patients &= mask
            if not patients.any():
                continue
            places = dict(zip(own, (place for place, _ in combination), strict=True))
            inside = await self._inside(_among(base.series, patients), others, answers, asked)
            cells += [
                (tuple((places | there)[place] for place in range(len(answers))), numbers) for there, numbers in inside
            ]
            if len(cells) > _MOST_CELLS:
                raise TooManyCells(_MOST_CELLS)
        # Missing comes first, as engines have it.
        return sorted(cells, key=lambda cell: tuple(-1 if place is None else place for place in cell[0]))

    async def _inside(
        self,
        series: Selection,
        others: Mapping[int, FacetQuestion],
        answers: Sequence[FacetAnswer],
        asked: frozenset[str],
    ) -> list[tuple[dict[int, int | None], Numbers]]:
        """What of the series is in each combination of the other axes' buckets."""
        wanted = asked | _ANYTHING
        questions = [replace(question, series=series) for question in others.values()]
        known = {place: {_name(b): n for n, b in enumerate(answers[place].buckets)} for place in others}
        if not questions:
            return [({}, await self._engine.counts(series, asked))]
        if len(questions) == 1:
            ((place, buckets),) = known.items()
            counting = AskedCounts(missing=wanted, buckets=wanted)
            answer = _sure((await self._engine.facets([replace(questions[0], asked=counting)]))[0])
            found = [(None, answer.missing), *((buckets.get(_name(b), -1), b.counts) for b in answer.buckets)]
            return [
                ({place: at}, {name: numbers[name] for name in asked})
                for at, numbers in found
                if at != -1 and numbers["series"]
            ]
        table = await self._engine.crosstab(questions, asked)
        cells: list[tuple[dict[int, int | None], Numbers]] = []
        for own, numbers in table.cells:
            there = {
                place: None if at is None else known[place].get(_name(axis.buckets[at]), -1)
                for (place, at), axis in zip(zip(others, own, strict=True), table.axes, strict=True)
            }
            if -1 not in there.values():
                cells.append((there, numbers))
        return cells


class _Counted:
    """The values of an attribute among the patients of a base."""

    def __init__(self, found: RecordedValues, base: Mask, patients: int, question: FacetQuestion) -> None:
        self._found = found
        self._base = base
        self._size = patients
        self._question = question
        known = (found.codes > 0) & found.linked[found.rows] & base[found.rows]
        pairs = np.unique(found.rows[known].astype(np.int64) * (len(found.values) + 1) + found.codes[known])
        self._owners, self._codes = np.divmod(pairs, len(found.values) + 1)
        # By code how many patients have the value; the first number is of no value.
        self.counts = np.bincount(self._codes, minlength=len(found.values) + 1)
        self._code = {value: code for code, value in enumerate(found.values, start=1)}
        self.allowed = np.ones(len(self.counts), bool)
        if question.contains is not None:
            self.allowed[1:] = [question.contains in str(value).lower() for value in found.values]
        self.candidates = np.flatnonzero((self.counts > 0) & self.allowed).tolist()
        self.kept_codes = [self._code[value] for value in question.kept if value in self._code]
        self.missing = base & found.linked
        self.missing[self._owners] = False

    def patients(self, code: int | None) -> Mask:
        """Those of the base with a value; nobody has one that no record has."""
        mask = np.zeros(self._size, bool)
        mask[self._owners[self._codes == code]] = True
        return mask

    def others(self, shown: Sequence[int | None]) -> Mask:
        """Those with a value that is allowed and not shown."""
        apart = self.allowed.copy()
        apart[[code for code in shown if code is not None]] = False
        mask = np.zeros(self._size, bool)
        mask[self._owners[apart[self._codes]]] = True
        return mask

    def shown(self, ranks: Mapping[int, int] | None) -> list[tuple[Scalar, int | None]]:
        """The values to return with their codes: the first, and the kept ones, known to the commons or not."""

        def place(entry: tuple[Scalar, int | None]) -> tuple[int, Scalar]:
            value, code = entry
            return (0 if ranks is None or code is None else -ranks[code], value)

        values = self._found.values
        best = sorted(((values[code - 1], code) for code in self.candidates), key=place)[: self._question.size]
        kept = {value: self._code.get(value) for value in self._question.kept}
        return sorted({**dict(best), **kept}.items(), key=place)


def _among(series: Selection, patients: Mask) -> Selection:
    rows = Rows(Level.PATIENT, RowSet(patients))
    return Selection(series.level, all_of([series.condition, Some(Level.PATIENT, rows)]))


def _inside(question: FacetQuestion, answer: FacetAnswer) -> FacetQuestion:
    """The question for the same buckets over a part of the base."""
    edges = [bucket.value for bucket in answer.buckets if isinstance(bucket.until, float | int)]
    if edges:
        last = answer.buckets[-1].until
        return replace(question, boundaries=tuple(float(edge) for edge in (*edges, last) if edge is not None))
    if answer.buckets and answer.buckets[0].until is None:
        return replace(question, size=1, contains=None, kept=tuple(bucket.value for bucket in answer.buckets))
    return question


def _name(bucket: Bucket) -> tuple[Scalar, Scalar | None]:
    return bucket.value, bucket.until


def _sure(answer: FacetAnswer | Exception) -> FacetAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer
