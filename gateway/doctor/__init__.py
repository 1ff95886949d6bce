"""`idc-gateway doctor`: what is installed, cached and configured, what is wrong and how it is mended."""

from gateway.doctor.examination import examine, exit_code
from gateway.doctor.finding import Finding, State
from gateway.doctor.report import as_json, as_text, write

__all__ = ["Finding", "State", "as_json", "as_text", "examine", "exit_code", "write"]
