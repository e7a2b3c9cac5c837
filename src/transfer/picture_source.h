#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/owner.h"
#include "base/result.h"
#include "transfer/name_pattern.h"

namespace cameo::transfer {

// Pictures to import, each with the name of its owner. Implementations: a folder, a CSV file.
class PictureSource {
  public:
    struct Item {
        std::string label;  // for output: a path, or a row
        std::string name;   // of its owner: to be matched
    };
    // Gives the picture's bytes; may be called on any thread. Fault::too_large where there are more
    // than the limit, with both; Fault::malformed, with the reason, where it cannot be read.
    using Loader = std::function<Result<Bytes>()>;

    virtual ~PictureSource() = default;

    virtual const std::vector<Item>& items() const = 0;
    virtual std::size_t ignored() const = 0;  // files whose names are not those of pictures

    // REQUIRES: one thread at a time, with ascending positions in items().
    virtual Loader loader(std::size_t position) = 0;
};

// The pictures of a folder and its subfolders, by extension (jpg jpeg png webp gif heic heif avif),
// in the order of their paths. A name is the file's without its extension. Names that begin with a
// dot are passed over; links to files are followed, links to folders not. Fault::internal where
// the folder cannot be read. Pictures over `upload_bytes` are not read.
Result<std::unique_ptr<PictureSource>> open_folder_source(const std::filesystem::path& folder,
                                                          std::size_t upload_bytes);

// The pictures of a CSV file whose first row names its columns, without regard to letter case: one
// by a property that tells people apart (userPrincipalName, mail, id, displayName and what else has
// one text), and `photo` (base64) or `file` (a path, relative to the CSV file's folder). Other
// columns are passed over. Read twice, so that everybody is matched before anything changes; only
// the names stay in memory.
struct CsvSource {
    std::unique_ptr<PictureSource> source;
    Pattern pattern;  // of the column that names people
};

// Where several columns could name people, that of `preferred` does (a Pattern's text), else the
// first of id, userPrincipalName, mail, mailNickname, displayName. Fault::malformed, with the row,
// where the file cannot be read or its first row lacks a column.
Result<CsvSource> open_csv_source(const std::filesystem::path& file, OwnerKind kind,
                                  std::string_view preferred, std::size_t upload_bytes);

}  // namespace cameo::transfer
