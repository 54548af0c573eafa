"""What an operator does: make an installation, run the embedded server, look after it. Never touches a record.

Begin with `installation.py` (what an installation is), then `setup.py` (`init`), `embedded.py` (the server that comes with the
package), `doctor.py` (is everything as it must be?).
"""
