"""The subjects of CDA in the world: the cases of GDC, PDC, ICDC and IDC put together by equal ids, as CDA does it.

CDA is a release of IDC behind: it misses some people, and of some it knows only what one commons says. It puts cases
together by submitter id inside pairs of projects, so it knows no alias (`TCGA-AY-4070A` is a subject of its own); it
puts EAY131 and MATCH together, which nobody has verified; it does not use PDC's references to GDC.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.commons.standins.cohorts import COHORTS
from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.gdc_cases import ALIASES, STRANGERS
from tests.commons.standins.imaged import drawn, imaged
from tests.commons.standins.records import CdaSubject, Diagnosis, GdcCase, IcdcCase, Patient, PdcCase, Upstream

RACES = {"white": "White", "black or african american": "Black or African American", "asian": "Asian"}
ETHNICITIES = {"not hispanic or latino": "Non-Hispanic", "hispanic or latino": "Hispanic"}
PROGRAMS = {cohort.gdc_project: cohort.program for cohort in (*COHORTS.values(), *STRANGERS)}
ACCESSIONS = {cohort.gdc_project: cohort.accession for cohort in (*COHORTS.values(), *STRANGERS)}
# What CDA never puts together with anything: reference material, pools, bare digits.
ALONE = re.compile(r"ref|P?[0-9]+|pooled sample|taiwanese ir", re.IGNORECASE)
# Of the patients of IDC so many are in CDA, and so many of the cases of GDC.
KNOWN_OF_IDC, KNOWN_OF_GDC = 0.94, 0.97
# Of the patients of a programme so many are in GC.
IN_GC = {"TCGA": 0.17, "CPTAC": 0.5}
ONLY_GC = ("ccdi_mci", "cmb_crc")


@dataclass
class _Person:
    """What the commons say of somebody, in the making."""

    submitter: str
    gdc: GdcCase | None = None
    pdc: list[PdcCase] = field(default_factory=list)
    icdc: IcdcCase | None = None
    idc: Patient | None = None
    in_gc: bool = False


def _group_of_pdc(case: PdcCase) -> str:
    return "TCGA" if case.project == "CPTAC-TCGA" else "CPTAC"


def _group_of_idc(collection: str) -> str:
    """The programme whose cases may be this collection's patients."""
    if collection == "eay131":
        return "MATCH"
    cohort = COHORTS.get(collection)
    return cohort.program if cohort else collection


def _patients(cases: Iterable[GdcCase | PdcCase | IcdcCase]) -> Iterator[Patient]:
    """Whom IDC has of the world: each as it is spelled there, and those that it spells in two ways twice."""
    keys = {patient.key for patient in drawn()} | {case.patient for case in cases if case.patient}
    right = {("tcga_coad", submitter) for submitter in ALIASES.values()}
    yield from sorted(keys | (right & imaged().keys()))


def _people(
    gdc: Iterable[GdcCase], pdc: Iterable[PdcCase], icdc: Iterable[IcdcCase], behind: bool
) -> Iterable[_Person]:
    people: dict[tuple[str, str], _Person] = {}

    def person(group: str, submitter: str, *alone: str) -> _Person:
        key = (group, submitter) if not ALONE.fullmatch(submitter) else (group, "/".join((submitter, *alone)))
        return people.setdefault(key, _Person(submitter))

    gdc, pdc, icdc = tuple(gdc), tuple(pdc), tuple(icdc)
    for case in gdc:
        if not behind or stream("cda gdc", case.case_id).random() < KNOWN_OF_GDC:
            person(PROGRAMS[case.project_id], case.submitter_id, case.project_id).gdc = case
    for in_pdc in pdc:
        person(_group_of_pdc(in_pdc), in_pdc.submitter_id, in_pdc.case_id).pdc.append(in_pdc)
    for dog in icdc:
        # The dogs of GLIOMA01 are those of icdc_glioma.
        person("icdc_glioma" if dog.patient else dog.study, dog.case_id).icdc = dog
    for patient in _patients((*gdc, *pdc, *icdc)):
        if behind and stream("cda idc", *patient).random() >= KNOWN_OF_IDC:
            continue
        collection, submitter = patient
        group = _group_of_idc(collection)
        found = person(group, submitter, collection)
        found.idc = patient
        found.in_gc = collection in ONLY_GC or stream("cda gc", *patient).random() < IN_GC.get(group, 0)
    return people.values()


def _subject_id(person: _Person, behind: bool) -> str:
    """By the earliest of GDC, PDC, ICDC, IDC; not the same in two releases."""
    if person.gdc:
        project = person.gdc.project_id
        return f"{PROGRAMS[project] if behind or PROGRAMS[project] != 'CPTAC' else project}.{person.submitter}"
    if person.pdc:
        # Two references of one name are two subjects.
        alone = f".{person.pdc[0].case_id[:8]}" if ALONE.fullmatch(person.submitter) else ""
        return f"CPTAC.{person.submitter}{alone}"
    if person.icdc:
        return f"{person.icdc.study}.{person.submitter}"
    assert person.idc is not None
    return f"{person.idc[0]}.{person.submitter}"


def _upstream(person: _Person) -> Iterator[Upstream]:
    if person.gdc:
        yield Upstream("GDC", "case.case_id", person.gdc.case_id)
        yield Upstream("GDC", "case.submitter_id", person.gdc.submitter_id)
    for case in person.pdc:
        yield Upstream("PDC", "Case.case_id", case.case_id)
        yield Upstream("PDC", "Case.case_submitter_id", case.submitter_id)
    if person.icdc:
        yield Upstream("ICDC", "case.case_id", person.icdc.case_id)
        yield Upstream("ICDC", "case.patient_id", person.icdc.patient_id)
    if person.in_gc:
        yield Upstream("GC", "participant.study_participant_id", person.submitter)
    if person.idc:
        yield Upstream("IDC", "dicom_all.PatientID", person.submitter)
        yield Upstream("IDC", "dicom_all.idc_case_id", made_uuid("idc case", *person.idc))
        yield Upstream("IDC", "auxiliary_metadata.submitter_case_id", person.submitter)


def _projects(person: _Person) -> tuple[str, ...]:
    named: list[str | None] = []
    if person.gdc:
        project = person.gdc.project_id
        named += [project, PROGRAMS[project], ACCESSIONS[project]]
    named += [case.project for case in person.pdc]
    if person.icdc:
        named.append(person.icdc.study)
    if person.idc:
        collection = person.idc[0]
        named += [collection, collection.split("_")[0] if collection.startswith(("tcga_", "cptac_")) else None]
    return tuple(dict.fromkeys(name for name in named if name))


def _subject(person: _Person, behind: bool) -> CdaSubject:
    source = person.gdc or (person.pdc[0] if person.pdc else None)
    known = source.demographic if source else None
    primary: Diagnosis | None = next((d for d in source.diagnoses if d.primary), None) if source else None
    groups = sorted(primary.groups) if primary else []
    vital = (known.vital_status or "").lower() if known else ""
    if behind and vital == "dead" and stream("cda vital", person.submitter).random() < 0.1:
        # CDA still has what was said a release ago.
        vital = "alive"
    sex = (known.sex or "").lower() if known else (person.icdc.sex or "").lower() if person.icdc else ""
    data_at = {"gdc": person.gdc, "pdc": person.pdc, "icdc": person.icdc, "idc": person.idc, "gc": person.in_gc}
    return CdaSubject(
        subject_id=_subject_id(person, behind),
        patient=person.idc,
        species="dog" if person.icdc else "human",
        data_at=frozenset(name for name, there in data_at.items() if there),
        projects=_projects(person),
        upstream=tuple(_upstream(person)),
        race=RACES.get((known.race or "").lower()) if known else None,
        ethnicity=ETHNICITIES.get((known.ethnicity or "").lower()) if known else None,
        sex=sex if sex in ("female", "male") else None,
        vital_status=vital if vital in ("alive", "dead") else None,
        diagnosis=primary.name.partition(",")[0] if primary and primary.name else None,
        stage=f"Stage {groups[0]}" if groups else None,
        age_years=int(primary.age_days / 365.25) if primary and primary.age_days else None,
        cause_of_death="Non-Cancer Related Death" if vital == "dead" and known and known.age_at_index == 70 else None,
    )


def cda_subjects(
    gdc: Iterable[GdcCase], pdc: Iterable[PdcCase], icdc: Iterable[IcdcCase], behind: bool = True
) -> tuple[CdaSubject, ...]:
    """All subjects; with `behind` as a release of IDC ago, when their ids were others, too."""
    made = (_subject(person, behind) for person in _people(gdc, pdc, icdc, behind))
    return tuple(sorted(made, key=lambda subject: made_uuid("order", subject.subject_id)))


def by_upstream(subjects: Iterable[CdaSubject]) -> dict[str, list[CdaSubject]]:
    """The subjects that an id leads to: more than one, where commons mean different people by it."""
    found: dict[str, list[CdaSubject]] = defaultdict(list)
    for subject in subjects:
        for upstream_id in {upstream.id for upstream in subject.upstream}:
            found[upstream_id].append(subject)
    return found
