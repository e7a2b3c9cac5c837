# The include graph of the C++ files that are given as arguments, read from their #include "..." lines.
# awk -v want=closure: for each source (.cc), a line "source header header ...": every header it reads, directly or not.
# awk -v want=includers -v of="a.h b.cc": those of the files that include one of these directly, one a line.
FNR == 1 { files[++count] = FILENAME; known[FILENAME] = 1 }
match($0, /^[ \t]*#[ \t]*include[ \t]*"[^"]*"/) {
    header = substr($0, RSTART, RLENGTH)
    gsub(/^[^"]*"|"$/, "", header)
    edges[++edge_count] = FILENAME "\t" header
}
END {
    for (i = 1; i <= edge_count; i++) {
        split(edges[i], edge, "\t")
        folder = edge[1]
        sub(/[^\/]*$/, "", folder)
        # An include names a file below src/ or one beside the file that includes it.
        header = (("src/" edge[2]) in known) ? "src/" edge[2] : folder edge[2]
        if (!(header in known)) continue
        includes[edge[1]] = includes[edge[1]] " " header
        included_by[header] = included_by[header] " " edge[1]
    }
    if (want == "closure") {
        for (i = 1; i <= count; i++)
            if (files[i] ~ /\.cc$/) print files[i] included_from(files[i])
    } else {
        n = split(of, headers, " ")
        for (i = 1; i <= n; i++) {
            m = split(included_by[headers[i]], found, " ")
            for (j = 1; j <= m; j++) once[found[j]] = 1
        }
        for (file in once) print file | "sort"
    }
}

# The headers that a file reads, each after a space.
function included_from(file,    seen, queue, head, tail, names, n, i, line) {
    seen[file] = 1
    queue[tail = 1] = file
    for (head = 1; head <= tail; head++) {
        n = split(includes[queue[head]], names, " ")
        for (i = 1; i <= n; i++) {
            if (names[i] in seen) continue
            seen[names[i]] = 1
            queue[++tail] = names[i]
            line = line " " names[i]
        }
    }
    return line
}
