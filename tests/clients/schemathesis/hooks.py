"""Pictures for the bodies that take one: the file that CAMEO_PICTURE names, whole and cut off."""

import os
from pathlib import Path

import schemathesis
from hypothesis import strategies as st

picture = Path(os.environ["CAMEO_PICTURE"]).read_bytes()
pictures = st.just(picture) | st.integers(0, len(picture)).map(lambda end: picture[:end])
for media_type in ("image/*", "application/octet-stream"):
    schemathesis.openapi.media_type(media_type, pictures)
