"""Where series come from: sources, their licences and citations."""

import strawberry

from schema.fields import described


@strawberry.type(description="Terms of use. Every source DOI has exactly one licence.")
class License:
    short_name: str = described("Short name, for example CC BY 4.0.")
    long_name: str | None = described("Full name.")
    url: str | None = described("Where its text stands, as IDC states it.")


@strawberry.type(description="Who did what to the data before IDC published them, in IDC's words.")
class SourceProvenance:
    data_contributor: str | None = described("Who gave the data to IDC.")
    source_data_provider: str | None = described("Who acquired the data.")
    deidentification_party: str | None = described("Who removed what identifies patients.")
    dicom_conversion_by: str | None = described("Who converted the data to DICOM, if they were something else.")


@strawberry.type(
    description="A published data set that series came with, one per DOI: original data of a collection or an "
    "analysis result. Licence and citation belong to it, not to the collection."
)
class Source:
    source_id: str | None = described("The collection or analysis result that it belongs to, as IDC names it.")
    type: str | None = described("original_data or analysis_result.")
    title: str | None = described("Its title.")
    doi: str = described("Its Digital Object Identifier.")
    url: str | None = described("Where to read more about it.")
    citation: str | None = described("How to cite it, with HTML entities and tags as published.")
    license: License = described("Its licence.")
    modalities: list[str] = described("Modalities it holds, as its record says.")
    provenance: SourceProvenance | None = described("Who did what to the data.")
