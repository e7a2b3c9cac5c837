#include "app/openapi_page.h"

#include <fmt/format.h>

#include "graph/conditional.h"

namespace cameo::app {

http::Reply openapi_reply(const http::Request& request) {
    const auto validator = fmt::format("ETag: \"{}\"\r\nCache-Control: no-cache\r\n", kOpenApiEtag);
    if (graph::none_match_names(request, kOpenApiEtag)) return {.status = 304, .fields = validator};
    return {.status = 200,
            .fields = "Content-Type: application/yaml\r\n" + validator,  // RFC 9512
            .body = http::SharedText(kOpenApiDocument, nullptr)};
}

}  // namespace cameo::app
