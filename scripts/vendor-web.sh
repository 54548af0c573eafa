#!/bin/sh
# After `npm ci`: copies what the pages and the journeys need out of node_modules, so that neither needs npm.
set -eu

from=node_modules/@digdir/designsystemet-css
to=src/openxin/web/static/openxin/vendor
mkdir -p "$to"
{
	echo '/* Parts of @digdir/designsystemet-css 1.22.0. MIT: designsystemet.LICENSE */'
	echo '@layer ds.theme, ds.base, ds.components;'
	printf '@layer ds.base{' && cat "$from/dist/src/base.css" && echo '}'
	printf '@layer ds.components{'
	for part in heading link button tag details alert skip-link; do cat "$from/dist/src/$part.css"; done
	echo '}'
} >"$to/designsystemet.css"
cp "$from/LICENSE" "$to/designsystemet.LICENSE"
cp node_modules/axe-core/axe.min.js tests/journeys/axe.min.js
