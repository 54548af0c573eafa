#!/bin/sh
# Compiles every translation in the source tree: .po is what people write, .mo is what the program reads and git ignores.
set -eu

find src/openxin -name '*.po' | while read -r messages; do
	msgfmt --check-format --output-file="${messages%.po}.mo" "$messages"
done
