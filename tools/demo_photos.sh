#!/usr/bin/env bash
# demo_photos.sh FOLDER: once, the demo's photographs from two Debian packages; docs/demo-photos.md has their
# licences. Never fails: without them the server draws its own pictures.
set -uo pipefail # and no -e, for that reason
source tools/console.sh
folder=$1
if [ -e "$folder.complete" ]; then exit 0; fi
source tools/pictures.sh

say 'fetching: demo photographs (37 MB of Debian packages, 21 pictures kept)'
mkdir -p "$folder"
# The demo uses them in order of name: the portrait first.
if unpack "$folder" python3-skimage '*/skimage/data/astronaut.png' 's,.*,00 Eileen Collins.png,' &&
    unpack "$folder" plasma-workspace-data './usr/share/plasma/avatars/photos/*.png' 's,.*/,,'; then
    touch "$folder.complete" # beside it: the folder holds pictures only
else
    say 'the photographs could not be fetched, so the demo draws its own pictures:'
    cat "$pictures_work/errors"
fi
exit 0
