"""ICDC's GraphQL (Bento over neo4j), by POST alone at /v1/graphql/.

The shapes are those of its published schema and of what others printed of its answers; no answer was recorded for us.

Its quirks:

1. GET is 405 with `errors` and null.
2. All errors are HTTP 200: `data` is null, `errors[].extensions.classification` says of what kind they are. A query
   that is no JSON object with `query` is 400.
3. Introspection is allowed.
4. Without `first` all rows come, of all studies; without `orderBy` in no order. `filter` has `_in`, `_not`,
   `_contains`, `AND`, `OR` and `NOT`, and those of the study.
5. A value that nobody has is an empty list, without an error; ids are by case.
6. Nothing is null, "", "Unknown", "Not Determined" or "Not Applicable". `stage_of_disease` of gliomas says no stage.
7. Ages are in years, sizes are floats, a file's `uuid` has its prefix (`dg.4DFC/...`).
8. `case_id` is the key; `patient_id` is its last part, which says nothing alone. One dog may have cases in two studies
   (`canine_individual`), which is null for all others.
9. HTTP 200 with null and no errors happens: `faults.null_data`. The release is not told: `schemaVersion` is the
   model's.
"""

from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from graphql import GraphQLError, GraphQLResolveInfo, execute_sync, parse, validate

from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.graphql_service import Context, GraphQLStandIn, Resolver, context_of
from tests.commons.standins.icdc_cases import INDIVIDUALS, STUDIES, file_uuid
from tests.commons.standins.records import IcdcCase
from tests.commons.standins.server import json_answer
from tests.commons.standins.world import World

RELEASE = "2.0.0"
PROGRAMS = {"CMCP": "Comparative Molecular Characterization Program", "COP": "Comparative Oncology Program"}
Document = dict[str, Any]
OPERATORS = {
    "_not_in": lambda value, wanted: value not in wanted,
    "_in": lambda value, wanted: value in wanted,
    "_not": lambda value, wanted: value != wanted,
    "_contains": lambda value, wanted: wanted in (value or ""),
    "_starts_with": lambda value, wanted: (value or "").startswith(wanted),
}


def fits(document: Document, given: Document | None) -> bool:
    """Whether a case or study fits a filter."""
    for name, wanted in (given or {}).items():
        if name == "AND":
            holds = all(fits(document, part) for part in wanted)
        elif name == "OR":
            holds = any(fits(document, part) for part in wanted)
        elif name == "NOT":
            holds = not any(fits(document, part) for part in wanted)
        elif isinstance(wanted, dict):
            holds = fits(document[name], wanted)
        else:
            suffix = next((end for end in OPERATORS if name.endswith(end) and name not in document), "")
            value = document[name.removesuffix(suffix)]
            holds = OPERATORS[suffix](value, wanted) if suffix else value == wanted
        if not holds:
            return False
    return True


def message(error: GraphQLError) -> Document:
    """An error of validation as graphql-java words it."""
    places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    kind = "FieldUndefined" if "Cannot query field" in error.message else "WrongType"
    return {
        "message": f"Validation error ({kind}) : {error.message}",
        "locations": places,
        "extensions": {"classification": "ValidationError"},
    }


class Icdc(GraphQLStandIn):
    """The stand-in of ICDC over a world."""

    service = "icdc"
    paths = ("/v1/graphql/",)
    sdl = Path(__file__).parent / "icdc.graphql"

    def __init__(self, world: World, release: str = RELEASE) -> None:
        super().__init__(world, release)

    def resolvers(self) -> dict[str, Resolver]:
        return {
            "case": self._cases,
            "study": self._studies,
            "numberOfCases": lambda root, info: len(self.world.icdc_cases),
            "numberOfStudies": lambda root, info: len(self._known_studies()),
            "schemaVersion": lambda root, info: self.release,
        }

    def prepare(self) -> None:
        for name in ("case", "study", "canine_individual"):
            for field, known in self.schema.type_map[name].fields.items():  # type: ignore[attr-defined]
                if "first" in known.args:
                    known.resolve = self._nested(field)

    # Over HTTP

    async def _asked(self, request: web.Request) -> web.Response:
        if request.method != "POST":
            return json_answer({"errors": [{"message": "API will only accept POST requests"}], "data": None}, 405)
        try:
            given = orjson.loads(await request.read())
            query, variables = given["query"], given.get("variables") or {}
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return json_answer({"errors": [{"message": "Invalid query in request"}], "data": None}, 400)
        return self._executed(request, query, variables)

    def _executed(self, request: web.Request, query: str, variables: dict[str, Any]) -> web.Response:
        try:
            document = parse(query)
        except GraphQLError as error:
            wrong = {"message": f"Invalid Syntax : {error.message}", "extensions": {"classification": "InvalidSyntax"}}
            return json_answer({"data": None, "errors": [wrong]})
        errors = validate(self.schema, document)
        if errors:
            return json_answer({"data": None, "errors": [message(error) for error in errors]})
        context = Context(request, document, variables)
        result = execute_sync(self.schema, document, variable_values=variables, context_value=context)
        if result.errors:
            kind = {"classification": "DataFetchingException"}
            wrong_ones = [{"message": error.message, "extensions": kind} for error in result.errors]
            return json_answer({"data": None, "errors": wrong_ones})
        return json_answer({"data": result.data})

    # Rows

    @staticmethod
    def _nested(field: str) -> Resolver:
        def resolve(
            root: Document, info: GraphQLResolveInfo, first: int | None = None, offset: int | None = None
        ) -> list[Document]:
            rows = root[field]() if callable(root[field]) else root[field]
            start = offset or 0
            return list(rows[start : None if first is None else start + first])

        return resolve

    def _rows(
        self,
        info: GraphQLResolveInfo,
        rows: list[Document],
        filter: Document | None = None,
        first: int | None = None,
        offset: int | None = None,
        orderBy: list[str] | None = None,
        **equal: str | None,
    ) -> list[Document]:
        found = [
            row for row in rows if fits(row, filter) and all(v is None or row[name] == v for name, v in equal.items())
        ]
        if not orderBy:
            stream("rows", self.service, len(self.requests)).shuffle(found)
        for order in reversed(orderBy or []):
            name, _, way = order.rpartition("_")
            found.sort(key=lambda row: str(row[name]), reverse=way == "desc")
        size = len(found) if first is None else first
        return self.page(context_of(info).request, found, offset or 0, size)

    def _cases(self, root: Any, info: GraphQLResolveInfo, **arguments: Any) -> list[Document]:
        return self._rows(info, [self._case(case) for case in self.world.icdc_cases], **arguments)

    def _known_studies(self) -> list[str]:
        return sorted({case.study for case in self.world.icdc_cases})

    def _studies(self, root: Any, info: GraphQLResolveInfo, **arguments: Any) -> list[Document]:
        return self._rows(info, [self._study(name) for name in self._known_studies()], **arguments)

    # Documents

    def _study(self, designation: str) -> Document:
        name, accession, program = STUDIES[designation]
        return {
            "clinical_study_id": designation,
            "clinical_study_designation": designation,
            "clinical_study_name": name,
            "clinical_study_type": "Clinical Trial" if designation.startswith("COTC") else "Genomics",
            "accession_id": accession,
            "program": {"program_name": PROGRAMS[program], "program_acronym": program},
            "cases": lambda: [self._case(case) for case in self.world.icdc_cases if case.study == designation],
        }

    def _individual(self, case: IcdcCase) -> Document | None:
        known = INDIVIDUALS.get(case.case_id)
        if known is None:
            return None
        return {
            "canine_individual_id": known,
            "cases": lambda: [
                self._case(other) for other in self.world.icdc_cases if INDIVIDUALS.get(other.case_id) == known
            ],
        }

    def _case(self, case: IcdcCase) -> Document:
        return {
            "case_id": case.case_id,
            "patient_id": case.patient_id,
            "patient_first_name": case.patient_first_name,
            "study": self._study(case.study),
            "cohort": None,
            "enrollment": {
                "enrollment_id": f"{case.case_id}-enrollment",
                "date_of_registration": "",
                "site_short_name": None,
                "patient_subgroup": "",
            },
            "demographic": self._demographic(case),
            "diagnoses": [self._diagnosis(case)],
            "samples": [self._sample(case, name) for name in case.samples],
            "files": [self._file(case, *file) for file in case.files],
            "study_arm": None,
            "canine_individual": self._individual(case),
        }

    @staticmethod
    def _demographic(case: IcdcCase) -> Document:
        return {
            "demographic_id": f"{case.case_id}-demographic",
            "breed": case.breed,
            "additional_breed_detail": "",
            "patient_age_at_enrollment": case.age_years,
            "patient_age_at_enrollment_unit": "years",
            "patient_age_at_enrollment_original": case.age_years,
            "patient_age_at_enrollment_original_unit": "years",
            "date_of_birth": None,
            "sex": case.sex,
            "weight": None,
            "weight_unit": "kg",
            "neutered_indicator": case.neutered,
        }

    @staticmethod
    def _diagnosis(case: IcdcCase) -> Document:
        return {
            "diagnosis_id": f"{case.case_id}-diagnosis",
            "disease_term": case.disease_term,
            "primary_disease_site": case.primary_disease_site,
            "stage_of_disease": case.stage_of_disease,
            "date_of_diagnosis": "",
            "histology_cytopathology": case.disease_term,
            "histological_grade": "",
            "best_response": "Not Applicable",
            "pathology_report": "Yes",
            "treatment_data": "No",
            "follow_up_data": "No",
            "concurrent_disease": "Unknown",
        }

    @staticmethod
    def _sample(case: IcdcCase, name: str) -> Document:
        normal = "-N" in name
        return {
            "sample_id": name,
            "sample_site": "Blood" if normal else case.primary_disease_site,
            "physical_sample_type": "Whole Blood" if normal else "Tissue",
            "general_sample_pathology": "Normal" if normal else "Malignant",
            "tumor_sample_origin": "Not Applicable" if normal else "Primary",
            "summarized_sample_type": "Normal Cell" if normal else "Primary Malignant Tumor Tissue",
            "specific_sample_pathology": "Not Applicable" if normal else case.disease_term,
            "sample_chronology": "Before Treatment",
            "tumor_grade": "Unknown",
            "percentage_tumor": "Not Determined",
            "sample_preservation": "Snap Frozen",
        }

    @staticmethod
    def _file(case: IcdcCase, name: str, kind: str) -> Document:
        return {
            "file_name": name,
            "file_type": kind,
            "file_description": f"{kind} of {case.case_id}",
            "file_format": name.removesuffix(".gz").rpartition(".")[2],
            # More than a GraphQL Int can say.
            "file_size": 3221225472.0,
            "md5sum": made_uuid("icdc md5", name).replace("-", ""),
            "file_status": "uploaded",
            "uuid": f"dg.4DFC/{file_uuid(case, name)}",
            "file_location": f"s3://nci-icdc-open/Final/{case.study}/{name}",
        }
