"""
What a segment is made of: the base classes of conditions and attributes, and their registers.

A definition is JSON: `{"kind": "all", "conditions": [{"kind": "attribute", "attribute": "city", "operator": "is",
"value": "서울"}, …]}`. One class per kind reads it strictly, says it in Korean and English, compiles it to SQLGlot and
offers its inputs to the builder. Rooms above add an `Attribute` or a `Condition` by registering a class.
"""

from dangol.segments.contracts.attribute import Attribute, Operator, ValueType, attribute_of, attributes
from dangol.segments.contracts.compiling import Compiled, Compiler, in_places
from dangol.segments.contracts.condition import Condition, condition_classes, condition_of, read_definition
from dangol.segments.contracts.inputs import Choice, Input, Offers, arranged, several_inputs
from dangol.segments.contracts.known_field import KnownField
from dangol.segments.contracts.known_object import KnownObject
from dangol.segments.contracts.known_trait import KnownTrait
from dangol.segments.contracts.reading import InvalidDefinition, JsonObject, Path, Problem
from dangol.segments.contracts.sentences import Junction, Reference, Words, finished, joined, listed, quoted_value
from dangol.segments.contracts.subject import Subject
from dangol.segments.contracts.turning import Turn

__all__ = [
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
    "KnownObject",
    "KnownTrait",
    "Offers",
    "Operator",
    "Path",
    "Problem",
    "Reference",
    "Subject",
    "Turn",
    "ValueType",
    "Words",
    "arranged",
    "attribute_of",
    "attributes",
    "condition_classes",
    "condition_of",
    "finished",
    "in_places",
    "joined",
    "listed",
    "quoted_value",
    "read_definition",
    "several_inputs",
]
