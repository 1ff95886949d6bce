"""How a Python name is spelt in GraphQL: camelCase with DICOM's acronyms kept, as in `studyInstanceUID`."""

# A leading acronym is lowered whole (`sopInstanceUID`, `awsURL`); elsewhere it keeps its case.
ACRONYMS = {
    "id": "ID",
    "ids": "IDs",
    "uid": "UID",
    "uids": "UIDs",
    "uuid": "UUID",
    "doi": "DOI",
    "url": "URL",
    "dna": "DNA",
}


def graphql_name(python_name: str) -> str:
    """`transfer_syntax_uids` -> `transferSyntaxUIDs`; a trailing underscore (`in_`) only dodges a Python keyword."""
    first, *rest = python_name.rstrip("_").split("_")
    return first + "".join(ACRONYMS.get(word, word.capitalize()) for word in rest)


def enum_name(python_name: str) -> str:
    """`transfer_syntax_uid` -> `TRANSFER_SYNTAX_UID`."""
    return python_name.upper()
