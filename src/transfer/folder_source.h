#pragma once

#include <filesystem>
#include <memory>

#include "transfer/source.h"

namespace cameo::transfer {

// The pictures of a folder and its subfolders, by extension (jpg jpeg png webp gif heic heif avif),
// in the order of their paths. A name is the file's without its extension. Names that begin with a
// dot are passed over; links to files are followed, links to folders not. Fault::internal where
// the folder cannot be read. Pictures over `upload_bytes` are not read.
Result<std::unique_ptr<Source>> open_folder_source(const std::filesystem::path& folder,
                                                   std::size_t upload_bytes);

}  // namespace cameo::transfer
