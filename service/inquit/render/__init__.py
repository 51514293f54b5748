"""Extractions for people and spreadsheets: a terminal table, an HTML page, CSV rows.

Every renderer takes the document beside its extraction, writes nothing anywhere and
returns (or yields) text. The machine's form, JSON, is `inquit.wire`'s.
"""
