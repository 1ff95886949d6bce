"""Routers join our patients, studies and series with another subgraph, in both directions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.gateway.conftest import Server
from tests.node.composition import FEDERATION, TEACHING_FILES, Subgraph, composed
from tests.node.packages import Node

# Patient LIDC-IDRI-0001 of release 25: a study of a radiograph, and one with outlines of a nodule.
RADIOGRAPH = "1.3.6.1.4.1.14519.5.2.1.6279.6001.175012972118199124641098335511"
OUTLINES = "1.3.6.1.4.1.14519.5.2.1.6279.6001.298806137288633453246975630178"


@pytest.fixture(scope="module")
def supergraph(node: Node, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file with the supergraph of the running gateway and the running teaching files."""
    folder = tmp_path_factory.mktemp("supergraph")
    asked = server.http.post("/graphql", json={"query": "{ _service { sdl } }"}).json()
    ours = folder / "idc.graphql"
    ours.write_text(asked["data"]["_service"]["sdl"], "utf-8")
    with node.serving(FEDERATION / "teaching-files.mjs", log=folder / "teaching.log") as url:
        result = composed(
            node,
            "apollo",
            Subgraph("idc", f"{server.http.base_url}/graphql", ours),
            Subgraph("teaching", url, TEACHING_FILES),
        )
        assert result.errors == []
        path = folder / "supergraph.graphql"
        path.write_text(result.supergraph or "", "utf-8")
        yield path


@pytest.fixture(scope="module", params=["apollo", "hive"])
def router(
    request: pytest.FixtureRequest, node: Node, supergraph: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a router over both."""
    log = tmp_path_factory.mktemp("router") / "log"
    with node.serving(FEDERATION / f"{request.param}.mjs", supergraph, log=log) as url:
        yield url


def ask(router: str, query: str) -> Any:
    with httpx2.Client(timeout=30, trust_env=False) as http:
        return http.post(router, json={"query": query}).json()


def test_references_of_another_subgraph_lead_to_our_patient_study_and_series(router: str) -> None:
    query = """{
      teachingFile(title: "A nodule, and who outlined it") {
        title
        patient { patientID subjectKind counts { studies series } collection { name } }
        study { studyInstanceUID studyDate collectionID }
        series { seriesInstanceUID modality objectKind bodyPartExamined remark }
      }
    }"""
    assert ask(router, query) == {
        "data": {
            "teachingFile": {
                "title": "A nodule, and who outlined it",
                "patient": {
                    "patientID": "LIDC-IDRI-0001",
                    "subjectKind": "HUMAN",
                    "counts": {"studies": 2, "series": 10},
                    "collection": {"name": "LIDC-IDRI"},
                },
                "study": {"studyInstanceUID": OUTLINES, "studyDate": "2000-01-01", "collectionID": "lidc_idri"},
                "series": [
                    {
                        "seriesInstanceUID": "1.2.276.0.7230010.3.1.3.0.89314.1553284067.990548",
                        "modality": "SEG",
                        "objectKind": "SEGMENTATION",
                        "bodyPartExamined": "CHEST",
                        "remark": "The first reader's outline",
                    },
                    {
                        "seriesInstanceUID": "1.3.6.1.4.1.14519.5.2.1.6279.6001.141365756818074696859567662357",
                        "modality": "DX",
                        "objectKind": "IMAGE",
                        "bodyPartExamined": "CHEST",
                        "remark": "Compare the left hilum",
                    },
                ],
            }
        }
    }


def test_our_patient_studies_and_series_have_the_fields_of_another_subgraph(router: str) -> None:
    query = """{
      patient(collectionID: "lidc_idri", patientID: "LIDC-IDRI-0001") {
        teachingFiles { title }
        studies {
          nodes {
            studyInstanceUID
            difficulty
            series(first: 2, where: { modality: { in: ["DX", "SEG"] } }) { nodes { modality remark } }
          }
        }
      }
    }"""
    assert ask(router, query) == {
        "data": {
            "patient": {
                "teachingFiles": [
                    {"title": "A nodule, and who outlined it"},
                    {"title": "The same patient in projection"},
                ],
                "studies": {
                    "nodes": [
                        {
                            "studyInstanceUID": RADIOGRAPH,
                            "difficulty": None,
                            "series": {"nodes": [{"modality": "DX", "remark": "Compare the left hilum"}]},
                        },
                        {
                            "studyInstanceUID": OUTLINES,
                            "difficulty": 2,
                            "series": {
                                "nodes": [
                                    {"modality": "SEG", "remark": "The first reader's outline"},
                                    {"modality": "SEG", "remark": None},
                                ]
                            },
                        },
                    ]
                },
            }
        }
    }


def test_a_reference_to_what_we_do_not_have_nulls_itself_alone(router: str) -> None:
    query = """{
      teachingFile(title: "A patient that the archive withdrew") {
        patient { subjectKind }
        study { studyDate }
        series { seriesInstanceUID }
      }
    }"""
    # The routers tell it each in their own words.
    assert ask(router, query)["data"] == {
        "teachingFile": {
            "patient": None,
            "study": {"studyDate": None},
            "series": [
                None,
                {"seriesInstanceUID": "1.3.6.1.4.1.14519.5.2.1.6279.6001.141365756818074696859567662357"},
            ],
        }
    }
