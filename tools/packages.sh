# Debian 12's packages, why each is here, and how they arrive. Sourced by ./dev.

# Words after # are for people.
packages_of() {
    sed 's/#.*//' <<'LIST' | awk -v group="$1:" '$1 ~ /:$/ { on = $1 == group; next } on && NF { print $1 }'
build:
    clang-19                # the compiler; Debian's gcc 12 miscompiles coroutines
    lld-19                  # links in a second
    libclang-rt-19-dev      # sanitizers and the fuzzer
    cmake
    ninja-build
    ccache                  # a clean build after the first is quick
    pkg-config
    libboost1.81-dev        # Asio, URL, intrusive
    libboost-json1.81-dev
    libssl-dev              # TLS, signatures and hashes
    libcurl4-openssl-dev    # fetches the keys of identity providers
    libsqlite3-dev          # the catalog
    zlib1g-dev              # inflates uploads
    libjpeg62-turbo-dev     # decodes and encodes photos
    libzimg-dev             # resamples them
    libpng-dev              # decode the other formats; webp and gif also write the tests' pictures
    libwebp-dev
    libgif-dev
    libheif-dev             # HEIC and AVIF
    libseccomp-dev          # locks the image worker in
    liblcms2-dev            # colours to sRGB
    libcsv-dev              # reads photos and names out of CSV files
    libarchive-dev          # writes and reads backups as tar
    libfmt-dev
    libtomlplusplus-dev     # the settings file
    libcli11-dev            # the command line
    prometheus-cpp-dev      # metrics
    libgtest-dev
    libgmock-dev
    libbenchmark-dev
run:
    curl                    # the lines that the demo prints to try
node:
    npm                     # fetches Node; Debian's own is 18
test:
    chromium                # the page of examples/
    sqlite3                 # makes the catalogs of earlier versions
    curl                    # the lines that the demo prints, pasted
    sqlite3                 # locks the catalog as another process
    nginx-light             # a cache and a proxy in front
    haproxy                 # a proxy that shares its connections among clients
clients:
    python3-venv            # the SDK from PyPI
    openjdk-17-jdk-headless # the SDK from Maven
    maven
check:
    clang-format-19
    clang-tidy-19
    cppcheck
symbols:
    llvm-19                 # function names in a sanitizer's report
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

# Whether apt's lists name every package. A bare machine has no lists yet.
apt_knows() { apt-get install -qq --simulate --no-install-recommends "$@" >/dev/null 2>&1; }

install_packages() {
    apt_knows "$@" || quietly apt_get update
    quietly apt_get install --yes --no-install-recommends "$@" && return
    # Lists that have grown old name files which the mirror no longer has.
    quietly apt_get update
    quietly apt_get install --yes --no-install-recommends "$@" || fail "apt could not install: $*"
}

# need GROUP...: installs what is missing of these groups.
need() {
    local wanted missing
    command -v dpkg-query >/dev/null || fail 'this is not a Debian system; CONTRIBUTING.md lists what is needed'
    mapfile -t wanted < <(for group in "$@"; do packages_of "$group"; done | sort -u)
    mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") <(installed "${wanted[@]}"))
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing: ${missing[*]}"
    install_packages "${missing[@]}"
}

installed() {
    dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p' | sort -u
}
