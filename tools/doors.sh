#!/usr/bin/env bash
# doors.sh [FOLDER]: the include lint. Prints file:line: rule for each broken one; status 1 if any is.
# Which room may include which is the table in doors.awk, the same as in ARCHITECTURE.md. bench/ and fuzz/ stand
# outside the house, as app does: every door is open to them.
set -euo pipefail
program=$(realpath "$(dirname "$0")/doors.awk")
cd "${1:-.}"

mapfile -t files < <(find src bench fuzz -name "*.h" -o -name "*.cc" | sort)
awk -f "$program" "${files[@]}"
