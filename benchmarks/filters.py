"""Seven filters, from everything to a narrow range: conditions with the facet that each is the own filter of."""

from resolvers.selection import Condition, In, Leaf, Range, Selection, Some, all_of
from schema.attributes import faceted
from schema.vocabulary import FacetField, Level

Conditions = list[tuple[Condition, FacetField]]


def _among(field: FacetField, *values: str) -> tuple[Condition, FacetField]:
    attribute = faceted(field)
    leaf = Leaf(attribute.level, attribute.column, (In(tuple(sorted(values))),))
    return (leaf if attribute.level is Level.SERIES else Some(attribute.level, leaf)), field


def _range(field: FacetField, lower: int | str, upper: int | str) -> tuple[Condition, FacetField]:
    attribute = faceted(field)
    return Leaf(attribute.level, attribute.column, (Range(lower, True, upper, True),)), field


_F = FacetField
FILTERS: dict[str, Conditions] = {
    "F0": [],
    "F1": [_among(_F.MODALITY, "CT")],
    "F2": [_among(_F.COLLECTION_ID, "nlst"), _among(_F.MODALITY, "CT", "SEG")],
    "F3": [_among(_F.BODY_PART_EXAMINED, "LUNG", "CHEST"), _among(_F.MANUFACTURER, "SIEMENS", "GE MEDICAL SYSTEMS")],
    "F4": [_among(_F.COLLECTION_ID, "lidc_idri"), _among(_F.MODALITY, "SEG")],
    "F5": [
        _among(_F.COLLECTION_ID, "nlst", "lidc_idri", "nsclc_radiomics", "covid_19_ny_sbu"),
        _among(_F.MODALITY, "CT", "SEG"),
        _among(_F.BODY_PART_EXAMINED, "LUNG", "CHEST"),
        _among(_F.MANUFACTURER, "SIEMENS", "GE MEDICAL SYSTEMS", "QIICR"),
        _among(_F.LICENSE_SHORT_NAME, "CC BY 4.0", "CC BY 3.0"),
    ],
    "F6": [_range(_F.SIZE_BYTES, 10_000_000, 100_000_000), _range(_F.STUDY_DATE, "2000-01-01", "2005-12-31")],
}

MEANING = (
    "F0 everything; F1 Modality CT; F2 collection nlst and Modality CT or SEG; F3 BodyPartExamined LUNG or CHEST and "
    "two manufacturers; F4 the segmentations of lidc_idri; F5 five attributes with several values each; F6 sizes of "
    "10 to 100 MB and StudyDate 2000 to 2005"
)


def selection(conditions: Conditions, without: FacetField | None = None) -> Selection:
    """The series that meet the conditions, leaving out the own filter of a facet."""
    return Selection(Level.SERIES, all_of(condition for condition, field in conditions if field is not without))
