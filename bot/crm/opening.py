"""A path and a mapping -> the kind of source that stands there."""

from __future__ import annotations

from pathlib import Path

from bot.crm.dated import DatedCrm, dated_folders
from bot.crm.errors import CrmSourceError
from bot.crm.folder import FolderCrm
from bot.crm.mapping import Mapping


def open_source(path: Path, mapping: Mapping) -> FolderCrm | DatedCrm:
    """Return the source at a path: a folder of dated snapshots, a folder of CSV files, or one of those files.

    Raises CrmSourceError when there is none, or when the file is not one that the mapping knows.
    """
    if path.is_file():
        known = [file.file for file in mapping.files.values()]
        if path.name not in known:
            raise CrmSourceError(f"The mapping does not know {path.name}; it knows {', '.join(known)}")
        return FolderCrm(path.parent, mapping, only=path.name)
    if not path.is_dir():
        raise CrmSourceError(f"There is no file or folder {path}")
    return DatedCrm(path, mapping) if dated_folders(path) else FolderCrm(path, mapping)
