#!/usr/bin/env bash
# fresh.sh RELEASE [COMMAND...]: the command, `./dev test` unless told, on a clean clone of HEAD in a bare root of that
# Debian release: bash, git, apt and certificates. It shows an install step that a used machine hides. The root is made by
# debootstrap from where this machine's apt has Debian, once, and copied for each run; apt's proxies, npm's settings and
# trusted certificates are this machine's too.
set -euo pipefail
source tools/console.sh
release=$1
shift
[ $# -gt 0 ] || set -- ./dev test
bare=build/fresh/$release

# Where apt has the repositories of this label.
repository() {
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        awk -v label="$1" '$1 == label { print $2; exit }'
}

make_bare() {
    local mirror security
    mirror=$(repository Debian) security=$(repository Debian-Security)
    [ -n "$mirror" ] || fail "fresh: apt's lists have no Debian repository; does 'apt-get update' end well?"
    say "making: a bare root of $release in $bare"
    rm -rf --one-file-system "$bare"
    mkdir -p "$bare"
    # In a namespace of its own, so that a run that is interrupted leaves nothing mounted.
    quietly unshare --mount debootstrap --variant=minbase --include=git,ca-certificates "$release" "$bare" "$mirror"
    {
        echo "deb $mirror $release main"
        echo "deb $mirror $release-updates main"
        [ -z "$security" ] || echo "deb $security $release-security main"
    } >"$bare/etc/apt/sources.list"
    apt-config dump Acquire::http Acquire::https >"$bare/etc/apt/apt.conf.d/90fetching"
    touch "$bare.made"
}

# copy FILE...: those of this machine that it has, as what their links lead to. A link in the root is replaced: it leads to
# where this machine has its own file.
copy() {
    local file
    for file in "$@"; do
        [ ! -e "$file" ] || cp -rL --remove-destination --parents "$file" "$root/"
    done
}

# The variables that say how this machine reaches registries.
fetching_variables() {
    env | grep -E '^(https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|npm_config_[a-z_]+|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)=' || true
}

[ -e "$bare.made" ] || make_bare
root=$(mktemp -d "$bare.XXXXXX")
chmod 755 "$root"
trap 'rm -rf --one-file-system "$root"' EXIT
cp -a "$bare/." "$root/"
copy /etc/resolv.conf /etc/hosts /etc/npmrc /etc/ssl/certs /usr/local/share/ca-certificates
[ ! -e "$HOME/.npmrc" ] || cp -L "$HOME/.npmrc" "$root/root/"
git clone --quiet . "$root/root/cameo"

mapfile -t variables < <(fetching_variables)
say "running: $* in a bare root of $release"
status=0
# What is mounted is seen in a namespace of its own, and gone with it: removing the root can reach nothing else.
unshare --mount --pid --fork --kill-child bash -euc '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount -t sysfs sys "$root/sys"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" "$@"
' fresh "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    "${variables[@]}" bash -c 'cd /root/cameo && exec "$@"' fresh "$@" || status=$?
say "$release: '$*' ended with status $status after $((SECONDS / 60)) min $((SECONDS % 60)) s"
exit $status
