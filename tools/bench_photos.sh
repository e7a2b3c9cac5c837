#!/usr/bin/env bash
# bench_photos.sh FOLDER: once, JPEGs of different cameras and makers for the picture benchmark, from two Debian
# packages of wallpapers (63 MB). Files above the upload limit are left out.
set -euo pipefail
source tools/console.sh
folder=$1
if [ -e "$folder.complete" ]; then exit 0; fi
source tools/pictures.sh

say 'fetching: photographs to measure with (63 MB of Debian packages)'
mkdir -p "$folder"
unpack "$folder" mate-backgrounds './usr/share/backgrounds/mate/nature/*.jpg' 's,.*/,,' ||
    fail "the photographs could not be fetched: $(cat "$pictures_work/errors")"
unpack "$folder" lomiri-wallpapers-16.04 '*.jpg' 's,.*/,,' ||
    fail "the photographs could not be fetched: $(cat "$pictures_work/errors")"
find "$folder" -size +4000000c -delete
find "$folder" -type l -delete
touch "$folder.complete"
