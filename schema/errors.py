"""Errors that a client can act on. Each carries its code in `extensions`, where graphql-core picks it up."""


class GatewayError(Exception):
    """An error meant for the client: a message that names the field and the remedy, and a code."""

    code = "INTERNAL"

    def __init__(self, message: str, **extensions: object) -> None:
        super().__init__(message)
        self.extensions: dict[str, object] = {"code": self.code, **extensions}


class BadUserInput(GatewayError):
    """An argument that can't be meant: `argument` is the path to it, as in `where.modality.in`."""

    code = "BAD_USER_INPUT"

    def __init__(self, argument: str, complaint: str) -> None:
        super().__init__(f"{argument}: {complaint}", argument=argument)
        self.argument = argument
        self.complaint = complaint

    def under(self, parent: str) -> "BadUserInput":
        """The same, of an argument that stands in another one."""
        return BadUserInput(f"{parent}.{self.argument}", self.complaint)


class TooManyRows(GatewayError):
    """A document whose lists multiply into more rows than one answer may hold."""

    code = "COST_LIMIT_EXCEEDED"

    def __init__(self, most: int, argument: str) -> None:
        super().__init__(
            f"{argument}: the lists of this document hold more than {most:,} rows in all; "
            "lower `first` of the outer ones, or ask in several requests",
            argument=argument,
        )


class TooManyCases(GatewayError):
    """Lists of a commons that would have to be asked for one case at a time, of more cases than may be asked."""

    code = "COST_LIMIT_EXCEEDED"

    def __init__(self, field: str, cases: int, most: int) -> None:
        super().__init__(
            f"{field}: asked of {cases:,} cases at once, more than {most:,}; lower `first` of the patients, "
            "or ask in several requests",
            argument=field,
        )


class TooManyCells(GatewayError):
    """A crosstab of more combinations than one answer may hold."""

    code = "COST_LIMIT_EXCEEDED"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"by: these attributes have more than {most:,} combinations; lower `size`, narrow `where`, or ask for two",
            argument="by",
        )


class StaleCursor(GatewayError):
    """A cursor of another question: another release, field, parent, where, match or order."""

    code = "STALE_CURSOR"

    def __init__(self, argument: str) -> None:
        super().__init__(
            f"{argument}: this cursor belongs to another release, field, parent, where, match or order; "
            "start again without it",
            argument=argument,
        )


class TimedOut(GatewayError):
    """A question that was not answered in the time that one field may take."""

    code = "TIMEOUT"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not answered within {seconds:g} s; narrow `where`, ask for less, or try again later")


class UpstreamUnavailable(GatewayError):
    """A service that the answer needs does not answer, or not wholly."""

    code = "UPSTREAM_UNAVAILABLE"

    def __init__(self, service: str, complaint: str) -> None:
        super().__init__(f"{service} does not answer ({complaint}); ask again later", service=service)
        self.complaint = complaint


class UpstreamError(GatewayError):
    """A commons did not give what was asked for. What it said itself is in the log, never in the answer."""

    code = "UPSTREAM_UNAVAILABLE"
    retryable = True

    def __init__(self, service: str, complaint: str, status: int | None = None) -> None:
        told: dict[str, object] = {} if status is None else {"upstreamStatus": status}
        again = "ask again later" if self.retryable else "the gateway has to be adapted"
        super().__init__(f"{service} {complaint}; {again}", service=service, retryable=self.retryable, **told)
        self.service = service
        self.complaint = complaint


class UpstreamTimeout(UpstreamError):
    """It did not answer in time."""

    code = "UPSTREAM_TIMEOUT"


class UpstreamRateLimited(UpstreamError):
    """It asks to be asked less often."""

    code = "UPSTREAM_RATE_LIMITED"


class UpstreamBadResponse(UpstreamError):
    """What it answered is no answer of its interface."""

    code = "UPSTREAM_BAD_RESPONSE"


class SchemaDrift(UpstreamError):
    """Its interface is not the one that the gateway knows."""

    code = "SCHEMA_DRIFT"
    retryable = False


class NotHarvested(GatewayError):
    """A condition or facet on a commons whose cases were not put beside the index."""

    code = "NOT_HARVESTED"

    def __init__(self, commons: str, complaint: str, other_remedy: str = "") -> None:
        remedies = f"run `idc-gateway harvest {commons.lower()}`{f', or {other_remedy}' if other_remedy else ''}"
        super().__init__(f"{complaint}: {remedies}", service=commons)
        self.commons = commons
        self.complaint = complaint


class NotAsked(GatewayError):
    """Something that only a commons itself can tell, where commons are not asked while questions are answered."""

    code = "NOT_ASKED"

    def __init__(self, commons: str, what: str) -> None:
        super().__init__(
            f"{what} are asked of {commons} while questions are answered, and this gateway asks nobody: "
            "start it with `--commons-live true`",
            service=commons,
        )
