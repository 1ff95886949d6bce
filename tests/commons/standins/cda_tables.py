"""CDA's tables: which columns there are, and the rows of a subject in each of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.commons.standins.draw import made_uuid
from tests.commons.standins.imaged import INDEX
from tests.commons.standins.records import CdaSubject, Patient
from tests.commons.standins.world import World

Row = dict[str, Any]
SOURCES = ("gc", "gdc", "icdc", "idc", "pdc")
# The last release of IDC that CDA knows.
IDC_BEHIND = 24
TEXT, NUMBER, TRUTH = "text", "integer", "boolean"
# A part of the 105 columns: those that the world can fill.
TABLES: dict[str, dict[str, str]] = {
    "subject": {
        "subject_id": TEXT, "subject_crdc_id": TEXT, "species": TEXT, "year_of_birth": NUMBER,
        "year_of_death": NUMBER, "cause_of_death": TEXT, "race": TEXT, "ethnicity": TEXT,
        **{f"subject_data_at_{source}": TRUTH for source in SOURCES}, "subject_data_source_count": NUMBER,
    },
    "observation": {
        "vital_status": TEXT, "sex": TEXT, "year_of_observation": NUMBER, "age_at_observation": NUMBER,
        "diagnosis": TEXT, "morphology": TEXT, "grade": TEXT, "stage": TEXT, "observed_anatomic_site": TEXT,
        "resection_anatomic_site": TEXT,
    },
    "file": {
        "file_id": TEXT, "file_crdc_id": TEXT, "file_name": TEXT, "file_description": TEXT, "drs_uri": TEXT,
        "access": TEXT, "size": NUMBER, "format": TEXT, "file_type": TEXT, "category": TEXT, "anatomic_site": TEXT,
        "tumor_vs_normal": TEXT, **{f"file_data_at_{source}": TRUTH for source in SOURCES},
    },
    "project": {"project_id": TEXT, "project_type": TEXT, "project_name": TEXT, "project_short_name": TEXT},
    "treatment": {"treatment_type": TEXT, "therapeutic_agent": TEXT},
    "mutation": {"hugo_symbol": TEXT, "hgvsp_short": TEXT, "chromosome": TEXT, "start_position": NUMBER},
    "upstream_identifiers": {"upstream_source": TEXT, "upstream_field": TEXT, "upstream_id": TEXT},
}  # fmt: skip
# Columns with words of a vocabulary: each brings lists of terms that nobody can exclude.
VOCABULARY = ("species", "cause_of_death", "race", "ethnicity", "observed_anatomic_site", "resection_anatomic_site",
              "diagnosis", "morphology", "anatomic_site")  # fmt: skip
KINDS_OF_TERMS = ("containing_terms", "slim_terms", "synonym_terms")
SLIM = {"adenocarcinoma": "Adenomas and adenocarcinomas", "squamous": "Squamous cell neoplasms",
        "melanoma": "Nevi and melanomas", "glioblastoma": "Gliomas"}  # fmt: skip
MODALITIES = {"CT": "Computed Tomography", "MR": "Magnetic Resonance", "SM": "Slide Microscopy",
              "PT": "Positron emission tomography", "SEG": "Segmentation", "RTSTRUCT": "Radiotherapy Structure Set",
              "SR": "Structured Report Document"}  # fmt: skip


def terms(column: str, value: Any = None) -> Row:
    """The three lists that come with a column of a vocabulary, and say what nobody asked for."""
    words = value if isinstance(value, list) else [value] if value else []
    site = column.endswith("site")
    slim = ["organ"] if site else [slim for word, slim in SLIM.items() if words and word in str(words[0]).lower()]
    synonyms = [str(word).lower() for word in words] if site or slim else []
    made = (["anatomical entity", "anatomical system"] if site else [], slim, synonyms)
    return {f"{column}_{kind}": found if words else [] for kind, found in zip(KINDS_OF_TERMS, made, strict=True)}


@dataclass(frozen=True)
class Subject:
    """A subject with its rows in the tables."""

    record: CdaSubject
    rows: Mapping[str, list[Row]]

    @property
    def keywords(self) -> set[str]:
        """The words of vocabularies that describe it, in upper case."""
        every = (row for table in ("subject", "observation", "project", "file") for row in self.rows[table])
        named = (*VOCABULARY, "project_short_name", "category", "file_type")
        return {str(row[name]).upper() for row in every for name in named if row.get(name)}


def _base(record: CdaSubject) -> Row:
    return {
        "subject_id": record.subject_id,
        "subject_crdc_id": None,
        "species": record.species,
        "year_of_birth": None,
        "year_of_death": None,
        "cause_of_death": record.cause_of_death,
        "race": record.race,
        "ethnicity": record.ethnicity,
        **{f"subject_data_at_{source}": source in record.data_at for source in SOURCES},
        "subject_data_source_count": len(record.data_at),
    }


def _observations(record: CdaSubject, site: str | None) -> list[Row]:
    """One of nothing, one of sex and vital status, one of the diagnosis: they're not aligned with each other."""
    nothing: Row = dict.fromkeys(TABLES["observation"])
    person = {**nothing, "sex": record.sex, "vital_status": record.vital_status}
    if record.diagnosis is None and record.stage is None:
        return [nothing, person]
    ill = {
        **person,
        "age_at_observation": record.age_years,
        "diagnosis": record.diagnosis,
        "morphology": record.diagnosis,
        "stage": record.stage,
        "observed_anatomic_site": site,
        "resection_anatomic_site": site,
    }
    return [nothing, person, ill]


def _projects(record: CdaSubject) -> list[Row]:
    kinds = {"phs": "dbgap_study", "PDC": "study"}
    return [
        {
            "project_id": made_uuid("cda project", name),
            "project_type": next((kind for start, kind in kinds.items() if name.startswith(start)),
                                 "collection" if name.islower() else "project"),
            "project_name": name,
            "project_short_name": name,
        }
        for name in record.projects
    ]  # fmt: skip


def _file(source: str, **known: Any) -> Row:
    made: Row = dict.fromkeys(TABLES["file"])
    return {**made, **{f"file_data_at_{name}": name == source for name in SOURCES}, **known}


@cache
def _series(patients: frozenset[Patient]) -> dict[Patient, list[Row]]:
    """The series of patients as files: those that were in IDC a release ago."""
    columns = ["collection_id", "PatientID", "crdc_series_uuid", "sop_class_name", "Modality", "series_size_MB",
               "instanceCount", "series_init_idc_version"]  # fmt: skip
    table = pq.read_table(INDEX, columns=columns)
    table = table.filter(pc.is_in(table["PatientID"], pc.unique(pc.cast([key[1] for key in patients], "string"))))
    table = table.filter(pc.less_equal(table["series_init_idc_version"], IDC_BEHIND))
    found: dict[Patient, list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        key = (row["collection_id"], row["PatientID"])
        if key not in patients:
            continue
        series = row["crdc_series_uuid"]
        instances = (made_uuid("instance", series, n) for n in range(min(3, row["instanceCount"])))
        found[key].append(
            _file(
                "idc", file_id=series, drs_uri=",".join(f"drs://dg.4dfc:{uuid}" for uuid in instances), access="open",
                size=int(row["series_size_MB"] * 1e6), format="DICOM", file_type=row["sop_class_name"],
                category=MODALITIES.get(row["Modality"], row["Modality"]), anatomic_site=[], tumor_vs_normal=[],
            )
        )  # fmt: skip
    return found


class Tables:
    """The tables of a world; files are looked up when somebody asks for them."""

    def __init__(self, world: World, sources: bool) -> None:
        self.world = world
        self._gdc = {case.case_id: case for case in world.gdc_cases}
        self._sources = sources
        self._genes = {mutation.ssm_id: mutation for mutation in world.mutations}
        self._gdc_files, self._pdc_files = defaultdict(list), defaultdict(list)
        tissues = {
            sample.sample_id: "tumor" if sample.tissue_type == "Tumor" else "normal"
            for case in world.gdc_cases
            for sample in case.samples
        }
        for file in world.gdc_files:
            for case_id in file.case_ids:
                self._gdc_files[case_id].append(
                    _file(
                        "gdc", file_id=file.file_id, file_name=file.file_name, drs_uri=f"drs://dg.4DFC:{file.file_id}",
                        access=file.access, size=file.file_size, format=file.data_format, file_type=file.data_type,
                        category=file.data_category, anatomic_site=[self._gdc[case_id].primary_site.lower()],
                        tumor_vs_normal=sorted({tissues[sample] for sample in file.sample_ids}),
                    )
                )  # fmt: skip
        for spectra in world.pdc_files:
            for case_id in spectra.case_ids:
                self._pdc_files[case_id].append(
                    _file(
                        "pdc", file_id=spectra.file_id, file_name=spectra.name, access="open", size=spectra.size,
                        drs_uri=f"drs://dg.4DFC:{spectra.file_id}", format=spectra.file_format,
                        file_type=spectra.file_type, category=spectra.data_category, anatomic_site=[],
                        tumor_vs_normal=[],
                    )
                )  # fmt: skip
        self.subjects = [Subject(record, self._rows(record)) for record in world.cda_subjects]

    def _rows(self, record: CdaSubject) -> dict[str, list[Row]]:
        case = next((self._gdc[up.id] for up in record.upstream if up.id in self._gdc), None)
        treatments = [t for diagnosis in (case.diagnoses if case else ()) for t in diagnosis.treatments]
        return {
            "subject": [_base(record)],
            "observation": _observations(record, case.primary_site.lower() if case else None),
            "project": _projects(record),
            "treatment": [
                {"treatment_type": t.treatment_type, "therapeutic_agent": t.therapeutic_agents} for t in treatments
            ],
            "mutation": [
                {
                    "hugo_symbol": self._genes[ssm].gene,
                    "hgvsp_short": f"p.{self._genes[ssm].aa_change}",
                    "chromosome": self._genes[ssm].chromosome,
                    "start_position": self._genes[ssm].start_position,
                }
                for ssm in (case.mutations if case else ())
            ],
            "upstream_identifiers": [
                {
                    "upstream_source": up.source if self._sources else "GC",
                    "upstream_field": up.field,
                    "upstream_id": up.id,
                }
                for up in record.upstream
            ],
            "file": _Files(self, record),
        }

    def files(self, record: CdaSubject) -> Iterator[Row]:
        """The files of a subject in all commons."""
        for up in record.upstream:
            yield from self._gdc_files.get(up.id, ())
            yield from self._pdc_files.get(up.id, ())
        if record.patient:
            every = frozenset(subject.patient for subject in self.world.cda_subjects if subject.patient)
            yield from _series(every).get(record.patient, ())


class _Files(list[Row]):
    """The files of a subject, read from the index when they are first looked at."""

    def __init__(self, tables: Tables, record: CdaSubject) -> None:
        super().__init__()
        self._of: tuple[Tables, CdaSubject] | None = (tables, record)

    def __iter__(self) -> Iterator[Row]:
        if self._of:
            tables, record = self._of
            self._of = None
            self.extend(tables.files(record))
        return super().__iter__()
