// The reader of HEIF's item tables, and the copies of the file that it makes for the decoder.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "image/heif_file.h"

namespace {

using cameo::Bytes;
using cameo::image::HeifFile;

void require(bool holds) {
    if (!holds) std::abort();
}

// Read again, the copy shows that item, without any alpha.
void check_copy(const Bytes& copy, std::size_t size, std::uint32_t primary) {
    require(copy.size() == size);
    const auto again = HeifFile::read(copy);
    require(again && again->primary().id == primary && !again->alpha());
    require(again->colour_only() == copy);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = HeifFile::read({data, size});
    if (!file) return 0;
    require(file->primary().transformations.size() <= 3);
    check_copy(file->colour_only(), size, file->primary().id);
    if (file->alpha()) check_copy(file->alpha_only(), size, file->alpha()->id);
    return 0;
}
