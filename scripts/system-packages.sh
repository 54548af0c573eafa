#!/bin/sh
# What the two commands need beside Python: installed with apt where it is missing, and said so before.
set -eu

missing=""
need() { # need COMMAND-OR-FILE PACKAGE WHAT-FOR
	if command -v "$1" >/dev/null 2>&1 || [ -e "$1" ]; then
		return
	fi
	missing="$missing $2"
	printf '  %s: %s\n' "$2" "$3" >&2
}

need chromium chromium "测试在真实浏览器中打开页面 / tests open the pages in a real browser"
need /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk "测试与截图中的汉字 / Chinese characters in tests and screenshots"
need soffice libreoffice-calc-nogui "测试用真正的表格程序打开补正工作簿 / tests open the mending workbook in a real spreadsheet program"
if ! python3.11 -c 'import ensurepip' >/dev/null 2>&1 && ! [ -x .venv/bin/python ]; then
	missing="$missing python3.11-venv"
	printf '  python3.11-venv: %s\n' "建立 .venv / makes .venv" >&2
fi

if [ -z "$missing" ]; then
	exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
	as_root="sudo"
fi
if ! command -v apt-get >/dev/null 2>&1 || { [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; }; then
	printf '请先安装 / please install first:%s\n' "$missing" >&2
	exit 1
fi
printf '用 apt 安装以上软件 / installing the above with apt\n' >&2
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
