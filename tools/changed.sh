# Sourced: which C++ files a change touches. `./dev check` reads these and what includes them.

# The C++ files of the project, those that git ignores left out.
cxx_files() {
    git ls-files --cached --others --exclude-standard -- src bench fuzz tests/faults | grep -E '\.(h|cc)$' | sort -u |
        while read -r file; do [ ! -e "$file" ] || printf '%s\n' "$file"; done
}

# base_commit: the commit that a change is compared with. That is where HEAD left main or origin/main, the nearer of the two.
# Where HEAD has no commit beyond them, it is HEAD if there are uncommitted changes, else the commit before HEAD.
base_commit() {
    local branch base count nearest= least=
    for branch in main origin/main; do
        base=$(git merge-base HEAD "$branch" 2>/dev/null) || continue
        count=$(git rev-list --count "$base..HEAD")
        [ "$count" -gt 0 ] || continue
        if [ -z "$least" ] || [ "$count" -lt "$least" ]; then nearest=$base least=$count; fi
    done
    if [ -n "$nearest" ]; then
        printf '%s\n' "$nearest"
    elif [ -n "$(git status --porcelain)" ]; then
        git rev-parse HEAD
    else
        git rev-parse --verify --quiet HEAD~1 || git hash-object -t tree /dev/null # the first commit: against nothing
    fi
}

# changed_files BASE: the C++ files that differ from BASE, committed or not, and those git does not know yet.
changed_files() {
    {
        git diff --name-only --diff-filter=d "$1" -- src bench fuzz tests/faults
        git ls-files --others --exclude-standard -- src bench fuzz tests/faults
    } | grep -E '\.(h|cc)$' | sort -u
}

# closure: for each source, a line "source header header ...": every header it includes, directly or not.
closure() {
    local files
    mapfile -t files < <(cxx_files)
    awk -v want=closure -f tools/include_graph.awk "${files[@]}"
}

# includers FILE...: the files that include one of these directly.
includers() {
    local files
    mapfile -t files < <(cxx_files)
    awk -v want=includers -v of="$*" -f tools/include_graph.awk "${files[@]}"
}
