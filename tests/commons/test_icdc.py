"""ICDC's client against a small server that answers as its backend does."""

from typing import Any

import pytest
from aiohttp import web

from resolvers.commons.icdc import Icdc
from resolvers.commons.icdc_case import found_case
from resolvers.commons.identity import FoundCase
from schema.errors import SchemaDrift, UpstreamBadResponse
from tests.commons.small import Received, service_of, small, told


def dog(number: int) -> dict[str, Any]:
    return {
        "case_id": f"GLIOMA01-i_{number:04X}",
        "patient_id": f"i_{number:04X}",
        "patient_first_name": None,
        "study": {"clinical_study_designation": "GLIOMA01", "clinical_study_name": "Glioma", "accession_id": "000003"},
        "demographic": {"breed": "Boxer", "sex": "Male", "neutered_indicator": "Unknown",
                        "patient_age_at_enrollment": 8.5, "patient_age_at_enrollment_unit": "years"},
        "diagnoses": [{"disease_term": "Glioma", "primary_disease_site": "Brain", "stage_of_disease": "Not Applicable",
                       "histological_grade": "III", "date_of_diagnosis": ""}],
        "samples": None,
        "files": [{"file_name": "a.bam", "file_type": "Whole Genome Sequence File", "file_format": "bam"}],
    }  # fmt: skip


KENNEL = {wire["case_id"]: wire for wire in map(dog, range(250))}


def kennel(request: Received) -> web.Response:
    assert request.path == "/v1/graphql/"
    variables = request.json["variables"]
    if "study" in variables:
        return told({"data": {"case": list(KENNEL.values()) if variables["study"] == "GLIOMA01" else []}})
    found = [KENNEL[case] for case in variables["ids"] if case in KENNEL]
    return told({"data": {"case": found[variables["offset"] :][: variables["first"]]}})


async def test_cases_by_id_a_hundred_at_a_time() -> None:
    async with small(kennel) as server, service_of(server.url, name="ICDC") as service:
        found = await Icdc(service).cases([*KENNEL, "GLIOMA01-i_FFFF"])
        assert [record["case_id"] for record in found] == sorted(KENNEL)
        assert [len(request.json["variables"]["ids"]) for request in server.received] == [100, 100, 51]
        assert found[0] == {
            "case_id": "GLIOMA01-i_0000",
            "patient_id": "i_0000",
            "study": "GLIOMA01",
            "study_name": "Glioma",
            "accession": "000003",
            "demographic": {
                "breed": "Boxer",
                "sex": "Male",
                "neutered": None,
                "age_at_enrollment": 8.5,
                "age_unit": "years",
                "raw": {
                    "breed": {"field": "demographic.breed", "value": "Boxer"},
                    "sex": {"field": "demographic.sex", "value": "Male"},
                    "neutered": {"field": "demographic.neutered_indicator", "value": "Unknown"},
                },
            },
            "diagnoses": [
                {
                    "disease_term": "Glioma",
                    "primary_disease_site": "Brain",
                    "stage_of_disease": None,
                    "histological_grade": "III",
                    "date_of_diagnosis": None,
                }
            ],
            "files": [{"file_name": "a.bam", "file_type": "Whole Genome Sequence File", "file_format": "bam"}],
            "samples": [],
        }
        assert found_case(found[0]) == FoundCase("GLIOMA01-i_0000", ("GLIOMA01-i_0000",), ("GLIOMA01",))


async def test_all_cases_of_a_study() -> None:
    async with small(kennel) as server, service_of(server.url, name="ICDC") as service:
        pages: list[int] = []
        assert len(await Icdc(service).of_project("GLIOMA01", pages.append)) == 250 and pages == [250]
        assert await Icdc(service).of_project("NONE") == []


REFUSED: dict[str, tuple[Any, type[Exception], int]] = {
    "null without an error": ({"data": {"case": None}}, UpstreamBadResponse, 3),
    "an error while it answers": ({"data": {"case": None}, "errors": [{"message": "timeout"}]}, UpstreamBadResponse, 3),
    "a part, with an error": ({"data": {"case": []}, "errors": [{"message": "timeout"}]}, UpstreamBadResponse, 3),
    "a field that is no longer known": (
        {"data": None, "errors": [{"message": "x", "extensions": {"classification": "ValidationError"}}]},
        SchemaDrift,
        1,
    ),
    "a key of another name": ({"data": {"case": [{"case_record_id": "GLIOMA01-i_0001"}]}}, SchemaDrift, 1),
    "cases that were not asked for": ({"data": {"case": [dog(7)]}}, UpstreamBadResponse, 1),
    "a part of another form": ({"data": {"case": [{**dog(1), "study": "GLIOMA01"}]}}, SchemaDrift, 1),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_answer_is_never_no_case(name: str) -> None:
    body, kind, requests = REFUSED[name]
    async with small(lambda _: told(body)) as server, service_of(server.url, name="ICDC") as service:
        with pytest.raises(kind):
            await Icdc(service).cases(["GLIOMA01-i_0001"])
        assert len(server.received) == requests
