# cmake -D FROM=web/bundle -D INTO=web_files.cc -P embed_web.cmake: every file of the web page as a constant, with its path in a
# URL, its content type and an ETag of its bytes. Not #embed: ccache does not track what that reads, and would reuse old files.
cmake_policy(VERSION 3.25)
set(type_of_html "text/html; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_txt "text/plain; charset=utf-8")
set(type_of_json "application/json")
set(type_of_svg "image/svg+xml")
set(type_of_png "image/png")
set(type_of_woff2 "font/woff2")

file(GLOB_RECURSE names RELATIVE ${FROM} ${FROM}/*)
if(NOT "index.html" IN_LIST names)
  message(FATAL_ERROR "${FROM} has no index.html")
endif()
set(files "")
foreach(name IN LISTS names)
  string(REGEX REPLACE "^.*\\." "" extension ${name})
  if(NOT DEFINED type_of_${extension})
    message(FATAL_ERROR "cmake/embed_web.cmake has no content type for ${name}")
  endif()
  file(READ ${FROM}/${name} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
  file(SHA256 ${FROM}/${name} hash)
  string(SUBSTRING ${hash} 0 32 etag)
  string(REGEX REPLACE "^index\\.html$" "" path ${name})
  string(APPEND files "    WebFile{\"/${path}\", \"${type_of_${extension}}\", \"${etag}\", {\"${bytes}\", ${size}}},\n")
endforeach()
file(WRITE ${INTO} "#include \"server/web_page.h\"

#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace cameo::server {
namespace {

constexpr std::array kFiles{
${files}};

}  // namespace

std::span<const WebFile> web_files() { return kFiles; }

}  // namespace cameo::server
")
