"""The attribute table as clients see it."""

import strawberry

from schema.attributes import ATTRIBUTES
from schema.attributes import Attribute as Declared
from schema.enums import AttributeType, FacetField, Level
from schema.fields import described


@strawberry.type(description="An attribute that can be filtered, faceted or sorted by.")
class Attribute:
    name: str = described("Its name as an output field.")
    keyword: str | None = described("Its DICOM keyword (PS3.6); null for attributes of IDC's own.")
    tag: str | None = described("Its DICOM tag, as (gggg,eeee).")
    level: Level = described("The level whose rows hold it; above that level it can have several values.")
    type: AttributeType = described("What its values are.")
    multi_valued: bool = described("Whether one row can have several values.")
    unit: str | None = described("Unit of its values (UCUM names in words), if any.")
    description: str = described("What it means.")
    where_path: list[str] | None = described("The way to it from SeriesWhere; null if it cannot be filtered by.")
    facet_field: FacetField | None = described("Its facet; null if it cannot be counted by.")
    order_field: str | None = described("Its name in the order enums; null if it cannot be sorted by.")


def attributes(level: Level | None) -> list[Attribute]:
    """The declared attributes, of one level or of all."""
    return [_shown(declared) for declared in ATTRIBUTES if not level or declared.level is level]


def _shown(declared: Declared) -> Attribute:
    path = declared.where_path
    return Attribute(
        name=declared.name,
        keyword=declared.keyword,
        tag=declared.tag,
        level=declared.level,
        type=declared.type,
        multi_valued=declared.multi_valued,
        unit=declared.unit,
        description=declared.description,
        where_path=None if path is None else list(path),
        facet_field=declared.facet,
        order_field=declared.order_field,
    )
