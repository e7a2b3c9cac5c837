"""The client that openapi-python-client makes, used as generators.mjs says."""

import base64
import io
import json
import os

from photos import AuthenticatedClient
from photos.api.photos import (
    get_my_photo,
    get_my_photo_content,
    get_my_photo_content_by_size,
    get_user_photo,
    replace_my_photo_content,
)
from photos.models.profile_photo import ProfilePhoto
from photos.types import File

client = AuthenticatedClient(base_url=os.environ["CAMEO_URL"], token=os.environ["CAMEO_TOKEN"])


def text(file):
    return base64.b64encode(file.payload.read()).decode()


picture = File(payload=io.BytesIO(base64.b64decode(os.environ["CAMEO_PICTURE"])))
before = get_my_photo_content.sync(client=client)
upload = replace_my_photo_content.sync_detailed(client=client, body=picture)
metadata = get_my_photo.sync(client=client)
assert isinstance(metadata, ProfilePhoto), metadata
missing = get_user_photo.sync(os.environ["CAMEO_WITHOUT_PHOTO"], client=client)
said = {
    "before": before.error.code.value,
    "upload": upload.status_code.value,
    "photo": text(get_my_photo_content.sync(client=client)),
    "small": text(get_my_photo_content_by_size.sync("48x48", client=client)),
    "metadata": {"id": metadata.id, "width": metadata.width},
    "missing": missing.error.code.value,
    "message": missing.error.message,
}
print(json.dumps(said))
