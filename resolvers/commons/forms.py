"""How records of each commons are read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from resolvers.commons import cda_subject, gdc_case, icdc_case, pdc_case
from resolvers.commons.identity import FoundCase
from schema.vocabulary import Commons

Record = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What links need of a record, and the rows of a table that it makes."""

    found: Callable[[Record], FoundCase]
    rows: Callable[[Record, str], list[Record]]


FORMS = {
    Commons.GDC: Form(gdc_case.found_case, gdc_case.rows),
    Commons.PDC: Form(pdc_case.found_case, pdc_case.rows),
    Commons.CDA: Form(cda_subject.found_case, cda_subject.rows),
    Commons.ICDC: Form(icdc_case.found_case, icdc_case.rows),
}
