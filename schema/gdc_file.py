"""Files of a case in the Genomic Data Commons: https://docs.gdc.cancer.gov/API/Users_Guide/Search_and_Retrieval/."""

from dataclasses import dataclass, fields
from typing import Annotated

import strawberry

from schema.connection import PageInfo
from schema.fields import described
from schema.scalars import BigInt


@strawberry.type(description="A file of GDC: metadata alone, also of controlled ones. No address of data is asked for.")
class GDCFile:
    file_id: str = described("Its id in GDC, by which GDC's own client downloads it.")
    file_name: str | None = described("Its name.")
    size_bytes: BigInt | None = described("Its size in bytes.")
    md5sum: str | None = described("MD5 of its bytes, as GDC states it.")
    access: str | None = described("open or controlled.")
    study_accession: str | None = described(
        "Of a controlled file the study in dbGaP where access is asked for; null if open, or if GDC names none."
    )
    access_policy: str | None = described("Of a controlled file who may read it; null if open.")
    data_category: str | None = described("Category of its data.")
    data_type: str | None = described("Type of its data.")
    data_format: str | None = described("Its format.")
    experimental_strategy: str | None = described("How the data was measured.")
    platform: str | None = described("Platform that measured it.")
    state: str | None = described("released, live, ...")


# No connection by Relay's rules: files are no nodes, since nobody can be asked for one by a global id.
@strawberry.type(description="A page of files, by their ids. Page on with `after: pageInfo.endCursor`.")
class GDCFilePage:
    total_count: int = described("Exact number of all matching files of the case.")
    page_info: PageInfo = described("Where this page stands.")
    nodes: list[GDCFile] = described("The files of this page.")


@dataclass(frozen=True)
class FileFilter:
    """Which files: of each attribute that is given one of the values."""

    access: list[str] | None
    data_category: list[str] | None
    data_type: list[str] | None
    data_format: list[str] | None
    experimental_strategy: list[str] | None

    def given(self) -> dict[str, tuple[str, ...]]:
        """By the attribute's name the values, each once and sorted. An empty list is one of no values."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: tuple(sorted(set(values))) for name, values in named if values is not None}


FileAfter = Annotated[
    str | None,
    strawberry.argument(
        description="Cursor of the file before the first one wanted. It is bound to the case, these arguments and the "
        "release of GDC; with others it is STALE_CURSOR."
    ),
]
Among = Annotated[list[str] | None, strawberry.argument(description="One of these, as GDC spells them. null: any.")]
