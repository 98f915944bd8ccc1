"""From a template and a person to a mail: Liquid, MJML, the legal form, MIME."""

from dangol.messaging.writing.compiled import CompiledTemplate, Reader, Rendered, compile_version
from dangol.messaging.writing.errors import TemplateProblem
from dangol.messaging.writing.mime import Envelope, build_mail

__all__ = ["CompiledTemplate", "Envelope", "Reader", "Rendered", "TemplateProblem", "build_mail", "compile_version"]
