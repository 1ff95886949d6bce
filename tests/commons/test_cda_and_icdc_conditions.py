"""Conditions on CDA and ICDC: exactly the patients that the world's own records say, harvested or asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.commons.standins.records import CdaSubject, IcdcCase, Patient
from tests.commons.test_harvested_conditions import asked
from tests.commons.test_live import Live
from tests.conftest import Gateway

OnSubject = Callable[[CdaSubject], bool]
ON_SUBJECTS: dict[str, tuple[dict[str, Any], OnSubject]] = {
    "species": ({"species": {"eq": "dog"}}, lambda subject: subject.species == "dog"),
    "race": ({"race": {"in": ["White", "Asian"]}}, lambda subject: subject.race in ("White", "Asian")),
    "no race": ({"race": {"isNull": True}}, lambda subject: subject.race is None),
    "ethnicity": ({"ethnicity": {"eq": "Non-Hispanic"}}, lambda subject: subject.ethnicity == "Non-Hispanic"),
    "cause of death": (
        {"causeOfDeath": {"contains": "non-cancer"}},
        lambda subject: "Non-Cancer" in (subject.cause_of_death or ""),
    ),
    "no year of birth": ({"yearOfBirth": {"isNull": True}}, lambda subject: True),
    "no year of death": ({"yearOfDeath": {"isNull": True}}, lambda subject: True),
    "data at PDC": ({"dataAt": {"some": {"commons": {"eq": "PDC"}}}}, lambda subject: "pdc" in subject.data_at),
    "data at GDC, none at GC": (
        {
            "dataAt": {"some": {"commons": {"eq": "GDC"}}},
            "not": {"dataAt": {"some": {"commons": {"eq": "GC"}}}},
        },
        lambda subject: "gdc" in subject.data_at and "gc" not in subject.data_at,
    ),
    "project": (
        {"projects": {"some": {"project": {"eq": "CPTAC-3"}}}},
        lambda subject: "CPTAC-3" in subject.projects,
    ),
    "dbGaP study": (
        {"projects": {"some": {"project": {"startsWith": "phs"}}}},
        lambda subject: any(project.startswith("phs") for project in subject.projects),
    ),
    "Asian, or of PDC": (
        {"or": [{"race": {"eq": "Asian"}}, {"dataAt": {"some": {"commons": {"eq": "PDC"}}}}]},
        lambda subject: subject.race == "Asian" or "pdc" in subject.data_at,
    ),
}


@pytest.mark.parametrize("name", ON_SUBJECTS)
def test_a_condition_on_subjects_finds_whom_the_world_says(
    name: str, harvested: Gateway, in_cda: dict[Patient, CdaSubject]
) -> None:
    """And its complement the other subjects: whom CDA lacks meets neither, since it takes IDC in late."""
    where, holds = ON_SUBJECTS[name]
    expected = {patient for patient, subject in in_cda.items() if holds(subject)}
    assert expected
    assert asked(harvested, {"cda": where}) == expected
    assert asked(harvested, {"not": {"cda": where}}) == in_cda.keys() - expected
    assert asked(harvested, {"cda": {"not": where}}) == in_cda.keys() - expected


def test_who_has_a_subject(harvested: Gateway, in_cda: dict[Patient, CdaSubject]) -> None:
    assert asked(harvested, {"cda": {}}) == in_cda.keys()
    assert asked(harvested, {"not": {"cda": {}}}) == set()


OnDog = Callable[[IcdcCase], bool]
ON_DOGS: dict[str, tuple[dict[str, Any], OnDog]] = {
    "linked": ({}, lambda dog: True),
    "study": ({"study": {"eq": "GLIOMA01"}}, lambda dog: True),
    "breed": ({"demographic": {"breed": {"eq": "Boxer"}}}, lambda dog: dog.breed == "Boxer"),
    "no breed": ({"demographic": {"breed": {"isNull": True}}}, lambda dog: dog.breed in (None, "Unknown")),
    "sex and neutered": (
        {"demographic": {"sex": {"eq": "Female"}, "neutered": {"eq": "Yes"}}},
        lambda dog: dog.sex == "Female" and dog.neutered == "Yes",
    ),
    "aged eight and more": (
        {"demographic": {"ageAtEnrollmentYears": {"gte": 8}}},
        lambda dog: dog.age_years is not None and dog.age_years >= 8,
    ),
    "of no known age": ({"demographic": {"ageAtEnrollmentYears": {"isNull": True}}}, lambda dog: dog.age_years is None),
    "disease": ({"diagnoses": {"diseaseTerm": {"eq": "Astrocytoma"}}}, lambda dog: dog.disease_term == "Astrocytoma"),
    "site": ({"diagnoses": {"primaryDiseaseSite": {"eq": "Brain"}}}, lambda dog: dog.primary_disease_site == "Brain"),
    "no stage": ({"diagnoses": {"stageOfDisease": {"isNull": True}}}, lambda dog: True),
    "no grade": ({"diagnoses": {"histologicalGrade": {"isNull": True}}}, lambda dog: True),
    "a normal sample": (
        {
            "samples": {
                "some": {"generalSamplePathology": {"eq": "Normal"}, "physicalSampleType": {"eq": "Whole Blood"}}
            }
        },
        lambda dog: any("-N" in name for name in dog.samples),
    ),
    "a sample of brain": (
        {"samples": {"some": {"sampleSite": {"eq": "Brain"}}}},
        lambda dog: any("-N" not in name for name in dog.samples),
    ),
    "RNA": (
        {"files": {"some": {"fileType": {"eq": "RNA Sequence File"}, "fileFormat": {"eq": "fastq"}}}},
        lambda dog: any(kind == "RNA Sequence File" for _, kind in dog.files),
    ),
}


@pytest.mark.parametrize("name", ON_DOGS)
def test_a_condition_on_dogs_finds_whom_the_world_says(
    name: str, harvested: Gateway, in_icdc: dict[Patient, IcdcCase]
) -> None:
    where, holds = ON_DOGS[name]
    expected = {patient for patient, dog in in_icdc.items() if holds(dog)}
    assert expected
    assert asked(harvested, {"icdc": where}) == expected
    assert asked(harvested, {"not": {"icdc": where}}) == in_icdc.keys() - expected


def test_dogs_in_cda_and_icdc(
    harvested: Gateway, in_cda: dict[Patient, CdaSubject], in_icdc: dict[Patient, IcdcCase]
) -> None:
    """Two commons in one condition: what is unknown in one is not made up for by the other."""
    where = {"icdc": {}, "not": {"cda": {"dataAt": {"some": {"commons": {"eq": "ICDC"}}}}}}
    both = in_cda.keys() & in_icdc.keys()
    assert asked(harvested, where) == {patient for patient in both if "icdc" not in in_cda[patient].data_at}
    assert asked(harvested, {"icdc": {}, "cda": {}}) == both != set()


@pytest.mark.parametrize(
    "condition",
    [
        *({"cda": ON_SUBJECTS[name][0]} for name in ("race", "data at GDC, none at GC", "project")),
        {"not": {"cda": ON_SUBJECTS["data at PDC"][0]}},
        *({"icdc": ON_DOGS[name][0]} for name in ("aged eight and more", "RNA")),
        {"not": {"icdc": ON_DOGS["a normal sample"][0]}},
    ],
    ids=str,
)
def test_conditions_are_decided_by_asking_as_after_a_harvest(
    condition: dict[str, Any], live: Live, harvested: Gateway
) -> None:
    where = {"collectionID": {"in": ["cptac_ccrcc", "icdc_glioma"]}, **condition}
    with live() as gateway:
        found = asked(gateway, where)
    assert found == asked(harvested, where) != set()
