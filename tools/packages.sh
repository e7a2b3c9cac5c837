# Debian's packages, their purpose, and their installation. Sourced by ./dev.
#
# A line is one need: the names of packages that belong together, or alternatives with | between them, of which the first
# is installed whose packages are all in apt's lists. The words after # are its purpose; the message about a missing package has them too.

# needs_of GROUP: its lines.
needs_of() {
    sed -E '/^ *#/d' <<'LIST' | awk -v group="$1:" '$1 ~ /:$/ { on = $1 == group; next } on && NF { sub(/^ +/, ""); print }'
build:
    clang-19                # the compiler; Debian's gcc 12 miscompiles coroutines
    lld-19                  # links in about a second
    libclang-rt-19-dev      # sanitizers and the fuzzer
    cmake                   # configures the build
    ninja-build             # runs it
    ccache                  # a clean build after the first is quick
    libboost1.81-dev libboost-json1.81-dev | libboost-dev libboost-json-dev # Asio, URL, intrusive, JSON; 1.81 or newer
    pkg-config              # finds libraries
    libssl-dev              # TLS, signatures and hashes
    libcurl4-openssl-dev    # fetches the keys of identity providers
    libsqlite3-dev          # the catalog
    zlib1g-dev              # inflates uploads
    libjpeg62-turbo-dev | libjpeg-turbo8-dev # decodes and encodes photos
    libzimg-dev             # resamples them
    libpng-dev              # decodes PNG
    libwebp-dev             # decodes WebP, and writes the tests'
    libgif-dev              # decodes GIF, and writes the tests'
    libheif-dev             # decodes HEIC and AVIF; 1.15 or newer
    libheif-plugin-libde265 | libheif1 # HEIC for libheif, which has it built in where no package of plugins is
    libheif-plugin-dav1d | libheif1 # AVIF for libheif, likewise
    libseccomp-dev          # restricts the image worker
    liblcms2-dev            # colours to sRGB
    libcsv-dev              # reads photos and names out of CSV files
    libicu-dev              # compares file names in one normal form
    libarchive-dev          # writes and reads backups as tar
    libfmt-dev              # formats text
    libtomlplusplus-dev     # the settings file
    libcli11-dev            # the command line
    prometheus-cpp-dev      # metrics
    libgtest-dev libgmock-dev # unit tests
    libbenchmark-dev        # benchmarks of single functions
run:
    curl                    # the lines that the demo prints to try
node:
    npm                     # fetches Node; Debian's own is 18
test:
    chromium | chromium-browser # the page of examples/
    curl                    # the lines that the demo prints, pasted
    sqlite3                 # makes the catalogs of earlier versions, locks the catalog as another process
    libheif-plugin-x265 | libheif1 # writes the tests' HEIC, as for decoding
    libheif-plugin-aomenc | libheif1 # writes the tests' AVIF
    nginx-light             # a cache and a proxy in front
    haproxy                 # a proxy that shares its connections among clients
clients:
    python3-venv            # the SDK from PyPI
    openjdk-17-jdk-headless | openjdk-21-jdk-headless # the SDK from Maven
    maven                   # fetches it
    php-cli php-curl        # the SDK from Packagist, which needs curl for HTTP/2
    composer unzip          # fetches it
corpus:
    python3-pil             # decodes the pictures to compare with
    python3-numpy           # compares them
    libavif-bin             # decodes AVIF, to compare with
    libheif-examples        # decodes HEIC, to compare with
check:
    clang-format-19         # the layout of sources
    clang-tidy-19           # names and habits of C++
    cppcheck                # other findings than clang-tidy's
symbols:
    llvm-19                 # function names in a sanitizer's report
fresh:
    debootstrap             # bare roots of Debian
bench:
    libvips-dev             # the picture pipeline to measure against
    nginx-light             # the server to measure against
    wrk                     # the load
    openssl                 # a certificate for both
    curl
LIST
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "root or sudo is needed to run: $*"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"
}

# Tests start nginx and haproxy themselves, so apt must not start them as services of the machine.
apt_install() (
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '%s\n' '#!/bin/sh' '# From ./dev of Cameo while it installs packages; may be removed when it does not.' 'exit 101' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    quietly apt_get install --yes --no-install-recommends "$@"
)

install_packages() {
    apt_install "$@" && return
    # Old lists name files that the mirror has removed.
    quietly apt_get update
    apt_install "$@" || fail "apt could not install: $*"
}

# need GROUP...: installs what is missing of these groups.
need() {
    local lines packages unknown
    command -v dpkg-query >/dev/null || fail 'this is not a Debian system; tools/packages.sh lists what is needed'
    mapfile -t lines < <(for group in "$@"; do needs_of "$group"; done | sort -u)
    choose "${lines[@]}"
    if [ ${#unknown[@]} -gt 0 ]; then
        quietly apt_get update # a bare machine has no lists yet
        choose "${lines[@]}"
    fi
    [ ${#unknown[@]} -eq 0 ] || fail_for_unknown
    [ ${#packages[@]} -gt 0 ] || return 0
    say "installing: ${packages[*]}"
    install_packages "${packages[@]}"
}

# choose LINE...: sets `packages` to the packages to install, `unknown` to the lines without an alternative in apt's lists.
choose() {
    local line name names alternatives alternative chosen
    local -A is_installed=() is_known=()
    packages=() unknown=()
    mapfile -t names < <(printf '%s\n' "${@%%#*}" | tr '|' ' ' | xargs -n 1 | sort -u)
    while read -r name; do is_installed[$name]=1; done < <(installed "${names[@]}")
    for line in "$@"; do
        IFS='|' read -r -a alternatives <<<"${line%%#*}"
        if has_all is_installed "${alternatives[0]}"; then continue; fi
        # Only where a first choice is not installed, since it takes a moment.
        if [ ${#is_known[@]} -eq 0 ]; then
            while read -r name; do is_known[$name]=1; done < <(known_to_apt "${names[@]}")
        fi
        chosen=
        for alternative in "${alternatives[@]}"; do
            if has_all is_known "$alternative"; then chosen=$alternative && break; fi
        done
        [ -n "$chosen" ] || unknown+=("$line")
        for name in $chosen; do
            [ -n "${is_installed[$name]:-}" ] || packages+=("$name")
            is_installed[$name]=1 # once, although several lines need it
        done
    done
}

# has_all SET NAMES: whether each of the space-separated names is a key of the associative array.
has_all() {
    local -n set_=$1
    local name
    for name in $2; do
        [ -n "${set_[$name]:-}" ] || return 1
    done
}

installed() {
    dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p'
}

# Those of the names that apt can install or that are installed.
known_to_apt() {
    LC_ALL=C apt-cache policy "$@" 2>/dev/null |
        awk '/^[^ ]/ { name = $1; sub(/:.*/, "", name) } /^  Candidate:/ && $2 != "(none)" { print name }'
}

fail_for_unknown() {
    local line
    for line in "${unknown[@]}"; do
        say "apt knows no $(xargs <<<"${line%%#*}" | sed 's/ | / nor /g'), which is needed: ${line#*# }" >&2
    done
    fail "Debian 12 and 13 have these. Check that apt's sources are complete ('main' is enough) and the output of 'apt-get update'.
Another system may have them under another name: add it in tools/packages.sh, or build without ./dev: cmake --preset release"
}
