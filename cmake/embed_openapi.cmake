# cmake -D FROM=docs/openapi.yaml -D INTO=openapi_document.cc -P embed_openapi.cmake: the document as a constant, with an
# ETag of its bytes. Not #embed: ccache does not track what that reads, and would reuse an old document.
file(READ ${FROM} text)
file(SHA256 ${FROM} hash)
string(SUBSTRING ${hash} 0 32 etag)
file(WRITE ${INTO} "#include \"server/operator_pages.h\"

#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace cameo::server {

const std::string_view kOpenApiDocument = R\"openapi(${text})openapi\";
const std::string_view kOpenApiEtag = \"${etag}\";

}  // namespace cameo::server
")
