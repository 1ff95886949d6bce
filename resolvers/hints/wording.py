"""Hints in words."""

from collections.abc import Sequence

from resolvers.hints.given_values import GivenValues
from resolvers.hints.vocabularies import Elsewhere, Meanings
from schema.attributes import Attribute
from schema.names import graphql_name

# Characters of a value that a sentence quotes; the hint's own field holds all of it.
_QUOTED = 80

_NOUNS = {
    "cancer_types": "cancer",
    "tumor_locations": "tumour location",
    "name": "collection's name",
}


def message(given: GivenValues, value: str, meanings: Meanings) -> str:
    """Such as: modality 'mr' matches nothing; did you mean 'MR'?"""
    said = f"{given.name} {_quoted(value)} matches nothing"
    if given.excluding:
        said += ", so that nothing is excluded by it"
    near = meanings.near
    if near.values:
        more = f" ({near.more:,} more are as near)" if near.more else ""
        said += f"; did you mean {_joined([_quoted(n) for n in near.values], 'or')}{more}?"
    if meanings.elsewhere:
        places = _joined([_place(found, value) for found in meanings.elsewhere], "and")
        said += f" {_cut(value)} is also {places}" if near.values else f"; {_cut(value)} is {places}"
    return said


def message_on_rest(given: GivenValues, value: str, unknown: int, own: int) -> str:
    """On the unknown values of a long list that have no hint of their own, of which `value` is the first."""
    return (
        f"{given.name} {_quoted(value)} and {unknown - own - 1:,} values after it match nothing either: of the "
        f"{len(given.values):,} values given here {unknown:,} are unknown, of which {own} have a hint of their own"
    )


def message_unsought(given: GivenValues, value: str, most: int) -> str:
    """On an unknown value that nothing near was sought for."""
    return f"{given.name} {_quoted(value)} matches nothing; near values are sought for {most} values of an answer only"


def _place(found: Elsewhere, value: str) -> str:
    name = _path(found.attribute)
    noun = _NOUNS.get(found.attribute.column, name)
    article = "an" if noun[0] in "aeio" else "a"
    spelt = () if found.values == (value,) else found.values
    remark = " ".join([name] * (noun != name) + [", ".join(map(_quoted, spelt))] * bool(spelt))
    return f"{article} {noun} ({remark})" if remark else f"{article} {noun}"


def _path(attribute: Attribute) -> str:
    return ".".join(attribute.where_path or (graphql_name(attribute.where_field),))


def _joined(parts: Sequence[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _quoted(text: str) -> str:
    return f"'{_cut(text)}'"


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."
