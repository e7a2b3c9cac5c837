#!/usr/bin/env bash
# Tests the include lint on a small folder with violations: each must be reported with its line, and a folder without
# violations passes.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{bench,fuzz} "$folder"/src/{commands,config,base,photo,http,graph,image,store/sqlite,store/files}
wrong=0

# file PATH LINES...
file() { printf '%s\n' "${@:2}" >"$folder/$1"; }

# expect LINE: the lint prints exactly this for the folder; then the file is removed.
expect() {
    local said
    said=$(./include_rules.sh "$folder" || true)
    if [ "$said" != "$1" ]; then
        printf 'include_rules_test: expected: %s\n            said:     %s\n' "$1" "$said" >&2
        wrong=1
    fi
    rm -f "$folder/${1%%:*}"
}

file src/base/bytes.h '#pragma once' '#include <fmt/format.h>'
file src/base/text.h '#pragma once' '#include <string>'
file src/photo/photos.cc '#include "base/text.h"' '#include <sys/stat.h>'
file src/photo/photos_test.cc '#include "store/files/folder.h"'
file src/http/session.cc '#include <boost/asio.hpp>'
file src/commands/main.cc '#include "graph/service.h"' '#include "http/server.h"' '#include "store/sqlite/catalog.h"'
./include_rules.sh "$folder" || wrong=1

file src/photo/bad.cc '' '#include "store/sqlite/catalog.h"'
expect 'src/photo/bad.cc:2: photo may not include store/sqlite'
file src/photo/bad.cc '#include "http/reply.h"'
expect 'src/photo/bad.cc:1: photo may not include http'
file src/http/bad.cc '#include "photo/photos.h"'
expect 'src/http/bad.cc:1: http may not include photo'
file src/graph/bad.cc '#include "config/config.h"'
expect 'src/graph/bad.cc:1: graph may not include config'
file src/base/bad.cc '#include "photo/sizes.h"'
expect 'src/base/bad.cc:1: base may not include photo'
file src/graph/bad.cc '  #  include <boost/beast/core.hpp>'
expect 'src/graph/bad.cc:1: only http may include <boost/beast/core.hpp>'
file src/store/files/bad.cc '#include <sqlite3.h>'
expect 'src/store/files/bad.cc:1: only store/sqlite may include <sqlite3.h>'
file src/photo/bad.cc '#include <libheif/heif.h>'
expect 'src/photo/bad.cc:1: only image may include <libheif/heif.h>'
file src/image/bad.cc '#include <seccomp.h>'
expect 'src/image/bad.cc:1: only image_worker may include <seccomp.h>'
file src/photo/bad.cc '#include "sizes.h"'
expect 'src/photo/bad.cc:1: an include carries its module: "sizes.h"'
file src/photo/bad.cc '#include "../base/text.h"'
expect 'src/photo/bad.cc:1: an include does not climb with ../'
file src/photo/bad.h '#include <string>'
expect 'src/photo/bad.h:1: a header has #pragma once'
file src/photo/bad.cc '' '// na'$'\xc3\xaf''ve'
expect 'src/photo/bad.cc:2: sources are plain ASCII'
file src/photo/bad.cc '// see /ho''me/someone/notes'
expect 'src/photo/bad.cc:1: no path of one machine'
file src/graph/uses.cc '#include "photo/shown.h"'
file src/photo/shown.h '#pragma once' '#include "photo/bad.h"'
file src/photo/bad.h '#pragma once' '#include <openssl/evp.h>'
expect 'src/photo/bad.h:2: a public header shows no foreign library: <openssl/evp.h>'

[ $wrong -eq 0 ] && echo 'the include lint finds every broken rule'
exit $wrong
