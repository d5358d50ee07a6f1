"""Clinical trial criteria that people read and machines run.

protocol = protocol_dsl.load("protocols/als-ipsc-mnp.protocol")
print(protocol.evaluate({"screening": "2026-03-16", "sex": "female"}).explain())
"""

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.evaluate.facts import FactsError
from protocol_dsl.evaluate.patients import Patient, PatientError
from protocol_dsl.pipeline import Evaluation, Protocol, ProtocolError, load, loads
from protocol_dsl.values import UNKNOWN

__all__ = [
    "UNKNOWN",
    "Diagnostic",
    "Evaluation",
    "FactsError",
    "Patient",
    "PatientError",
    "Protocol",
    "ProtocolError",
    "load",
    "loads",
]
