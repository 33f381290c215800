"""The declarative base: one MetaData, names for every constraint, and the workspace each row belongs to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.types import JsonValue, Money, UtcDateTime


class Base(DeclarativeBase):
    """All tables of the product. Queries select columns; no instance of these classes is ever loaded."""

    # Named constraints: SQLite can change a table in a later migration only by naming what it drops.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the attribute's shape is SQLAlchemy's
        datetime: UtcDateTime(),
        Decimal: Money(),
        dict[str, Any]: JsonValue,
        list[dict[str, Any]]: JsonValue,
    }


class InWorkspace:
    """A row belongs to one workspace; every query names it."""

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), sort_order=-8)


class HasId(InWorkspace):
    """A row with an id of its own, made by `bot.store.ids.new_id`."""

    id: Mapped[str] = mapped_column(primary_key=True, sort_order=-9)


class FromSource(HasId):
    """A row that a CRM knows under an id of its own."""

    source: Mapped[str] = mapped_column(sort_order=-7)
    external_id: Mapped[str] = mapped_column(sort_order=-6)
