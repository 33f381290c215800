"""The store: tables, repositories by aggregate, the unit of work, and the migrations' way in."""
