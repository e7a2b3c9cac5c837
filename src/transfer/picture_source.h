#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/image_renderer.h"
#include "photo/photo.h"
#include "transfer/name_pattern.h"

namespace cameo::transfer {

// Pictures to import, each with the name of its owner. Implementations: a folder, a CSV file.
class PictureSource {
  public:
    struct Item {
        std::string label;  // for output: a path, or a row
        std::string name;   // of its owner, for matching
    };
    struct Picture {
        Bytes bytes;
        std::optional<photo::Crop> crop;
    };
    // May be called on any thread. Fault::too_large, with both numbers, if the picture has more
    // bytes than the limit; Fault::malformed, with the reason, if it cannot be read or its crop is
    // none.
    using Loader = std::function<Result<Picture>()>;

    virtual ~PictureSource() = default;

    virtual const std::vector<Item>& items() const = 0;
    virtual std::size_t ignored() const = 0;  // files whose names are not those of pictures

    // REQUIRES: one thread at a time, with ascending positions in items().
    virtual Loader loader(std::size_t position) = 0;
};

// The pictures of a folder and its subfolders, by extension (jpg jpeg jpe jfif pjpeg pjp png webp
// gif heic heif hif avif), in the order of their paths. The name is the file's without its
// extension. Skips names that begin with a dot; follows links to files but not to folders.
// Fault::internal if
// the folder cannot be read. Pictures over `upload_bytes` are not read.
Result<std::unique_ptr<PictureSource>> open_folder_source(const std::filesystem::path& folder,
                                                          std::size_t upload_bytes);

// The pictures of a CSV file whose first row names its columns, in any letter case: one property
// that identifies owners (userPrincipalName, mail, id, displayName or another property with one
// text), and `photo` (base64) or `file` (a path, relative to the CSV file's folder); `crop` (as
// photo::parse_crop; empty for none) may be there too. Other columns are ignored. The file is read
// twice, so that all owners are matched before anything changes; only the names stay in memory.
struct CsvSource {
    std::unique_ptr<PictureSource> source;
    Pattern pattern;  // of the column that identifies owners
};

// If several columns could identify owners, `preferred` (a Pattern's text) is used, else the first
// of id, userPrincipalName, mail, mailNickname, displayName. Fault::malformed, with the row, if the
// file cannot be read or its first row lacks a column.
Result<CsvSource> open_csv_source(const std::filesystem::path& file, OwnerKind kind,
                                  std::string_view preferred, const photo::UploadLimits& limits);

}  // namespace cameo::transfer
