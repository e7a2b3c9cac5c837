# The include lint; tools/include_rules.sh runs it over every source. One pass over the lines, then the rules that
# need the whole include graph.
BEGIN {
    # module: the modules that it may include, beside itself
    may_include("base", "")
    may_include("photo", "base")
    may_include("directory", "base")
    may_include("matching", "directory base")
    may_include("access", "directory base")
    may_include("image", "photo base")
    may_include("image_worker", "image photo base")
    may_include("fetch", "base")
    may_include("http", "base")
    may_include("ops", "base")
    may_include("store", "photo directory base")
    may_include("store/contract", "store photo directory base")
    may_include("store/memory", "store photo directory base")
    may_include("store/files", "photo directory base")
    may_include("store/sqlite", "store photo directory base")
    may_include("store/postgres", "store photo directory base")
    may_include("store/s3", "photo directory base")
    may_include("transfer", "photo directory matching base")
    may_include("control", "transfer photo access graph http fetch base")
    may_include("graph", "photo directory matching access http base")
    may_include("config", "photo directory access image_worker http graph base")
    may_include("demo", "photo directory access image base")
    may_include("server", "photo directory access fetch image_worker store/files store/sqlite transfer http graph ops config base")
    split("store/contract store/memory store/files image", list, " ")
    for (i in list) test_may_include[list[i]] = 1 # what a test may include besides

    # library headers: the only module that may include them
    only("^boost/(asio|beast)", "http")
    only("^sqlite3", "store/sqlite")
    only("^curl/", "fetch")
    only("^(jpeglib\\.h|jerror\\.h|png\\.h|webp/|gif_lib\\.h|libheif/|zimg|lcms2)", "image")
    only("^seccomp\\.h", "image_worker")
    only("^(csv|archive|archive_entry)\\.h", "transfer")
    only("^unicode/", "matching")
    only("^(libpq|pgsql/|postgresql/)", "store/postgres")
    only("^toml\\+\\+/", "config")
    only("^CLI/", "commands")
    foreign = "^(boost|openssl|fmt|spdlog|prometheus|webp|libheif|toml\\+\\+|CLI|curl|pgsql|postgresql|benchmark|unicode)/|^(sqlite3|jpeglib|jerror|png|gif_lib|zimg\\+*|lcms2|zlib|seccomp|libpq-fe|csv|archive|archive_entry)\\.h"
    machine = "/(work|home|root)" "/" # split, so that this file does not violate the rule
}

function may_include(module, others,    names, n, i) {
    known[module] = 1
    n = split(others, names, " ")
    for (i = 1; i <= n; i++) open[module, names[i]] = 1
}

function only(pattern, module) { keeper[pattern] = module }

# The module of a path below src/: store/sqlite/x.h is in store/sqlite, http/x.h in http.
function module_of(path,    parts, n) {
    n = split(path, parts, "/")
    if (n < 2) return ""
    return parts[1] == "store" && n > 2 ? parts[1] "/" parts[2] : parts[1]
}

function broken(rule) { report(FILENAME ":" FNR, rule) }
function report(place, rule) { print place ": " rule; failures++ }

function may(from, to) {
    return from == to || from == "commands" || (from, to) in open || (is_test && to in test_may_include)
}

function judge_quoted(header,    to) {
    to = module_of(header)
    if (header ~ /(^|\/)\.\.\//) { broken("an include does not climb with ../"); return }
    if (outside) return
    if (to == "" || !((to in known) || to == "commands")) { broken("an include carries its module: \"" header "\""); return }
    if (!may(module, to)) broken(module " may not include " to)
    if (module != to && !is_test) public[header] = 1
    inside[path] = inside[path] " " header
}

function judge_angled(header,    pattern) {
    if (outside) return
    for (pattern in keeper)
        if (header ~ pattern && module != keeper[pattern]) broken("only " keeper[pattern] " may include <" header ">")
    if (header ~ foreign && path ~ /\.h$/) carries[path] = carries[path] " " FNR ":" header
}

FNR == 1 {
    headers_without_once(previous)
    previous = FILENAME
    outside = FILENAME !~ /^src\//
    path = FILENAME
    sub(/^src\//, "", path)
    module = module_of(path)
    # A module's tests, the helpers they share, and the program that one of them kills.
    is_test = path ~ /(_test\.cc|_testing\.(h|cc))$/
    if (!outside && !(module in known) && module != "commands") broken("the module " module " has no row in tools/include_rules.awk")
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

# A header is public when another module includes it, or when a public one includes it.
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
