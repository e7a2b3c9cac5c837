#pragma once

#include <string>
#include <string_view>

namespace cameo::transfer {

// `name` as a file system can hold it, without an extension: slashes, backslashes, control
// characters and what else no common file system takes (`<>:"|?*`) become `_`, as does a dot at
// the front; spaces and dots at the end go; at most 200 bytes, cut between characters. Never empty
// unless `name` is; never `.` or `..`. The same for a name that is safe already.
std::string safe_file_name(std::string_view name);

// What names are compared by: safe, and A to Z as a to z.
std::string match_key(std::string_view name);

}  // namespace cameo::transfer
