"""What schemathesis has to be told of this API: a piece of a photo is plain bytes."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
