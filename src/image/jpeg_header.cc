#include "image/jpeg_header.h"

#include <cstring>
#include <map>
#include <optional>

#include "image/byte_reader.h"
#include "image/exif_orientation.h"

namespace cameo::image {
namespace {

using namespace std::string_view_literals;

constexpr int kStartOfImage = 0xD8;
constexpr int kEndOfImage = 0xD9;
constexpr int kStartOfScan = 0xDA;
constexpr int kApp1 = 0xE1;
constexpr int kApp2 = 0xE2;
constexpr auto kExif = "Exif\0\0"sv;
constexpr auto kIcc = "ICC_PROFILE\0"sv;  // then the piece's number and their count: ICC.1 B.4

bool is_frame(int marker) {  // SOF0 to SOF15 without DHT, JPG and DAC, which lie among them
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool stands_alone(int marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= kStartOfImage);
}

class Walk {
  public:
    explicit Walk(ByteView file) : file_(file) {}

    Result<JpegHeader> run() {
        while (const auto marker = next_marker()) {
            if (*marker == kEndOfImage) break;
            if (stands_alone(*marker)) continue;
            const auto segment = take_segment();
            if (!segment) break;
            if (auto done = visit(*marker, *segment); !done) return std::unexpected(done.error());
        }
        if (components_ == 0 || header_.scans == 0)
            return fail(Fault::invalid_image, "The JPEG ends before its picture begins.");
        join_profile();
        return std::move(header_);
    }

  private:
    // Skips whatever lies before it, which inside a scan is the coded data: there 0xFF is followed
    // by zero or a restart marker.
    std::optional<int> next_marker() {
        while (at_ + 1 < file_.size()) {
            const void* found = std::memchr(file_.data() + at_, 0xFF, file_.size() - at_ - 1);
            if (found == nullptr) break;
            at_ = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - file_.data());
            const int marker = file_[at_ + 1];
            if (marker == 0xFF) {
                ++at_;
                continue;
            }
            at_ += 2;
            if (marker != 0) return marker;
        }
        return std::nullopt;
    }

    // Without its length; nullopt where the file ends inside.
    std::optional<ByteView> take_segment() {
        if (file_.size() - at_ < 2) return std::nullopt;
        const std::size_t length = be16(file_, at_);
        if (length < 2 || file_.size() - at_ < length) return std::nullopt;
        const ByteView segment = file_.subspan(at_ + 2, length - 2);
        at_ += length;
        return segment;
    }

    Result<void> visit(int marker, ByteView segment) {
        if (is_frame(marker)) return visit_frame(marker, segment);
        if (marker == kStartOfScan) return visit_scan(segment);
        if (marker == kApp1 && !saw_exif_ && has_text(segment, 0, kExif)) {
            saw_exif_ = true;
            header_.orientation = exif_orientation(segment.subspan(kExif.size()));
        }
        if (marker == kApp2 && has_text(segment, 0, kIcc) && segment.size() > kIcc.size() + 2) {
            pieces_of_profile_ = segment[kIcc.size() + 1];
            profile_.emplace(segment[kIcc.size()], segment.subspan(kIcc.size() + 2));
        }
        return {};
    }

    Result<void> visit_frame(int marker, ByteView segment) {
        if (segment.size() < 6 || components_ != 0)
            return fail(Fault::invalid_image, "The JPEG has a damaged frame header.");
        const bool sequential = marker == 0xC0 || marker == 0xC1;
        const bool progressive = marker == 0xC2;
        if (segment[0] != 8 || (!sequential && !progressive))
            return fail(Fault::unsupported_format,
                        "Arithmetic, lossless, hierarchical and 12-bit JPEGs are not taken.");
        header_.size = {static_cast<int>(be16(segment, 3)), static_cast<int>(be16(segment, 1))};
        header_.single_scan = sequential;
        components_ = segment[5];
        if (header_.size.shorter_side() == 0 || components_ == 0)
            return fail(Fault::invalid_image, "The JPEG declares a picture without pixels.");
        return {};
    }

    Result<void> visit_scan(ByteView segment) {
        if (components_ == 0 || segment.empty())
            return fail(Fault::invalid_image, "The JPEG has a scan before its frame header.");
        ++header_.scans;
        if (segment[0] != components_) header_.single_scan = false;
        if (header_.single_scan) at_ = file_.size();  // nothing that matters comes after
        return {};
    }

    void join_profile() {
        if (profile_.empty() || profile_.size() != pieces_of_profile_ ||
            profile_.begin()->first != 1 || profile_.rbegin()->first != pieces_of_profile_)
            return;
        for (const auto& [number, piece] : profile_)
            header_.profile.insert(header_.profile.end(), piece.begin(), piece.end());
    }

    ByteView file_;
    std::size_t at_ = 0;
    JpegHeader header_;
    unsigned components_ = 0;
    bool saw_exif_ = false;
    std::map<unsigned, ByteView> profile_;
    unsigned pieces_of_profile_ = 0;
};

}  // namespace

Result<JpegHeader> read_jpeg_header(ByteView file) { return Walk(file).run(); }

}  // namespace cameo::image
