"""Documents, prepared: parsed, limited, validated and priced in one step that is remembered."""

from gateway.documents.document import Documents, Prepared
from gateway.limits import DocumentLimits

__all__ = ["DocumentLimits", "Documents", "Prepared"]
