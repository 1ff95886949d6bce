"""The series: one scan, one slide, or one set of segmentations or measurements."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.context import Info
from schema.cost import CASE
from schema.enums import ObjectKind, PatientAgeStatus, SubjectKind
from schema.fields import described, value_of
from schema.gdc_slide import GDCSlideLink
from schema.global_id import keys_of
from schema.node import Node
from schema.record import Record
from schema.scalars import BigInt
from schema.source import License, Source

if TYPE_CHECKING:
    from schema.analysis_result import AnalysisResult
    from schema.collection import Collection
    from schema.patient import Patient
    from schema.study import Study


@strawberry.federation.type(
    keys=keys_of("Series"),
    description="A DICOM series: one scan, one slide, or one set of segmentations or measurements.",
)
class Series(Record, Node):
    series_instance_uid: strawberry.ID = value_of("series_instance_uid")
    study_instance_uid: strawberry.ID = value_of("study_instance_uid")
    patient_id: strawberry.ID = value_of("patient_id")
    collection_id: strawberry.ID = value_of("collection_id")
    subject_kind: SubjectKind = value_of("subject_kind")
    collection: Annotated["Collection", strawberry.lazy("schema.collection")] = described("Its collection.")
    patient: Annotated["Patient", strawberry.lazy("schema.patient")] = described("Its patient.")
    study: Annotated["Study", strawberry.lazy("schema.study")] = described("Its study.")
    analysis_result: Annotated["AnalysisResult", strawberry.lazy("schema.analysis_result")] | None = described(
        "Analysis result that it came with; null for series of the original collection."
    )
    analysis_result_id: strawberry.ID | None = value_of("analysis_result_id")
    modality: str | None = value_of("modality")
    object_kind: ObjectKind = value_of("object_kind")
    body_part_examined: str | None = value_of("body_part_examined")
    series_description: str | None = value_of("series_description")
    series_date: datetime.date | None = value_of("series_date")
    series_number: int | None = value_of("series_number")
    sop_class_uid: str | None = value_of("sop_class_uid")
    sop_class_name: str | None = value_of("sop_class_name")
    transfer_syntax_uids: list[str] = value_of("transfer_syntax_uids")
    transfer_syntax_names: list[str] = value_of("transfer_syntax_names")
    photometric_interpretations: list[str] = value_of("photometric_interpretations")
    manufacturer: str | None = value_of("manufacturer")
    manufacturer_model_name: str | None = value_of("manufacturer_model_name")
    patient_sex: str | None = value_of("patient_sex")
    patient_age: float | None = value_of("patient_age")
    patient_age_string: str | None = described("Age as the header writes it, for example 063Y.")
    patient_age_status: PatientAgeStatus = described("How the age string was understood.")
    study_date: datetime.date | None = value_of("study_date")
    study_description: str | None = value_of("study_description")
    instance_count: int = value_of("instance_count")
    size_bytes: BigInt | None = value_of("size_bytes")
    license_short_name: str | None = value_of("license_short_name")
    license: License | None = described("Its licence, which is that of its source.")
    source: Source | None = described("The published data set that it came with; cite this one.")
    source_doi: str | None = value_of("source_doi")
    crdc_series_uuid: strawberry.ID | None = value_of("crdc_series_uuid")

    @strawberry.field(
        description="Barcode of the glass slide that it is an image of: ContainerIdentifier (0040,0512). null if it is "
        "no slide, or if the gateway was not given IDC's table of slides."
    )
    def container_identifier(self, info: Info) -> str | None:
        return info.context.commons.container_identifier(self)

    @strawberry.field(
        description="The slide of the Genomic Data Commons with the same barcode, of which GDC is asked now; null if "
        "it is no slide.",
        directives=[CASE],
    )
    async def gdc_slide_link(self, info: Info) -> GDCSlideLink | None:
        return await info.context.commons.gdc_slide_link(self)

    aws_url: str | None = described("Its files in Amazon S3, as s5cmd takes it; no account is needed.")
    gcs_url: str | None = described("Its files in Google Cloud Storage; no account is needed.")
    viewer_url: str | None = described("Opens it in IDC's web viewer: Slim if its study holds slides, else OHIF.")
    first_release: int | None = value_of("first_release")
    revised_release: int | None = value_of("revised_release")
