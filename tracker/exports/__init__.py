"""Exports: what is handed over and taken in. Rows are built once and written in every format."""
