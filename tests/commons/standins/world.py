"""The world of the stand-ins: who is ill of what, and which commons knows which part of it.

It is built from real documents' ids and from real patients of the installed IDC index, and is the same each time.
Everything is a plain record (`records`): an oracle computes over these what an answer must be. `patient` of a record
is the truth about whose it is; the methods here are what tests ask most.
"""

from dataclasses import dataclass, replace
from functools import cache

from tests.commons.standins.cohorts import COHORTS
from tests.commons.standins.gdc_cases import STRANGERS, gdc_cases
from tests.commons.standins.gdc_files import gdc_files
from tests.commons.standins.imaged import imaged
from tests.commons.standins.mutations import mutations
from tests.commons.standins.pdc_cases import pdc_cases, pdc_files, pdc_studies
from tests.commons.standins.records import (
    GdcCase,
    GdcFile,
    GdcProject,
    Imaged,
    Mutation,
    Patient,
    PdcCase,
    PdcFile,
    PdcStudy,
)


@dataclass(frozen=True, eq=False)
class World:
    """All that is true."""

    imaged: dict[Patient, Imaged]
    gdc_projects: tuple[GdcProject, ...]
    gdc_cases: tuple[GdcCase, ...]
    gdc_files: tuple[GdcFile, ...]
    mutations: tuple[Mutation, ...]
    pdc_cases: tuple[PdcCase, ...]
    pdc_studies: tuple[PdcStudy, ...]
    pdc_files: tuple[PdcFile, ...]

    def modalities(self, patient: Patient) -> frozenset[str]:
        """Of a patient in IDC; none if IDC has no such patient."""
        known = self.imaged.get(patient)
        return known.modalities if known else frozenset()

    def files_of(self, case: GdcCase) -> tuple[GdcFile, ...]:
        """The GDC files of a case."""
        return tuple(file for file in self.gdc_files if case.case_id in file.case_ids)

    def gdc_of(self, patient: Patient) -> GdcCase | None:
        """The GDC case of a patient."""
        return next((case for case in self.gdc_cases if case.patient == patient), None)

    def pdc_of(self, patient: Patient) -> tuple[PdcCase, ...]:
        """The PDC cases of a patient: two where PDC has one submitter id twice."""
        return tuple(case for case in self.pdc_cases if case.patient == patient)

    def fractions(self, case: PdcCase) -> frozenset[str]:
        """The analytical fractions of the latest studies that have a PDC case."""
        return frozenset(s.analytical_fraction for s in self.pdc_studies if s.latest and case.case_id in s.cases)

    @property
    def conflicting(self) -> frozenset[Patient]:
        """Patients whose PDC case refers to a GDC case that isn't theirs by submitter id."""
        of = {case.case_id: case.submitter_id for case in self.gdc_cases}
        return frozenset(
            case.patient
            for case in self.pdc_cases
            if case.patient and case.gdc_case_id and of.get(case.gdc_case_id) != case.submitter_id
        )

    @property
    def ambiguous(self) -> frozenset[Patient]:
        """Patients with more than one PDC case."""
        seen = [case.patient for case in self.pdc_cases if case.patient]
        return frozenset(patient for patient in seen if seen.count(patient) > 1)


def gdc_projects() -> tuple[GdcProject, ...]:
    """The projects of all cases."""
    known = {c.gdc_project: GdcProject(c.gdc_project, c.program, c.gdc_project, c.accession)
             for c in (*COHORTS.values(), *STRANGERS)}  # fmt: skip
    return tuple(known[name] for name in sorted(known))


@cache
def world() -> World:
    """The world, built once in a process (about a second)."""
    cases, projects = gdc_cases(), gdc_projects()
    in_pdc = pdc_cases(cases)
    studies = pdc_studies(in_pdc)
    return World(
        imaged=imaged(),
        gdc_projects=projects,
        gdc_cases=cases,
        gdc_files=gdc_files(cases, {project.project_id: project for project in projects}),
        mutations=mutations(),
        pdc_cases=tuple(case for _, case in in_pdc),
        pdc_studies=studies,
        pdc_files=pdc_files(studies),
    )


def next_world(of: World) -> World:
    """The world one release later: some GDC and PDC cases vanished, one became redacted, vital statuses changed."""
    imaged_cases = [case for case in of.gdc_cases if case.patient]
    gone = {case.case_id for case in imaged_cases[:3]}
    died = {case.case_id for case in imaged_cases[3:6] if case.demographic}
    cases = []
    for case in of.gdc_cases:
        if case.case_id in died and case.demographic:
            dead = replace(case.demographic, vital_status="Dead", days_to_death=99)
            cases.append(replace(case, demographic=dead))
        elif case.case_id not in gone:
            cases.append(case)
    lost = next(case.case_id for case in of.pdc_cases if case.patient)
    return replace(
        of,
        gdc_cases=tuple(cases),
        gdc_files=tuple(
            replace(file, case_ids=kept)
            for file in of.gdc_files
            if (kept := tuple(case_id for case_id in file.case_ids if case_id not in gone))
        ),
        pdc_cases=tuple(case for case in of.pdc_cases if case.case_id != lost),
        pdc_studies=tuple(replace(s, cases=tuple(c for c in s.cases if c != lost)) for s in of.pdc_studies),
    )
