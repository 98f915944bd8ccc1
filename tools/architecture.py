"""Import contract of our own: rooms talk through their public files."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

PARTS_OF_A_FILE = 3


class ModulePrivacy(Contract):
    """Report every import of another room's file that is not public."""

    root = fields.StringField()
    public = fields.ListField(subfield=fields.StringField())
    open_modules = fields.ListField(subfield=fields.StringField())
    exempt_importers = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - the library's signature
        breaches = [
            (importer, imported)
            for importer in sorted(graph.find_descendants(str(self.root)))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._is_breach(importer, imported)
        ]
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["breaches"]:
            output.print_error(f"{importer} reaches into {imported}, which is not public.")

    def _is_breach(self, importer: str, imported: str) -> bool:
        target = imported.split(".")
        if target[0] != str(self.root) or len(target) < PARTS_OF_A_FILE:
            return False
        own = importer.split(".")[1] if "." in importer else ""
        room, file = target[1], target[2]
        if own == room or own in list(self.exempt_importers) or room in list(self.open_modules):  # type: ignore[call-overload] # fields become lists at run time
            return False
        return file not in list(self.public)  # type: ignore[call-overload] # fields become lists at run time
