#!/usr/bin/env bash
# include_rules.sh [FOLDER]: the include lint. Prints file:line: rule for each broken one; status 1 if any is.
# Which module may include which is the table in include_rules.awk, the same as in ARCHITECTURE.md. bench/ and fuzz/ stand
# outside src, as commands does: they may include every module.
set -euo pipefail
program=$(realpath "$(dirname "$0")/include_rules.awk")
cd "${1:-.}"

mapfile -t files < <(find src bench fuzz -name "*.h" -o -name "*.cc" | sort)
awk -f "$program" "${files[@]}"
