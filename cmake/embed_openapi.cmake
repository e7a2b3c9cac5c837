# cmake -D DOCS=docs -D INTO=openapi_document.cc -P embed_openapi.cmake: openapi.yaml and openapi.json as constants, each with an
# ETag of its bytes. Not #embed: ccache does not track what that reads, and would reuse an old document.
set(documents "")
foreach(form yaml json)
  file(READ ${DOCS}/openapi.${form} text)
  file(SHA256 ${DOCS}/openapi.${form} hash)
  string(SUBSTRING ${hash} 0 32 etag)
  string(APPEND documents "    {\"/openapi.${form}\", \"application/${form}\", \"${etag}\", R\"openapi(${text})openapi\"},\n")
endforeach()
file(WRITE ${INTO} "#include \"server/operator_pages.h\"

#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace cameo::server {

const std::array<OpenApiDocument, 2> kOpenApiDocuments{{
${documents}}};

}  // namespace cameo::server
")
