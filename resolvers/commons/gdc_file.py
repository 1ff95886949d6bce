"""A file of GDC as it is read.

Source: https://docs.gdc.cancer.gov/API/Users_Guide/Appendix_A_Available_Fields/#file-fields (endpoint `files`).
"""

from typing import Any

from resolvers.commons.gdc_case import FILE_FIELDS
from resolvers.commons.normal import said, whole

Record = dict[str, Any]
Wire = dict[str, Any]


def file_record(wire: Wire) -> Record:
    """One hit of `files`."""
    return {
        "file_id": wire["file_id"],
        "file_name": wire.get("file_name"),
        "size_bytes": whole(wire.get("file_size")),
        "md5sum": wire.get("md5sum"),
        **{name: said(wire.get(name)) for name in FILE_FIELDS},
        "platform": said(wire.get("platform")),
        "state": said(wire.get("state")),
    }


def access_of(record: Record, accession: str | None) -> Record:
    """Who may read a file: nothing is said of an open one. `accession`: of the project's study in dbGaP."""
    if record["access"] == "open":
        return {"study_accession": None, "access_policy": None}
    study = f"the study {accession}" if accession else "its study"
    policy = (
        f"Controlled by the NIH Genomic Data Sharing Policy: whoever dbGaP grants access to {study} may read it, from "
        "GDC itself. Its metadata are open."
    )
    return {"study_accession": accession, "access_policy": policy}
