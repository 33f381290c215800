"""The content of a message or a view, and how it is made from a notice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.slack.views.text import Block, View
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Content:
    """What is shown: a message (`text` and `blocks`), or a whole `view`."""

    text: str = ""
    blocks: tuple[Block, ...] = ()
    view: View | None = None

    @property
    def digest(self) -> str:
        """A digest that is the same exactly when what is shown is the same."""
        shown = json.dumps([self.text, self.blocks, self.view], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(shown.encode()).hexdigest()


# None: there is nothing left to say.
Render = Callable[[Store, NoticeRow, datetime], Content | None]
