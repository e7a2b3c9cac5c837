# The include lint; tools/doors.sh runs it over every source. One pass over the lines, then the rules that
# need the whole picture.
BEGIN {
    # room: the rooms it may include, beside its own
    door("base", "")
    door("photo", "base")
    door("directory", "base")
    door("access", "directory base")
    door("image", "photo base")
    door("image_worker", "image photo base")
    door("fetch", "base")
    door("http", "base")
    door("ops", "base")
    door("store/contract", "photo directory base")
    door("store/memory", "photo directory base")
    door("store/files", "photo directory base")
    door("store/sqlite", "photo directory base")
    door("store/postgres", "photo directory base")
    door("store/s3", "photo directory base")
    door("transfer", "photo directory base")
    door("control", "transfer photo base")
    door("graph", "photo directory access http base")
    split("store/contract store/memory store/files image", list, " ")
    for (i in list) test_door[list[i]] = 1 # what a test may take besides, to have something real to talk to

    # library headers: the only room that may include them
    only("^boost/(asio|beast)", "http")
    only("^sqlite3", "store/sqlite")
    only("^curl/", "fetch")
    only("^(jpeglib\\.h|jerror\\.h|png\\.h|webp/|gif_lib\\.h|libheif/|zimg|lcms2)", "image")
    only("^seccomp\\.h", "image_worker")
    only("^(csv|archive|archive_entry)\\.h", "transfer")
    only("^(libpq|pgsql/|postgresql/)", "store/postgres")
    only("^(toml\\+\\+/|CLI/)", "app")
    foreign = "^(boost|openssl|fmt|spdlog|prometheus|webp|libheif|toml\\+\\+|CLI|curl|pgsql|postgresql|benchmark)/|^(sqlite3|jpeglib|jerror|png|gif_lib|zimg\\+*|lcms2|zlib|seccomp|libpq-fe|csv|archive|archive_entry)\\.h"
    machine = "/(work|home|root)" "/" # split, so that the rule does not break itself
}

function door(room, others,    names, n, i) {
    known[room] = 1
    n = split(others, names, " ")
    for (i = 1; i <= n; i++) open[room, names[i]] = 1
}

function only(pattern, room) { keeper[pattern] = room }

# The room of a path below src/: store/sqlite/x.h is in store/sqlite, http/x.h in http.
function room_of(path,    parts, n) {
    n = split(path, parts, "/")
    if (n < 2) return ""
    return parts[1] == "store" && n > 2 ? parts[1] "/" parts[2] : parts[1]
}

function broken(rule) { report(FILENAME ":" FNR, rule) }
function report(place, rule) { print place ": " rule; failures++ }

function may(from, to) {
    return from == to || from == "app" || (from, to) in open || (is_test && to in test_door)
}

function judge_quoted(header,    to) {
    to = room_of(header)
    if (header ~ /(^|\/)\.\.\//) { broken("an include does not climb with ../"); return }
    if (outside) return
    if (to == "" || !((to in known) || to == "app")) { broken("an include carries its room: \"" header "\""); return }
    if (!may(room, to)) broken(room " may not include " to)
    if (room != to && !is_test) public[header] = 1
    inside[path] = inside[path] " " header
}

function judge_angled(header,    pattern) {
    if (outside) return
    for (pattern in keeper)
        if (header ~ pattern && room != keeper[pattern]) broken("only " keeper[pattern] " may include <" header ">")
    if (header ~ foreign && path ~ /\.h$/) carries[path] = carries[path] " " FNR ":" header
}

FNR == 1 {
    headers_without_once(previous)
    previous = FILENAME
    outside = FILENAME !~ /^src\//
    path = FILENAME
    sub(/^src\//, "", path)
    room = room_of(path)
    # A room's tests, the helpers they share, and the program that one of them kills.
    is_test = path ~ /(_test\.cc|_testing\.(h|cc)|\/crash_writer\.cc)$/
    if (!outside && !(room in known) && room != "app") broken("the room " room " has no row in tools/doors.awk")
}
/^#pragma once/ { once[FILENAME] = 1 }
/[^\001-\177]/ { broken("sources are plain ASCII") }
$0 ~ machine { broken("no path of one machine") }
match($0, /^[ \t]*#[ \t]*include[ \t]*["<][^">]*/) {
    header = substr($0, RSTART, RLENGTH)
    quoted = header ~ /"/
    sub(/^[^"<]*["<]/, "", header)
    if (quoted) judge_quoted(header)
    else judge_angled(header)
}

function headers_without_once(file) {
    if (file ~ /\.h$/ && !(file in once)) report(file ":1", "a header has #pragma once")
}

# A header is public when another room includes it, or when a public one includes it.
function spread(    header, names, n, i, changed) {
    do {
        changed = 0
        for (header in public) {
            n = split(inside[header], names, " ")
            for (i = 1; i <= n; i++) if (!(names[i] in public)) { public[names[i]] = 1; changed = 1 }
        }
    } while (changed)
}

END {
    headers_without_once(previous)
    spread()
    for (header in carries) {
        if (!(header in public)) continue
        n = split(carries[header], places, " ")
        for (i = 1; i <= n; i++) {
            cut = index(places[i], ":")
            report("src/" header ":" substr(places[i], 1, cut - 1), "a public header shows no foreign library: <" substr(places[i], cut + 1) ">")
        }
    }
    exit failures > 0
}
