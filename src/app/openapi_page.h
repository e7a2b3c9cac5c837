#pragma once

#include <string_view>

#include "http/reply.h"
#include "http/request.h"

namespace cameo::app {

// docs/openapi.yaml, embedded by the build (cmake/embed_openapi.cmake), and its ETag without
// quotes.
extern const std::string_view kOpenApiDocument;
extern const std::string_view kOpenApiEtag;

// The answer to a GET or HEAD of /openapi.yaml: the document, or 304 where If-None-Match names it.
// Never blocks. Thread-safe.
http::Reply openapi_reply(const http::Request& request);

}  // namespace cameo::app
