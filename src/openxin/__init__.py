"""OpenXin (信): a rights-first public register of credit records. Begin with docs/ and the storeys in pyproject.toml."""
