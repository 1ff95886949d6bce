"""Facets and crosstabs: from arguments to questions for the engine, and from its answers to the contract's types."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from resolvers.facet_buckets import commons_facet, date_facet, number_facet, term_facet
from resolvers.facet_limits import FacetLimits
from resolvers.given import given_fields
from resolvers.hints import RequestHints
from resolvers.own_filters import Spoken, spoken
from resolvers.record_filters import OwnFilter
from resolvers.records import Shelf
from resolvers.search.engine import SearchEngine
from resolvers.search.facets import BY_VALUE, FacetAnswer, FacetQuestion
from resolvers.selection import Condition, Scalar, Selection
from resolvers.where import conjuncts, matched, series_selection
from schema.attributes import Attribute, Values, faceted
from schema.counts import Counts
from schema.errors import BadUserInput, GatewayError
from schema.facets import DEFAULT_SIZE, MOST_SIZE, Crosstab, CrosstabCell, FacetBy, FacetPanel
from schema.paced import paced
from schema.record_attributes import RecordAttribute, recorded_facet
from schema.vocabulary import AskedCounts, DateInterval, FacetField, FacetForm, FacetOrder, Level, MatchLevel
from schema.where import SeriesWhere

# As buckets write it, so that a pinned value is found among them; no number of the release is longer.
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,8}")


class _Filter:
    """The conditions of a `where`, each with what it speaks of."""

    def __init__(self, where: SeriesWhere | None, match: MatchLevel | None) -> None:
        self._where = where
        conditions = conjuncts(Level.SERIES, where, "where", may_be_empty=True)
        self._parts: list[tuple[Condition, Spoken]] = list(zip(conditions, spoken(where), strict=True))
        self._match = match
        self.everything = matched(conditions, match)

    def without(self, attribute: Attribute | RecordAttribute) -> Selection:
        """The series that match when the attribute's own filter is left out."""
        if isinstance(attribute, RecordAttribute):
            return series_selection(OwnFilter(attribute, self._where).rest, self._match)
        return matched([c for c, said in self._parts if not said.own_of(attribute)], self._match)

    def own(self, attribute: Attribute | RecordAttribute) -> list[Spoken]:
        """What the attribute's own filter says."""
        if isinstance(attribute, RecordAttribute):
            return OwnFilter(attribute, self._where).said
        return [said for _, said in self._parts if said.own_of(attribute)]


class FacetResolver:
    """See schema.context.Facets."""

    def __init__(self, shelf: Shelf, engine: SearchEngine, hints: RequestHints, limits: FacetLimits) -> None:
        self._shelf = shelf
        self._engine = engine
        self._hints = hints
        self._limits = limits

    async def facets(
        self,
        where: SeriesWhere | None,
        by: Sequence[FacetBy],
        match: MatchLevel | None,
        asked: AskedCounts,
        panel: frozenset[str],
    ) -> FacetPanel:
        wanted = _wanted(by)
        self._limits.check_panel([_buckets(one) for one in wanted])
        given = self._filter(where, match)
        ask = partial(_question, self._limits, given, asked=asked)
        prepared = [_attempted(partial(ask, one, wanted[:n])) for n, one in enumerate(wanted)]
        questions = [question for question in prepared if isinstance(question, FacetQuestion)]
        total = await self._engine.counts(given.everything, panel)
        answers = iter(await self._engine.facets(questions))
        facets: list[Any] = []
        for one, question in zip(wanted, prepared, strict=True):
            facets.append(self._facet(one, given, next(answers)) if isinstance(question, FacetQuestion) else question)
            await asyncio.sleep(0)  # a thousand buckets take some milliseconds
        # An exception in a list is the error of its place: that facet alone is null.
        return FacetPanel(total=Counts.of(total), facets=facets)

    async def crosstab(
        self,
        where: SeriesWhere | None,
        by: Sequence[FacetBy],
        match: MatchLevel | None,
        asked: AskedCounts,
        cells: frozenset[str],
    ) -> Crosstab:
        if not 2 <= len(by) <= 3:
            raise BadUserInput("by", f"a crosstab has two or three facets, not {len(by)}")
        given = self._filter(where, match)
        wanted = _wanted(by)
        ask = partial(_question, self._limits, given, asked=asked, whole=True)
        questions = [ask(one, wanted[:n]) for n, one in enumerate(wanted)]
        found = await self._engine.crosstab(questions, cells)
        axes = [self._facet(one, given, answer) for one, answer in zip(wanted, found.axes, strict=True)]
        names = [[bucket.value for bucket in axis.buckets] for axis in axes]
        shown = [
            CrosstabCell(
                values=[None if place is None else own[place] for own, place in zip(names, places, strict=True)],
                counts=Counts.of(numbers),
            )
            for places, numbers in found.cells
        ]
        return Crosstab(axes=axes, cells=paced(shown))

    def _filter(self, where: SeriesWhere | None, match: MatchLevel | None) -> _Filter:
        given = _Filter(where, match)
        self._hints.noting(given.everything, where)
        return given

    def _facet(self, wanted: "_Wanted", given: _Filter, answer: FacetAnswer | Exception) -> Any:
        if isinstance(answer, Exception):
            return answer
        own = given.own(wanted.attribute)
        if isinstance(wanted.attribute, RecordAttribute):
            return commons_facet(wanted.field, wanted.key, answer, own)
        match wanted.attribute.facet_form:
            case FacetForm.TERMS:
                return term_facet(wanted.field, wanted.key, answer, own, self._label(wanted.attribute))
            case FacetForm.NUMBERS:
                return number_facet(wanted.field, wanted.key, answer, own)
            case FacetForm.DATES:
                return date_facet(wanted.field, wanted.key, answer, own, wanted.interval)

    def _label(self, attribute: Attribute) -> Callable[[Scalar], str]:
        """What a value is shown as: the name of a collection, the title of an analysis result, else itself."""
        titles: Mapping[str, str] = self._shelf.titles.get(attribute.column, {})
        return lambda value: titles.get(str(value), str(value))


@dataclass(frozen=True)
class _Wanted:
    """A FacetBy as given: what is null or left out is not among the options."""

    argument: str
    field: FacetField
    options: dict[str, Any]

    @property
    def attribute(self) -> Attribute | RecordAttribute:
        return recorded_facet(self.field) or faceted(self.field)

    @property
    def key(self) -> str:
        return str(self.options.get("key", self.field.name))

    @property
    def interval(self) -> DateInterval:
        return DateInterval(self.options.get("interval", DateInterval.YEAR))


def _wanted(by: Sequence[FacetBy]) -> list[_Wanted]:
    return [_Wanted(f"by[{number}]", one.field, given_fields(one)) for number, one in enumerate(by)]


def _attempted(make: Callable[[], FacetQuestion]) -> FacetQuestion | GatewayError:
    try:
        return make()
    except GatewayError as error:
        return error


def _question(
    limits: FacetLimits,
    given: _Filter,
    wanted: _Wanted,
    before: Sequence[_Wanted],
    *,
    asked: AskedCounts,
    whole: bool = False,
) -> FacetQuestion:
    """One facet's question. BadUserInput names what can't be meant. `whole`: its own filter is not left out."""
    _check(wanted, before)
    limits.check_values(f"{wanted.argument}.values", len(wanted.options.get("values", ())))
    limits.check_boundaries(f"{wanted.argument}.boundaries", len(wanted.options.get("boundaries", ())))
    attribute, options = wanted.attribute, wanted.options
    order: FacetOrder = options.get("order_by", FacetOrder.PATIENTS)
    own = options.get("exclude_own_filter", True) and not whole
    return FacetQuestion(
        field=wanted.field,
        series=given.without(attribute) if own else given.everything,
        asked=asked,
        size=_size(wanted),
        order=BY_VALUE if order is FacetOrder.VALUE else order.value.lower(),
        contains=options["contains"].lower() if options.get("contains") else None,
        kept=_kept(wanted, given.own(attribute)),
        boundaries=_boundaries(wanted),
        interval=wanted.interval,
    )


def _check(wanted: _Wanted, before: Sequence[_Wanted]) -> None:
    """A key that is empty or taken, and options that only facets of another form have."""
    if not wanted.key:
        raise BadUserInput(f"{wanted.argument}.key", "it is empty; leave it out, or give the facet a name")
    if wanted.key in {other.key for other in before}:
        raise BadUserInput(f"{wanted.argument}.key", f"{wanted.key!r} names another facet here; give each its own key")
    form = wanted.attribute.facet_form
    for option, needed in _FORM_OF_OPTION.items():
        if option in wanted.options and form is not needed:
            complaint = f"{wanted.field.name} is not a facet of {needed.value.lower()}; leave it out"
            raise BadUserInput(f"{wanted.argument}.{option}", complaint)


_FORM_OF_OPTION = {
    "boundaries": FacetForm.NUMBERS,
    "contains": FacetForm.TERMS,
    "values": FacetForm.TERMS,
}


def _buckets(wanted: _Wanted) -> int:
    """How many buckets a facet asks for: its pinned values, and those that its size or its boundaries make."""
    match wanted.attribute.facet_form:
        case FacetForm.TERMS:
            # A size out of bounds is an error of its facet alone.
            size = min(max(int(wanted.options.get("size", DEFAULT_SIZE)), 0), MOST_SIZE)
            return size + len(wanted.options.get("values", ()))
        case FacetForm.NUMBERS:
            return max(len(wanted.options.get("boundaries", ())) - 1, 0)
        case FacetForm.DATES:
            return 0


def _size(wanted: _Wanted) -> int:
    size = int(wanted.options.get("size", DEFAULT_SIZE))
    if not 1 <= size <= MOST_SIZE:
        complaint = f"{size} is not between 1 and {MOST_SIZE}; values beyond these are found by contains"
        raise BadUserInput(f"{wanted.argument}.size", complaint)
    return size


def _kept(wanted: _Wanted, own: Sequence[Spoken]) -> tuple[Scalar, ...]:
    """The pinned and the selected values, as stores hold them."""
    if wanted.attribute.facet_form is not FacetForm.TERMS:
        return ()
    pinned = [_stored(wanted, value) for value in wanted.options.get("values", ())]
    selected = [value for said in own for value in sorted(said.selected)]
    return tuple(dict.fromkeys([*pinned, *selected]))


def _stored(wanted: _Wanted, value: str) -> Scalar:
    if wanted.attribute.values is not Values.INT:
        return value
    if not _WHOLE_NUMBER.fullmatch(value):
        complaint = f"{value!r} is not a whole number; give one such as '25'"
        raise BadUserInput(f"{wanted.argument}.values", complaint)
    return int(value)


def _boundaries(wanted: _Wanted) -> tuple[float, ...] | None:
    edges: Sequence[float] | None = wanted.options.get("boundaries")
    if edges is None:
        return None
    argument = f"{wanted.argument}.boundaries"
    if len(edges) < 2:
        raise BadUserInput(argument, "a bucket has two edges; give at least two boundaries")
    for lower, upper in pairwise(edges):
        if not lower < upper:
            raise BadUserInput(argument, f"{upper} does not follow {lower}; give the boundaries in ascending order")
    return tuple(edges)
