"""Facets and crosstabs over what commons hold of patients, in panels of any engine.

A bucket is a set of patients. Who of the base is in it, and how many, is counted here; all other numbers the engine
counts over the base and the set.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from resolvers.search.engine import SearchEngine
from resolvers.search.facets import BY_VALUE, Bucket, CrosstabAnswer, FacetAnswer, FacetQuestion, Numbers
from resolvers.search.reach import patients_of
from resolvers.selection import Rows, RowSet, Scalar, Selection, Some, all_of
from schema.errors import GatewayError, TooManyCells
from schema.record_attributes import RecordAttribute, recorded_facet
from schema.vocabulary import AskedCounts, FacetField, Level

Mask = npt.NDArray[np.bool_]
# Patients by number, ascending.
Patients = npt.NDArray[np.int64]

# What is counted without the engine.
_HERE = frozenset({"patients"})
# Cells of one answer.
_MOST_CELLS = 100_000
# What tells whether a base has anything.
_ANYTHING = frozenset({"series"})
# The place of a bucket that an axis does not show.
_CUT = -1
# Sets of patients of which the engine is asked together.
_TOGETHER = 32


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
    buckets: Sequence[Patients]
    missing: Patients


@dataclass(frozen=True)
class _Base:
    """Series, and their patients."""

    series: Selection
    patients: Mask

    def among(self, patients: Patients) -> Selection:
        """The series of some of the patients."""
        mask = np.zeros(len(self.patients), bool)
        mask[patients] = True
        rows = Rows(Level.PATIENT, RowSet(mask))
        return Selection(self.series.level, all_of([self.series.condition, Some(Level.PATIENT, rows)]))


class RecordedFacets:
    """Answers facets that are over attributes of records; `values` gives what is known of one, for a base at least."""

    def __init__(self, engine: SearchEngine, values: Values, patients: int) -> None:
        self._engine = engine
        self._values = values
        self._patients = patients

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """The facets over their bases, which speak of no records any more; what a commons fails is one's own."""
        series = {question.series.digest: question.series for question in questions}
        found = await asyncio.gather(*map(self._base, series.values()))
        bases = dict(zip(series, found, strict=True))
        asked = (self._axis(question, bases[question.series.digest]) for question in questions)
        return [_answer(axis) for axis in await asyncio.gather(*asked, return_exceptions=True)]

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """Facets over one base, some of them over records, and the numbers of each combination."""
        base = await self._base(questions[0].series)
        places = [place for place, one in enumerate(questions) if recorded_facet(one.field)]
        own = {place: await self._axis(questions[place], base) for place in places}
        others = [place for place in range(len(questions)) if place not in own]
        found = iter(await self._engine.facets([questions[place] for place in others]))
        answers = [own[place].answer if place in own else _sure(next(found)) for place in range(len(questions))]
        inside = [_same_buckets(questions[place], answers[place]) for place in others]
        cells = await self._cells(base, own, dict(zip(others, inside, strict=True)), answers, asked)
        return CrosstabAnswer(answers, cells)

    # ------------------------------------------------------------------------------------------ facets

    async def _base(self, series: Selection) -> _Base:
        return _Base(series, await patients_of(self._engine, series, self._patients))

    async def _axis(self, question: FacetQuestion, base: _Base) -> _Axis:
        attribute = recorded_facet(question.field)
        assert attribute is not None
        found = await self._values(attribute, base.series)
        counted = await asyncio.to_thread(_Counted, found, base.patients, question)
        ranks = await self._ranks(question, counted, base)
        shown = counted.shown(ranks)
        asked, buckets = question.asked, [counted.patients(code) for _, code in shown]
        sets = {
            "total": (np.flatnonzero(base.patients), asked.total),
            "missing": (counted.missing, asked.missing),
            "rest": (counted.others([code for _, code in shown]), asked.rest),
            **{name: (np.flatnonzero(mask & base.patients), asked.apart) for name, mask in found.apart.items()},
        }
        counts = await self._numbers(base, [*sets.values(), *((each, asked.buckets) for each in buckets)])
        numbers = dict(zip(sets, counts, strict=False))
        answer = FacetAnswer(
            total=numbers.pop("total"),
            missing=numbers.pop("missing"),
            rest=numbers.pop("rest"),
            buckets=[Bucket(value, own) for (value, _), own in zip(shown, counts[len(sets) :], strict=True)],
            distinct=len(counted.candidates),
            apart=numbers,
        )
        return _Axis(answer, buckets, counted.missing)

    async def _ranks(self, question: FacetQuestion, counted: "_Counted", base: _Base) -> Mapping[int, int] | None:
        """By code the number that orders the values; None if they are ordered by value."""
        if question.order == BY_VALUE:
            return None
        if question.order in _HERE:
            return dict(enumerate(counted.counts.tolist()))
        codes = sorted({*counted.candidates, *counted.kept_codes})
        order = frozenset({question.order})
        found = await self._numbers(base, [(counted.patients(code), order) for code in codes])
        return {code: numbers[question.order] for code, numbers in zip(codes, found, strict=True)}

    async def _numbers(self, base: _Base, sets: Sequence[tuple[Patients, frozenset[str]]]) -> Sequence[Numbers]:
        """Of the base's series of each set of its patients the numbers that are asked of it."""
        found = [dict.fromkeys(asked, len(patients)) for patients, asked in sets]
        open_ones = [n for n, (patients, asked) in enumerate(sets) if len(patients) and not asked <= _HERE]
        for start in range(0, len(open_ones), _TOGETHER):
            together = open_ones[start : start + _TOGETHER]
            questions = [_total(base.among(sets[n][0]), sets[n][1]) for n in together]
            for n, answer in zip(together, await self._engine.facets(questions), strict=True):
                found[n] = _sure(answer).total
        return found

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
        found = await asyncio.to_thread(_combined, base.patients, list(own.values()))
        for start in range(0, len(found), _TOGETHER):
            together = found[start : start + _TOGETHER]
            inside = await self._inside(base, [patients for _, patients in together], others, answers, asked)
            for (combination, _), parts in zip(together, inside, strict=True):
                places = dict(zip(own, combination, strict=True))
                cells += [
                    (tuple((places | there)[n] for n in range(len(answers))), numbers) for there, numbers in parts
                ]
            if len(cells) > _MOST_CELLS:
                raise TooManyCells(_MOST_CELLS)
        # Missing comes first, as engines have it.
        return sorted(cells, key=lambda cell: tuple(-1 if place is None else place for place in cell[0]))

    async def _inside(
        self,
        base: _Base,
        sets: Sequence[Patients],
        others: Mapping[int, FacetQuestion],
        answers: Sequence[FacetAnswer],
        asked: frozenset[str],
    ) -> Sequence[list[tuple[dict[int, int | None], Numbers]]]:
        """What of each set's series is in each combination of the other axes' buckets."""
        if not others:
            return [[({}, numbers)] for numbers in await self._numbers(base, [(each, asked) for each in sets])]
        known = {place: {_name(b): n for n, b in enumerate(answers[place].buckets)} for place in others}
        if len(others) == 1:
            ((place, question),) = others.items()
            counting = AskedCounts(missing=asked | _ANYTHING, buckets=asked | _ANYTHING)
            questions = [replace(question, series=base.among(each), asked=counting) for each in sets]
            found = await self._engine.facets(questions)
            return [list(_along(place, known[place], _sure(answer), asked)) for answer in found]
        tables = []
        for each in sets:
            series = base.among(each)
            questions = [replace(question, series=series) for question in others.values()]
            tables.append(list(_across(known, await self._engine.crosstab(questions, asked))))
        return tables


class _Counted:
    """The values of an attribute among the patients of a base."""

    def __init__(self, found: RecordedValues, base: Mask, question: FacetQuestion) -> None:
        self._found = found
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
        nothing = base & found.linked
        nothing[self._owners] = False
        self.missing = np.flatnonzero(nothing)

    def patients(self, code: int | None) -> Patients:
        """Those of the base with a value; nobody has one that no record has."""
        return self._owners[:0] if code is None else self._owners[self._codes == code]

    def others(self, shown: Sequence[int | None]) -> Patients:
        """Those with a value that is allowed and not shown."""
        apart = self.allowed.copy()
        apart[[code for code in shown if code is not None]] = False
        return np.unique(self._owners[apart[self._codes]])

    def shown(self, ranks: Mapping[int, int] | None) -> list[tuple[Scalar, int | None]]:
        """The values to return with their codes: the first, and the kept ones, known to the commons or not."""

        def place(entry: tuple[Scalar, int | None]) -> tuple[int, Scalar]:
            value, code = entry
            return (0 if ranks is None or code is None else -ranks[code], value)

        values = self._found.values
        best = sorted(((values[code - 1], code) for code in self.candidates), key=place)[: self._question.size]
        kept = {value: self._code.get(value) for value in self._question.kept}
        return sorted({**dict(best), **kept}.items(), key=place)


def _combined(base: Mask, axes: Sequence[_Axis]) -> list[tuple[tuple[int | None, ...], Patients]]:
    """The combinations of buckets that patients of a base are in, by their places; None is missing.

    Axis by axis: a combination that nobody is in has no further ones.
    """
    found: list[tuple[tuple[int | None, ...], Patients]] = [((), np.flatnonzero(base))]
    for axis in axes:
        longer = []
        for place, bucket in [(None, axis.missing), *enumerate(axis.buckets)]:
            inside = np.zeros(len(base), bool)
            inside[bucket] = True
            longer += [((*places, place), both) for places, all_ in found if len(both := all_[inside[all_]])]
        found = longer
        if len(found) > _MOST_CELLS:
            raise TooManyCells(_MOST_CELLS)
    return found


def _along(
    place: int, buckets: Mapping[tuple[Scalar, Scalar | None], int], answer: FacetAnswer, asked: frozenset[str]
) -> Iterator[tuple[dict[int, int | None], Numbers]]:
    """The buckets of an axis that have anything, as cells."""
    found = [(None, answer.missing), *((buckets.get(_name(b), _CUT), b.counts) for b in answer.buckets)]
    for at, numbers in found:
        if at != _CUT and numbers["series"]:
            yield {place: at}, {name: numbers[name] for name in asked}


def _across(
    known: Mapping[int, Mapping[tuple[Scalar, Scalar | None], int]], table: CrosstabAnswer
) -> Iterator[tuple[dict[int, int | None], Numbers]]:
    """The cells of a table over a part of the base, at the places that their buckets have over all of it."""
    for own, numbers in table.cells:
        there = {
            place: None if at is None else known[place].get(_name(axis.buckets[at]), _CUT)
            for (place, at), axis in zip(zip(known, own, strict=True), table.axes, strict=True)
        }
        if _CUT not in there.values():
            yield there, numbers


def _total(series: Selection, asked: frozenset[str]) -> FacetQuestion:
    """A facet that is asked for its total alone: unlike counts, facets of many bases are one question."""
    return FacetQuestion(FacetField.COLLECTION_ID, series, AskedCounts(total=asked), 1, BY_VALUE)


def _answer(axis: _Axis | BaseException) -> FacetAnswer | Exception:
    if isinstance(axis, _Axis):
        return axis.answer
    if isinstance(axis, GatewayError):
        return axis
    raise axis


def _same_buckets(question: FacetQuestion, answer: FacetAnswer) -> FacetQuestion:
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
