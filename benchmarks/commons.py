"""Conditions on GDC over a harvest of every patient that can be linked: what they add to a page and to a panel."""

import asyncio
import datetime
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from graphql import parse
from graphql.execution import execute
from strawberry.execution import optimized_is_awaitable

from benchmarks.report import Section
from benchmarks.timing import in_turn
from gateway.execution import CompiledExecutor
from gateway.open_release import OpenRelease
from indexers.crosswalk import CrosswalkKey, crosswalk_folder, write_crosswalk
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.forms import FORMS
from resolvers.commons.gdc_case import file_counts, gdc_record
from resolvers.commons.identity import Candidate, candidates, linkable_patients, tables_digest
from resolvers.commons.linking import crosswalk_tables, linked, patients_of
from schema.build import build_schema
from schema.vocabulary import Commons

SITES = ("Kidney", "Bronchus and lung", "Breast", "Brain", "Colon", "Ovary", "Pancreas", "Prostate gland")
STAGES = ("Stage I", "Stage IIA", "Stage IIIB", "Stage IV", "Not Reported")
STRATEGIES = ("RNA-Seq", "WXS", "miRNA-Seq", "Tissue Slide", "Methylation Array", "Genotyping Array")
KINDS = ("Transcriptome Profiling", "Simple Nucleotide Variation", "Copy Number Variation", "Biospecimen")
PROGRAMS = '["tcga", "cptac"]'

# Some nine thousand patients: five of seven of those whom GDC has.
CONDITION = '{ gdc: { demographic: { vitalStatus: { eq: "Alive" } } } }'
HARDER = """{ gdc: { diagnoses: { stageGroup: { in: ["I", "II", "III", "IV"] } },
  files: { some: { experimentalStrategy: { eq: "RNA-Seq" }, access: { eq: "open" } } } } }"""
FACETS = [
    "MODALITY",
    "BODY_PART_EXAMINED",
    "COLLECTION_ID",
    "PROGRAM_ID",
    "COLLECTION_CANCER_TYPE",
    "COLLECTION_TUMOR_LOCATION",
    "COLLECTION_SPECIES",
    "SUBJECT_KIND",
    "ANALYSIS_RESULT_ID",
    "PATIENT_SEX",
    "PATIENT_AGE",
    "STUDY_DATE",
    "STUDY_DESCRIPTION",
    "OBJECT_KIND",
    "SOP_CLASS_NAME",
    "TRANSFER_SYNTAX_NAME",
    "PHOTOMETRIC_INTERPRETATION",
    "MANUFACTURER",
    "MANUFACTURER_MODEL_NAME",
    "SERIES_DESCRIPTION",
    "INSTANCE_COUNT",
    "SIZE_BYTES",
    "LICENSE_SHORT_NAME",
    "FIRST_RELEASE",
    "REVISED_RELEASE",
]
OF_GDC = ("GDC_PRIMARY_SITE", "GDC_STAGE_GROUP", "GDC_VITAL_STATUS", "GDC_EXPERIMENTAL_STRATEGY")

Ask = Callable[[], Any]


def _wire(numbers: Random, key: str, project: str) -> dict[str, Any]:
    """A case as GDC has it."""
    return {
        "case_id": str(uuid.UUID(int=numbers.getrandbits(128))),
        "submitter_id": key,
        "project": {"project_id": project, "name": project, "program": {"name": project.split("-", maxsplit=1)[0]}},
        "primary_site": numbers.choice(SITES),
        "disease_type": "Adenomas and Adenocarcinomas",
        "demographic": {
            "sex_at_birth": numbers.choice(("female", "male")),
            "race": "white",
            "ethnicity": "not reported",
            "vital_status": numbers.choice(("Alive",) * 5 + ("Dead",) * 2),
            "days_to_birth": -numbers.randint(10_000, 30_000),
        },
        "diagnoses": [
            {
                "diagnosis_id": f"{key}_diagnosis{number}",
                "diagnosis_is_primary_disease": "true" if number == 0 else "false",
                "primary_diagnosis": "Adenocarcinoma, NOS",
                "ajcc_pathologic_stage": numbers.choice(STAGES),
                "age_at_diagnosis": numbers.randint(10_000, 30_000),
                "treatments": [{"treatment_type": "Pharmaceutical Therapy, NOS", "therapeutic_agents": "Cisplatin"}],
            }
            for number in range(numbers.randint(1, 3))
        ],
        "samples": [
            {"sample_id": f"{key}-{kind}", "submitter_id": f"{key}-{kind}", "tissue_type": kind}
            for kind in ("Tumor", "Normal")
        ],
    }


def _files(numbers: Random) -> Iterator[dict[str, Any]]:
    for _ in range(numbers.randint(10, 50)):
        yield {
            "access": numbers.choice(("open", "controlled")),
            "data_category": numbers.choice(KINDS),
            "data_type": "Data",
            "data_format": numbers.choice(("TSV", "BAM", "MAF")),
            "experimental_strategy": numbers.choice(STRATEGIES),
            "file_size": numbers.randint(1, 10**9),
        }


def _harvested(release: OpenRelease, cache: Path) -> int:
    """A crosswalk of GDC with a case for every patient that can be linked; how many there are."""
    numbers, catalogue = Random(8), release.catalogue
    rows = np.flatnonzero(linkable_patients(catalogue)[Commons.GDC]).tolist()
    records = {}
    for _, collection, patient, kind in patients_of(catalogue, rows):
        candidate = candidates(collection, patient, kind)[Commons.GDC]
        if isinstance(candidate, Candidate):
            records[candidate.key] = gdc_record(
                _wire(numbers, candidate.key, candidate.projects[0]), file_counts(_files(numbers))
            )
    form = FORMS[Commons.GDC]
    links = linked(catalogue, {Commons.GDC: [form.found(record) for record in records.values()]})[Commons.GDC]
    table, tables = crosswalk_tables(Commons.GDC, form, links, records.values())
    store = catalogue.store.key.folder_name
    key = CrosswalkKey("GDC", "made", store, tables_digest())
    now = datetime.datetime.now(datetime.UTC).isoformat()
    write_crosswalk(crosswalk_folder(cache, Commons.GDC, store), key, now, table, tables)
    return len(links)


class _Asked:
    """A gateway over the harvest, asked as over HTTP, without the network."""

    def __init__(self, release: OpenRelease, crosswalks: Crosswalks) -> None:
        self._runner = asyncio.Runner()
        self._schema = build_schema()._schema
        self.release = OpenRelease.with_engine(
            release.catalogue, release.engine, facet_limits=release.facet_limits, crosswalks=crosswalks
        )

    def __call__(self, document: str) -> Any:
        return self._runner.run(self._answered(document))

    async def _answered(self, document: str) -> Any:
        with self.release.request() as context:
            result: Any = execute(
                self._schema,
                parse(document),
                context_value=context,
                executor_class=CompiledExecutor,
                is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
            )
            answer = await result
        if answer.errors:
            raise answer.errors[0]
        return answer.data


def _page(condition: str) -> str:
    where = f"and: [{{ collection: {{ programID: {{ in: {PROGRAMS} }} }} }} {condition}]"
    return f"""{{ patients(where: {{ {where} }}, first: 100) {{ totalCount counts {{ series instances }}
      nodes {{ patientID collectionID subjectKind modalities }} }} }}"""


def _panel(condition: str, fields: str) -> str:
    where = f"patient: {{ and: [{{ collection: {{ programID: {{ in: {PROGRAMS} }} }} }} {condition}] }}"
    by = ", ".join(f"{{ field: {field} }}" for field in fields.split())
    return f"""{{ facets(where: {{ {where} }}, by: [{by}]) {{ total {{ patients series }} facets {{ key
      missing {{ counts {{ patients series }} }} buckets {{ value counts {{ patients series }} }} }} }} }}"""


def measured(release: OpenRelease, cache: Path, rounds: int) -> Section:
    """Pages and panels with and without conditions on GDC; cases and links of a thousand patients."""
    cases = _harvested(release, cache)
    crosswalks = Crosswalks(cache, release.catalogue)
    ask = _Asked(release, crosswalks)
    every = ask(f"{{ {_counted('')} met: {_counted(CONDITION)} harder: {_counted(HARDER)} }}")
    section = Section(
        "Conditions on GDC after a harvest",
        f"{cases:,} made cases, one for every patient that can be linked. Pages (100 patients, totals) and panels of "
        f"25 facets (patients and series) of TCGA and CPTAC: {every['counts']['patients']:,} patients; of them those "
        f"who are alive as GDC says ({every['met']['patients']:,}), and those with a stage and open RNA-Seq "
        f"({every['harder']['patients']:,}). What engine and crosswalk remember is forgotten before every question.",
        ("question", "without", "alive", "ratio", "stage and RNA-Seq", "ratio"),
    )

    def forget() -> None:
        release.engine.search.forget()
        crosswalks.of(Commons.GDC).forget()

    questions: dict[str, Callable[[str], str]] = {
        "page of patients": _page,
        "panel of 25 facets": partial(_panel, fields=" ".join(FACETS)),
        "the same and four of GDC": partial(_panel, fields=" ".join((*FACETS, *OF_GDC))),
    }
    for name, document in questions.items():
        peers: dict[str, Ask] = {
            "without": partial(ask, document("")),
            "alive": partial(ask, document(CONDITION)),
            "harder": partial(ask, document(HARDER)),
        }
        times = in_turn(peers, rounds, forget)
        base = times["without"].median
        ratios = [f"{times[each].median / base:.2f}" for each in ("alive", "harder")]
        section.rows.append(
            (name, str(times["without"]), str(times["alive"]), ratios[0], str(times["harder"]), ratios[1])
        )
    _cases(section, ask, rounds)
    return section


def _counted(condition: str) -> str:
    where = f"{{ collection: {{ programID: {{ in: {PROGRAMS} }} }} }}"
    return f"counts(where: {{ patient: {{ and: [{where} {condition}] }} }}) {{ patients }}"


def _cases(section: Section, ask: _Asked, rounds: int) -> None:
    """A thousand patients with what is kept of them."""
    base = f"{{ collection: {{ programID: {{ in: {PROGRAMS} }} }} }}"
    for what, fields in {
        "1,000 patients": "modalities",
        "1,000 patients with links": "links { commons status records { id project } }",
        "1,000 patients with cases, diagnoses and files": "gdcCase { caseID diagnoses { stageGroup ageAtDiagnosis } "
        "files { dataCategory fileCount } }",
    }.items():
        document = f"{{ patients(first: 1000, where: {base}) {{ nodes {{ patientID {fields} }} }} }}"
        time = in_turn({"": partial(ask, document)}, rounds)[""]
        section.rows.append((what, "", str(time), "", "", ""))
