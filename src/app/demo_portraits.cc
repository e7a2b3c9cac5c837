#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "app/demo_organisation.h"
#include "base/text.h"
#include "image/portrait.h"

namespace cameo::app {
namespace {

namespace fs = std::filesystem;

constexpr int kPortraitSide = 720;  // pixels: more than the largest HD size

Bytes read_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

DemoPortraits::DemoPortraits(const fs::path& folder) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto extension = to_lower(entry.path().extension().string());
        if (extension == ".png" || extension == ".jpg" || extension == ".jpeg")
            files_.push_back(entry.path());
    }
    std::ranges::sort(files_);
}

DemoPicture DemoPortraits::picture(std::size_t number) const {
    if (number < files_.size()) return [file = files_[number]] { return read_file(file); };
    return [number] {
        return image::draw_portrait(kPortraitSide, static_cast<std::uint32_t>(number));
    };
}

}  // namespace cameo::app
