"""
What a segment is made of: the base classes of conditions and attributes, and their registers.

A definition is JSON: `{"kind": "all", "conditions": [{"kind": "attribute", "attribute": "city", "operator": "is",
"value": "서울"}, …]}`. One class per kind reads it strictly, says it in Korean and English, compiles it to SQLGlot and
offers its inputs to the builder. Rooms above add an `Attribute` or a `Condition` by registering a class.
"""

from dangol.segments.contracts.attribute import Attribute, Operator, ValueType, attribute_of, attributes
from dangol.segments.contracts.compiling import PERSON, Compiled, Compiler
from dangol.segments.contracts.condition import Condition, condition_classes, condition_of, read_definition
from dangol.segments.contracts.inputs import Choice, Input, Offers, arranged
from dangol.segments.contracts.known_field import KnownField
from dangol.segments.contracts.reading import InvalidDefinition, JsonObject, Path, Problem
from dangol.segments.contracts.sentences import Junction, Words, finished, joined, quoted_value

__all__ = [
    "PERSON",
    "Attribute",
    "Choice",
    "Compiled",
    "Compiler",
    "Condition",
    "Input",
    "InvalidDefinition",
    "JsonObject",
    "Junction",
    "KnownField",
    "Offers",
    "Operator",
    "Path",
    "Problem",
    "ValueType",
    "Words",
    "arranged",
    "attribute_of",
    "attributes",
    "condition_classes",
    "condition_of",
    "finished",
    "joined",
    "quoted_value",
    "read_definition",
]
