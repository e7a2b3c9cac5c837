#!/usr/bin/env bash
# fresh.sh RELEASE [COMMAND...]: the command, `./dev test` by default, in a clean clone of HEAD in a bare root of that
# Debian release: bash, git, apt and certificates. It detects a missing install step that a used machine hides. debootstrap makes
# the root once, from the mirror of this machine's apt, and each run uses a copy. apt's proxies, npm's settings and
# trusted certificates are copied from this machine too.
set -euo pipefail
source tools/console.sh
release=$1
shift
[ $# -gt 0 ] || set -- ./dev test
bare=build/fresh/$release

# The address of apt's repositories with this label.
repository() {
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        awk -v label="$1" '$1 == label { print $2; exit }'
}

make_bare() {
    local mirror security
    mirror=$(repository Debian) security=$(repository Debian-Security)
    [ -n "$mirror" ] || fail "fresh: apt's lists have no Debian repository; does 'apt-get update' succeed?"
    say "making: a bare root of $release in $bare"
    rm -rf --one-file-system "$bare"
    mkdir -p "$bare"
    # In a separate mount namespace, so that an interrupted run leaves nothing mounted.
    quietly unshare --mount debootstrap --variant=minbase --include=git,ca-certificates "$release" "$bare" "$mirror"
    {
        echo "deb $mirror $release main"
        echo "deb $mirror $release-updates main"
        [ -z "$security" ] || echo "deb $security $release-security main"
    } >"$bare/etc/apt/sources.list"
    apt-config dump Acquire::http Acquire::https >"$bare/etc/apt/apt.conf.d/90fetching"
    touch "$bare.made"
}

# copy FILE...: the existing ones of these files of this machine, with links resolved. A link in the root is replaced, since
# its target is a path of this machine.
copy() {
    local file
    for file in "$@"; do
        [ ! -e "$file" ] || cp -rL --remove-destination --parents "$file" "$root/"
    done
}

# The variables that configure this machine's access to registries.
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
# The mounts exist in a separate namespace and end with it, so that removing the root cannot reach anything else.
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
