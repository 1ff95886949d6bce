"""Reading what a commons answered, where its form was not checked before."""

from collections.abc import Iterator
from contextlib import contextmanager

from resolvers.commons.ledger import noted
from schema.errors import SchemaDrift


@contextmanager
def reading(service: str, what: str) -> Iterator[None]:
    """What can't be read in this block is SchemaDrift."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise noted(SchemaDrift(service, f"answers {what} in another form")) from error
