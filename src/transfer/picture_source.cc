#include "transfer/picture_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/encoding.h"
#include "base/file.h"
#include "base/text.h"
#include "photo/crop.h"
#include "transfer/csv.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

// Windows saves JPEGs of browsers as .jfif; Sony and Canon write HEIF as .hif.
constexpr std::array<std::string_view, 13> kExtensions{".jpg",  ".jpeg", ".jpe",  ".jfif", ".pjpeg",
                                                       ".pjp",  ".png",  ".webp", ".gif",  ".heic",
                                                       ".heif", ".hif",  ".avif"};

bool is_picture(const fs::path& file) {
    return std::ranges::find(kExtensions, to_lower(file.extension().native())) != kExtensions.end();
}

Result<PictureSource::Picture> picture_of(Result<Bytes> bytes, std::optional<photo::Crop> crop) {
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return PictureSource::Picture{*std::move(bytes), crop};
}

class FolderSource final : public PictureSource {
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
            return picture_of(read_upload(file, limit), std::nullopt);
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

namespace fs = std::filesystem;
using Fields = std::vector<std::string>;

constexpr std::array<std::string_view, 5> kNaming{"id", "userPrincipalName", "mail", "mailNickname",
                                                  "displayName"};

std::optional<std::size_t> column_of(const Fields& header, std::string_view name) {
    const auto found = std::ranges::find_if(
        header, [&](const auto& field) { return equals_ignoring_case(trim(field), name); });
    if (found == header.end()) return std::nullopt;
    return static_cast<std::size_t>(found - header.begin());
}

struct Columns {
    std::size_t name = 0;
    std::size_t content = 0;
    bool content_is_file = false;
    std::optional<std::size_t> crop = std::nullopt;
};

struct Layout {
    Columns columns;
    Pattern pattern;
};

// The column that identifies owners, with its pattern.
std::optional<std::pair<std::size_t, Pattern>> naming_column(const Fields& header, OwnerKind kind,
                                                             std::string_view preferred) {
    std::vector<std::string> candidates{std::string(preferred)};
    for (const auto name : kNaming) candidates.push_back(fmt::format("{{{}}}", name));
    for (const auto& text : candidates) {
        auto pattern = Pattern::parse(text, kind);
        if (!pattern || text.size() < 2) continue;
        if (const auto column = column_of(header, text.substr(1, text.size() - 2)))
            return std::pair{*column, std::move(*pattern)};
    }
    return std::nullopt;
}

Result<Layout> layout_of(const Fields& header, OwnerKind kind, std::string_view preferred) {
    auto naming = naming_column(header, kind, preferred);
    if (!naming)
        return fail(Fault::malformed,
                    "the first row has no column that identifies the owner: "
                    "userPrincipalName, mail, id, displayName");
    const auto photo = column_of(header, "photo");
    const auto file = column_of(header, "file");
    if (photo.has_value() == file.has_value())
        return fail(Fault::malformed,
                    "the first row must name one column of 'photo' (base64) and 'file' (a path)");
    return Layout{
        {naming->first, photo ? *photo : *file, file.has_value(), column_of(header, "crop")},
        std::move(naming->second)};
}

// Base64 has four digits for three bytes; line breaks and padding add a little.
std::size_t longest_field(std::size_t upload_bytes) {
    return upload_bytes / 3 * 4 + upload_bytes / 16 + 1'024;
}

class RowSource final : public PictureSource {
  public:
    RowSource(fs::path file, const photo::UploadLimits& limits)
        : file_(std::move(file)), limits_(limits) {}

    Result<Layout> scan(OwnerKind kind, std::string_view preferred) {
        if (auto started = start(); !started) return std::unexpected(started.error());
        auto header = reader_->next();
        if (!header) return std::unexpected(std::move(header.error()));
        if (!*header) return fail(Fault::malformed, "the file is empty");
        auto layout = layout_of((*header)->fields, kind, preferred);
        if (!layout) return layout;
        columns_ = layout->columns;
        if (columns_.crop)  // its pictures may be larger
            if (auto again = rewind(); !again) return std::unexpected(std::move(again.error()));
        while (true) {
            auto row = reader_->next();
            if (!row) return std::unexpected(std::move(row.error()));
            if (!*row) return layout;
            auto name = field(**row, columns_.name);
            items_.push_back(
                {fmt::format("{} row {}", file_.filename().native(), (*row)->number), name});
        }
    }

    // Back to the first row after the header.
    Result<void> rewind() {
        auto started = start();
        if (started) (void)reader_->next();
        next_ = 0;
        return started;
    }

    const std::vector<Item>& items() const override { return items_; }
    std::size_t ignored() const override { return 0; }

    Loader loader(std::size_t position) override {
        auto row = row_at(position);
        if (!row) return [error = row.error()] { return std::unexpected(error); };
        const auto crop = crop_in(*row);
        if (!crop) return [error = crop.error()] { return std::unexpected(error); };
        const auto limit = photo::RenderOptions{.crop = *crop}.byte_limit(limits_);
        auto content = field(*row, columns_.content);
        if (columns_.content_is_file)
            return [file = file_.parent_path() / content, limit, crop = *crop] {
                return picture_of(read_upload(file, limit), crop);
            };
        return [text = std::move(content), limit, crop = *crop] {
            return picture_of(decode(text, limit), crop);
        };
    }

  private:
    static std::string field(CsvReader::Row& row, std::size_t column) {
        return column < row.fields.size() ? std::string(trim(row.fields[column])) : std::string();
    }

    Result<std::optional<photo::Crop>> crop_in(CsvReader::Row& row) const {
        const auto text = columns_.crop ? field(row, *columns_.crop) : std::string();
        if (text.empty()) return std::nullopt;
        return photo::parse_crop(text);
    }

    static Result<Bytes> decode(const std::string& text, std::size_t limit) {
        auto bytes = from_any_base64(text);
        if (!bytes) return fail(Fault::malformed, "The photo is not base64.");
        if (bytes->empty()) return fail(Fault::malformed, "The photo is empty.");
        if (bytes->size() > limit)
            return fail(Fault::too_large,
                        fmt::format("The photo has {} bytes; at most {} are allowed.",
                                    bytes->size(), limit));
        return std::move(*bytes);
    }

    Result<void> start() {
        stream_ = std::ifstream(file_, std::ios::binary);
        if (!stream_) return std::unexpected(system_error("cannot read", file_));
        reader_.emplace(stream_, longest_field(columns_.crop ? limits_.crop_bytes : limits_.bytes));
        return {};
    }

    Result<CsvReader::Row> row_at(std::size_t position) {
        while (true) {
            auto row = reader_->next();
            if (!row) return std::unexpected(std::move(row.error()));
            if (*row && next_++ < position) continue;
            if (!*row || field(**row, columns_.name) != items_[position].name)
                return fail(Fault::malformed, "The CSV file changed while it was read.");
            return std::move(**row);
        }
    }

    fs::path file_;
    photo::UploadLimits limits_;
    Columns columns_;
    std::vector<Item> items_;
    std::ifstream stream_;
    std::optional<CsvReader> reader_;
    std::size_t next_ = 0;  // position in items_ of the row that reader_ returns next
};

}  // namespace

Result<std::unique_ptr<PictureSource>> open_folder_source(const fs::path& folder,
                                                          std::size_t upload_bytes) {
    auto source = std::make_unique<FolderSource>(folder, upload_bytes);
    if (auto scanned = source->scan(); !scanned) return std::unexpected(std::move(scanned.error()));
    return source;
}

Result<CsvSource> open_csv_source(const fs::path& file, OwnerKind kind, std::string_view preferred,
                                  const photo::UploadLimits& limits) {
    auto source = std::make_unique<RowSource>(file, limits);
    auto layout = source->scan(kind, preferred);
    if (!layout)
        return fail(layout.error().fault,
                    fmt::format("{}: {}", file.native(), layout.error().detail));
    if (auto ready = source->rewind(); !ready) return std::unexpected(std::move(ready.error()));
    return CsvSource{std::move(source), std::move(layout->pattern)};
}

}  // namespace cameo::transfer
