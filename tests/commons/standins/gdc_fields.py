"""The fields of the GDC endpoints: what may be asked for, what comes unasked, and how a document is cut to it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

_CASE = (
    "case_id submitter_id primary_site disease_type index_date consent_type lost_to_followup days_to_consent state "
    "created_datetime updated_datetime sample_ids submitter_sample_ids portion_ids submitter_portion_ids slide_ids "
    "submitter_slide_ids analyte_ids submitter_analyte_ids aliquot_ids submitter_aliquot_ids diagnosis_ids "
    "submitter_diagnosis_ids"
)
_FILE = (
    "file_id file_name file_size md5sum access acl data_category data_type data_format experimental_strategy platform "
    "state type submitter_id created_datetime updated_datetime version data_release"
)
_ANNOTATION = (
    "annotation_id submitter_id entity_id entity_type entity_submitter_id case_id case_submitter_id classification "
    "category notes status state created_datetime updated_datetime"
)
_PROJECT = "project_id name primary_site disease_type dbgap_accession_number releasable released state"
_SSM = (
    "ssm_id gene_aa_change genomic_dna_change mutation_type mutation_subtype ncbi_build chromosome start_position "
    "end_position reference_allele tumor_allele"
)
_GROUPS_OF_CASE = {
    "": _CASE,
    "project": _PROJECT,
    "project.program": "name program_id dbgap_accession_number",
    "demographic": "demographic_id submitter_id sex_at_birth race ethnicity vital_status days_to_birth days_to_death "
    "year_of_birth age_at_index cause_of_death state",
    "diagnoses": "diagnosis_id submitter_id primary_diagnosis age_at_diagnosis ajcc_pathologic_stage "
    "ajcc_clinical_stage ajcc_pathologic_t ajcc_pathologic_n ajcc_pathologic_m figo_stage masaoka_stage "
    "ann_arbor_clinical_stage tumor_grade morphology icd_10_code tissue_or_organ_of_origin "
    "site_of_resection_or_biopsy classification_of_tumor diagnosis_is_primary_disease year_of_diagnosis "
    "days_to_diagnosis days_to_last_follow_up prior_malignancy prior_treatment synchronous_malignancy "
    "ajcc_staging_system_edition last_known_disease_status progression_or_recurrence days_to_recurrence "
    "days_to_last_known_disease_status metastasis_at_diagnosis state created_datetime updated_datetime",
    "diagnoses.treatments": "treatment_id submitter_id treatment_type therapeutic_agents treatment_or_therapy "
    "days_to_treatment_start days_to_treatment_end state",
    "exposures": "exposure_id submitter_id pack_years_smoked tobacco_smoking_status state",
    "follow_ups": "follow_up_id submitter_id days_to_follow_up",
    "samples": "sample_id submitter_id sample_type sample_type_id tissue_type tumor_descriptor specimen_type "
    "preservation_method composition days_to_collection is_ffpe state",
    "samples.portions": "portion_id submitter_id",
    "samples.portions.slides": "slide_id submitter_id section_location percent_tumor_nuclei",
    "samples.portions.analytes": "analyte_id submitter_id analyte_type",
    "samples.portions.analytes.aliquots": "aliquot_id submitter_id",
    "summary": "file_count file_size",
    "summary.data_categories": "data_category file_count",
    "summary.experimental_strategies": "experimental_strategy file_count",
    "annotations": _ANNOTATION,
    "files": _FILE,
}
_CONSEQUENCE = {
    "consequence.transcript": "transcript_id aa_change is_canonical consequence_type",
    "consequence.transcript.gene": "gene_id symbol",
}


def _under(group: str, groups: Mapping[str, str]) -> dict[str, str]:
    return {f"{group}.{name}" if name else group: fields for name, fields in groups.items()}


_ENDPOINTS: dict[str, dict[str, str]] = {
    "cases": _GROUPS_OF_CASE,
    "files": {
        "": _FILE,
        **_under("cases", {name: fields for name, fields in _GROUPS_OF_CASE.items() if name != "files"}),
    },
    "annotations": {"": _ANNOTATION, "project": _PROJECT, "project.program": "name program_id"},
    "projects": {
        "": _PROJECT,
        "program": "name program_id dbgap_accession_number",
        "summary": "case_count file_count file_size",
        "summary.data_categories": "data_category file_count case_count",
        "summary.experimental_strategies": "experimental_strategy file_count case_count",
    },
    "ssms": {
        "": _SSM,
        **_CONSEQUENCE,
        "occurrence": "ssm_occurrence_id",
        "occurrence.case": "case_id submitter_id primary_site disease_type",
        "occurrence.case.project": "project_id",
    },
    "ssm_occurrences": {
        "": "ssm_occurrence_id",
        "case": "case_id submitter_id primary_site disease_type",
        "case.project": "project_id",
        **_under("ssm", {"": _SSM, **_CONSEQUENCE}),
    },
}
_DEFAULT_NOT = {
    "cases": {"index_date", "lost_to_followup", "days_to_consent", "consent_type"},
    "files": {"md5sum", "platform"},
}
# Arrays of documents: ES nests them.
NESTED = ("diagnoses", "treatments", "exposures", "samples", "portions", "slides", "analytes", "aliquots", "files",
          "cases", "annotations", "data_categories", "experimental_strategies", "consequence",
          "occurrence")  # fmt: skip
# Values of these keep their case in facets; those of all others are in lower case there.
CASED = ("program.name", "project_id", "submitter_id", "access", "experimental_strategy", "data_format", "symbol")


def endpoints() -> tuple[str, ...]:
    return tuple(_ENDPOINTS)


@cache
def groups(endpoint: str) -> dict[str, tuple[str, ...]]:
    """The scalar fields of each group; the group "" is the document itself."""
    return {group: tuple(fields.split()) for group, fields in _ENDPOINTS[endpoint].items()}


@cache
def fields(endpoint: str) -> frozenset[str]:
    """All paths of scalars."""
    return frozenset(f"{g}.{name}" if g else name for g, names in groups(endpoint).items() for name in names)


@cache
def defaults(endpoint: str) -> frozenset[str]:
    """The paths that come when none are asked for."""
    return frozenset(groups(endpoint)[""]) - _DEFAULT_NOT.get(endpoint, set())


@cache
def expansions(endpoint: str) -> frozenset[str]:
    """What may be expanded: groups, and what leads to them."""
    named = {group for group in groups(endpoint) if group}
    return frozenset(named | {g.rsplit(".", depth)[0] for g in named for depth in range(1, g.count(".") + 1)})


def relative(endpoint: str, name: str) -> str:
    """A filter's field without the endpoint's own name before it."""
    return name.removeprefix(f"{endpoint}.")


def values(document: Any, path: str) -> Iterator[Any]:
    """All values of a path, through arrays; null is none."""
    name, _, rest = path.partition(".")
    for part in document if isinstance(document, list) else [document]:
        found = part.get(name) if isinstance(part, dict) else None
        if found is None:
            continue
        if rest:
            yield from values(found, rest)
        else:
            yield from found if isinstance(found, list) else [found]


def cut(document: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """The document with the wanted paths alone; what has no value isn't there."""
    tree: dict[str, Any] = {}
    for path in wanted:
        node = tree
        for name in path.split("."):
            node = node.setdefault(name, {})
    return _cut(document, tree)


def _cut(document: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, under in tree.items():
        if name not in document:
            continue
        value = document[name]
        if not under:
            kept[name] = value
        elif isinstance(value, list):
            parts = [part for part in (_cut(part, under) for part in value) if part]
            if parts:
                kept[name] = parts
        elif value and (part := _cut(value, under)):
            kept[name] = part
    return kept


def mapping(endpoint: str) -> dict[str, Any]:
    """The answer of /{endpoint}/_mapping."""
    paths = sorted(fields(endpoint))
    return {
        "_mapping": {
            f"{endpoint}.{path}": {
                "description": "",
                "doc_type": endpoint,
                "field": path,
                "full": f"{endpoint}.{path}",
                "type": "long" if path.rsplit(".", 1)[-1].startswith(("days_", "age_", "year_", "file_")) else "id",
            }
            for path in paths
        },
        "defaults": sorted(defaults(endpoint)),
        "expand": sorted(expansions(endpoint)),
        "fields": paths,
        "multi": [],
        "nested": sorted(group for group in expansions(endpoint) if group.rsplit(".", 1)[-1] in NESTED),
    }
