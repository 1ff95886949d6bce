"""What the commons were found to hold, as far as links need it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schema.vocabulary import Commons


@dataclass(frozen=True)
class FoundCase:
    """A case of GDC, PDC or ICDC, or a subject of CDA.

    GDC: case_id, submitter_id, project.project_id; `withheld` if an annotation redacts it.
    PDC: case_id, case_submitter_id, project_submitter_id; `reference` if case_is_ref is Yes; `gdc_case_ids` are the
    external_reference_id of its externalReferences with reference_resource_shortname GDC.
    CDA: subject_id (it changes between releases), upstream_id, project_short_name; `gdc_case_ids` are the upstream_id
    of upstream_field case.case_id where the source is GDC, if they were asked for.
    ICDC: case_id, case_id, clinical_study_designation.
    """

    id: str
    submitter_ids: tuple[str, ...]
    projects: tuple[str, ...]
    gdc_case_ids: tuple[str, ...] = ()
    withheld: bool = False
    reference: bool = False


# What each commons returned for one patient's key; one that is absent was not asked, or did not answer.
Found = Mapping[Commons, Sequence[FoundCase]]


def merged_cases(records: Iterable[FoundCase]) -> list[FoundCase]:
    """Each record once, in order of ids: what came of it twice, on two pages or of two studies, is put together."""
    by_id: dict[str, list[FoundCase]] = {}
    for record in records:
        by_id.setdefault(record.id, []).append(record)
    return [_merged(same) for _, same in sorted(by_id.items())]


def _merged(same: Sequence[FoundCase]) -> FoundCase:
    if len(same) == 1:
        return same[0]
    return FoundCase(
        id=same[0].id,
        submitter_ids=_together(record.submitter_ids for record in same),
        projects=_together(record.projects for record in same),
        gdc_case_ids=_together(record.gdc_case_ids for record in same),
        withheld=any(record.withheld for record in same),
        reference=any(record.reference for record in same),
    )


def _together(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({text for texts in lists for text in texts}))
