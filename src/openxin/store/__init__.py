"""How rows are kept in PostgreSQL: schema files, roles, readers of row security, and bulk COPY.

The lowest floor. It knows no table of another room. Begin with `session.py` (who reads) and `schema.py` (SQL files).
"""
