"""Pictures for the bodies that take one: the file that CAMEO_PICTURE names, whole and cut off."""

import os
from pathlib import Path

import schemathesis
from hypothesis import strategies as st

picture = Path(os.environ["CAMEO_PICTURE"]).read_bytes()
pictures = st.just(picture) | st.integers(0, len(picture)).map(lambda end: picture[:end])
for media_type in ("image/*", "application/octet-stream"):
    schemathesis.openapi.media_type(media_type, pictures)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """What two extensions of the document say, as responses and schemas, so that Schemathesis checks it too."""
    responses = list(raw_schema["components"]["responses"].values())
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].update(operation.get("x-conditional", {}))
                responses.extend(operation["responses"].values())
    for response in responses:
        if "x-codes" in response:
            body = response["content"]["application/json"]
            code = {"properties": {"error": {"properties": {"code": {"enum": response["x-codes"]}}}}}
            body["schema"] = {"allOf": [body["schema"], code]}
