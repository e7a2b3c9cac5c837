#include "transfer/folder_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kExtensions{".jpg", ".jpeg", ".png",  ".webp",
                                                      ".gif", ".heic", ".heif", ".avif"};

bool is_picture(const fs::path& file) {
    return std::ranges::find(kExtensions, to_lower(file.extension().native())) != kExtensions.end();
}

class FolderSource final : public Source {
  public:
    FolderSource(fs::path folder, std::size_t upload_bytes)
        : folder_(std::move(folder)), upload_bytes_(upload_bytes) {}

    Result<void> scan() {
        std::error_code error;
        fs::recursive_directory_iterator at(folder_, fs::directory_options::skip_permission_denied,
                                            error);
        for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error))
            visit(at);
        if (error)
            return fail(Fault::internal,
                        fmt::format("cannot read {}: {}", folder_.native(), error.message()));
        std::ranges::sort(items_, {}, &Item::label);
        return {};
    }

    const std::vector<Item>& items() const override { return items_; }
    std::size_t ignored() const override { return ignored_; }

    Loader loader(std::size_t position) override {
        return [file = folder_ / items_[position].label, limit = upload_bytes_] {
            return read_upload(file, limit);
        };
    }

  private:
    void visit(fs::recursive_directory_iterator& at) {
        std::error_code error;
        const bool hidden = at->path().filename().native().starts_with('.');
        if (at->is_directory(error) && !at->is_symlink(error)) {
            if (hidden) at.disable_recursion_pending();
        } else if (!hidden && at->is_regular_file(error) && is_picture(at->path())) {
            items_.push_back(
                {at->path().lexically_relative(folder_).native(), at->path().stem().native()});
        } else {
            ++ignored_;
        }
    }

    fs::path folder_;
    std::size_t upload_bytes_;
    std::vector<Item> items_;
    std::size_t ignored_ = 0;
};

}  // namespace

Result<std::unique_ptr<Source>> open_folder_source(const fs::path& folder,
                                                   std::size_t upload_bytes) {
    auto source = std::make_unique<FolderSource>(folder, upload_bytes);
    if (auto scanned = source->scan(); !scanned) return std::unexpected(std::move(scanned.error()));
    return source;
}

}  // namespace cameo::transfer
