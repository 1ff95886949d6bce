"""Documents of the gateway's own schema, prepared with the limits that are the default."""

import pytest

from gateway.documents import DocumentLimits, Documents
from schema.build import build_schema


@pytest.fixture(scope="session")
def documents() -> Documents:
    return Documents(build_schema()._schema, DocumentLimits())
