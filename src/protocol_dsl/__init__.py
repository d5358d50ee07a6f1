"""Clinical trial criteria that people read and machines run.

protocol = protocol_dsl.load("protocols/als-ipsc-mnp.protocol")
print(protocol.evaluate({"screening": "2026-03-16", "sex": "female"}).explain())
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic
    from protocol_dsl.evaluate.facts import FactsError
    from protocol_dsl.evaluate.patients import Patient, PatientError
    from protocol_dsl.pipeline import Evaluation, Protocol, ProtocolError, load, loads
    from protocol_dsl.render.sponsor import DocumentError
    from protocol_dsl.values import UNKNOWN

__all__ = [
    "UNKNOWN",
    "Diagnostic",
    "DocumentError",
    "Evaluation",
    "FactsError",
    "Patient",
    "PatientError",
    "Protocol",
    "ProtocolError",
    "load",
    "loads",
]

_MODULES = {
    "UNKNOWN": "protocol_dsl.values",
    "Diagnostic": "protocol_dsl.diagnostics",
    "DocumentError": "protocol_dsl.render.sponsor",
    "FactsError": "protocol_dsl.evaluate.facts",
    "Patient": "protocol_dsl.evaluate.patients",
    "PatientError": "protocol_dsl.evaluate.patients",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: the command line starts without the whole package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES.get(name, "protocol_dsl.pipeline")), name)
    globals()[name] = value
    return value
