"""What is true of the people of the world: plain records that stand-ins serve and oracles compute over.

`raw` values are what a commons spells on the wire; a field that is None is omitted there (or an explicit null).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Patient = tuple[str, str]
"""(collection_id, PatientID) of IDC."""


@dataclass(frozen=True)
class Imaged:
    """A patient of the installed IDC index."""

    collection_id: str
    patient_id: str
    modalities: frozenset[str]

    @property
    def key(self) -> Patient:
        return (self.collection_id, self.patient_id)


@dataclass(frozen=True)
class Stage:
    """A stage as spelled (`Stage IIIA`, `Not Reported`), its system's field and its group I to IV if it says one."""

    system: str
    raw: str
    group: str | None


@dataclass(frozen=True)
class Treatment:
    treatment_id: str
    treatment_type: str
    therapeutic_agents: str | None
    treatment_or_therapy: str


@dataclass(frozen=True)
class Diagnosis:
    """`primary` is the truth; `flagged` says whether the wire says so (old cases have one diagnosis and no flag)."""

    diagnosis_id: str
    submitter_id: str
    primary: bool
    flagged: bool
    name: str | None
    classification: str
    stages: tuple[Stage, ...]
    grade: str | None
    age_days: int | None
    site: str
    morphology: str | None
    icd_10_code: str | None
    treatments: tuple[Treatment, ...] = ()
    last_follow_up_days: float | None = None

    @property
    def groups(self) -> frozenset[str]:
        """The stage groups that its stages say."""
        return frozenset(stage.group for stage in self.stages if stage.group)


@dataclass(frozen=True)
class Demographic:
    sex: str | None
    race: str | None
    ethnicity: str | None
    vital_status: str | None
    days_to_birth: int | None
    days_to_death: int | None
    age_at_index: int | None


@dataclass(frozen=True)
class Exposure:
    exposure_id: str
    pack_years_smoked: float | None
    tobacco_smoking_status: str


@dataclass(frozen=True)
class Sample:
    """A sample with the barcodes of the slides that were cut from it."""

    sample_id: str
    submitter_id: str
    sample_type: str
    tissue_type: str
    slides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Annotation:
    annotation_id: str
    entity_type: str
    entity_submitter_id: str
    classification: str
    category: str
    notes: str | None


@dataclass(frozen=True)
class GdcFile:
    file_id: str
    file_name: str
    file_size: int
    access: str
    data_category: str
    data_type: str
    data_format: str
    experimental_strategy: str | None
    case_ids: tuple[str, ...]
    sample_ids: tuple[str, ...]
    accession: str | None


@dataclass(frozen=True)
class Mutation:
    """A simple somatic mutation, as /ssms has it."""

    ssm_id: str
    gene: str
    gene_id: str
    aa_change: str
    chromosome: str
    start_position: int
    reference: str
    tumor: str
    consequence: str


@dataclass(frozen=True)
class GdcCase:
    """`patient` is the IDC patient who truly is this case; None if IDC has no such patient."""

    case_id: str
    submitter_id: str
    project_id: str
    patient: Patient | None
    primary_site: str
    disease_type: str
    demographic: Demographic | None
    diagnoses: tuple[Diagnosis, ...]
    exposures: tuple[Exposure, ...]
    samples: tuple[Sample, ...]
    annotations: tuple[Annotation, ...] = ()
    mutations: tuple[str, ...] = ()
    consent_type: str | None = None

    @property
    def redacted(self) -> bool:
        """Whether the case itself is redacted (an aliquot's redaction is not the case's)."""
        return any(a.classification == "Redaction" and a.entity_type == "case" for a in self.annotations)

    @property
    def primary_diagnosis(self) -> Diagnosis | None:
        return next((diagnosis for diagnosis in self.diagnoses if diagnosis.primary), None)


@dataclass(frozen=True)
class GdcProject:
    project_id: str
    program: str
    name: str
    accession: str | None


@dataclass(frozen=True)
class PdcStudy:
    """One version of a study; `cases` are case ids of PDC."""

    pdc_study_id: str
    study_id: str
    submitter_id: str
    name: str
    version: int
    latest: bool
    project: str
    analytical_fraction: str
    disease_type: str
    primary_site: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class PdcCase:
    """`gdc_case_id` is what its externalReferences say, right or wrong; None if they say nothing of GDC."""

    case_id: str
    submitter_id: str
    project: str
    patient: Patient | None
    gdc_case_id: str | None
    tcia_collection: str | None
    is_ref: str | None
    primary_site: str
    disease_type: str
    demographic: Demographic | None
    diagnoses: tuple[Diagnosis, ...]
    samples: tuple[Sample, ...]
    taxon: str = "Homo sapiens"


@dataclass(frozen=True)
class PdcFile:
    file_id: str
    pdc_study_id: str
    name: str
    size: int
    file_type: str
    data_category: str
    file_format: str
    case_ids: tuple[str, ...]


@dataclass(frozen=True)
class Upstream:
    source: str
    field: str
    id: str


@dataclass(frozen=True)
class CdaSubject:
    """`data_at` is what CDA says, one release of IDC behind; `patient` is the truth."""

    subject_id: str
    patient: Patient | None
    species: str
    data_at: frozenset[str]
    projects: tuple[str, ...]
    upstream: tuple[Upstream, ...]
    race: str | None
    ethnicity: str | None
    sex: str | None
    vital_status: str | None
    diagnosis: str | None
    stage: str | None
    age_years: int | None
    cause_of_death: str | None = None


@dataclass(frozen=True)
class IcdcCase:
    case_id: str
    patient_id: str
    patient_first_name: str | None
    patient: Patient | None
    study: str
    breed: str | None
    sex: str | None
    neutered: str | None
    age_years: float | None
    disease_term: str
    primary_disease_site: str
    stage_of_disease: str
    samples: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """(file_name, file_type)"""


@dataclass(frozen=True)
class DrsObject:
    """`document` is what the resolver answers; `series` says that it is a bundle of IDC v1."""

    object_id: str
    document: Mapping[str, object] = field(hash=False)
    series: bool = False
