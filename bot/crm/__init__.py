"""CRM data in: sources, their mapping files, and what of a row can be used and what is rejected."""
