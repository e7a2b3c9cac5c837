#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/owner.h"
#include "transfer/pattern.h"
#include "transfer/source.h"

namespace cameo::transfer {

// The pictures of a CSV file whose first row names its columns, without regard to letter case: one
// by a property that tells people apart (userPrincipalName, mail, id, displayName and what else has
// one text), and `photo` (base64) or `file` (a path, relative to the CSV file's folder). Other
// columns are passed over. Read twice, so that everybody is matched before anything changes; only
// the names stay in memory.
struct CsvSource {
    std::unique_ptr<Source> source;
    Pattern pattern;  // of the column that names people
};

// Where several columns could name people, that of `preferred` does (a Pattern's text), else the
// first of id, userPrincipalName, mail, mailNickname, displayName. Fault::malformed, with the row,
// where the file cannot be read or its first row lacks a column.
Result<CsvSource> open_csv_source(const std::filesystem::path& file, OwnerKind kind,
                                  std::string_view preferred, std::size_t upload_bytes);

}  // namespace cameo::transfer
