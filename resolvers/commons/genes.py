"""Genes that are asked for, and cases whose mutations in them are known."""

from collections.abc import Iterable, Sequence

from schema.errors import BadUserInput
from schema.gdc_case import GDCFileCount
from schema.record_attributes import MOST_GENES, record_table
from schema.vocabulary import Commons


def asked_genes(genes: Sequence[str]) -> list[str]:
    """The genes, each once. BadUserInput if there are none, or too many."""
    asked = list(dict.fromkeys(genes))
    if not asked:
        raise BadUserInput("genes", "the list is empty; name at least one gene, such as KRAS")
    if len(asked) > MOST_GENES:
        raise BadUserInput("genes", f"{len(asked)} are more than {MOST_GENES}; ask for fewer in each request")
    return asked


def has_open_calls(files: Iterable[GDCFileCount]) -> bool:
    """Whether a case with such files has open calls of mutations; of others it is not known that they have none."""
    teller = record_table(Commons.GDC, "mutations").told_by
    assert teller is not None
    return any(all(getattr(each, column) == value for column, value in teller.values) for each in files)
