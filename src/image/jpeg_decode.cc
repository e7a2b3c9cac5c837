#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "image/codecs.h"
#include "image/colour.h"
#include "image/jpeg_error_handler.h"

namespace cameo::image {
namespace {

// The tallest group of rows that libjpeg returns at once: four block rows of sixteen samples.
constexpr int kMaxGroupRows = 4 * 16;

constexpr int kProfileMarker = JPEG_APP0 + 2;
constexpr unsigned kWholeMarker = 0xFFFF;

// The file in memory. Behind its end libjpeg reads end-of-image markers, which it does not take for
// coded data: where those are missing, it warns.
struct Source {
    explicit Source(ByteView file) {
        manager.next_input_byte = file.data();
        manager.bytes_in_buffer = file.size();
        manager.init_source = [](j_decompress_ptr) {};
        manager.fill_input_buffer = pass_the_end;
        manager.skip_input_data = skip;
        manager.resync_to_restart = jpeg_resync_to_restart;
        manager.term_source = [](j_decompress_ptr) {};
    }

    static boolean pass_the_end(j_decompress_ptr info) {
        static constexpr std::array<JOCTET, 2> kEnd{0xFF, JPEG_EOI};
        reinterpret_cast<Source*>(info->src)->has_ended = true;
        info->src->next_input_byte = kEnd.data();
        info->src->bytes_in_buffer = kEnd.size();
        return TRUE;
    }

    static void skip(j_decompress_ptr info, long bytes) {
        const std::size_t skipped =
            std::min(static_cast<std::size_t>(std::max(bytes, 0L)), info->src->bytes_in_buffer);
        info->src->next_input_byte += skipped;
        info->src->bytes_in_buffer -= skipped;
    }

    // Of the file, not read yet.
    ByteView rest() const {
        if (has_ended) return {};
        return {manager.next_input_byte, manager.bytes_in_buffer};
    }

    jpeg_source_mgr manager{};  // first, as libjpeg returns a pointer to it
    bool has_ended = false;
};

// Whether that marker begins a segment that may stand between two scans.
bool continues_a_picture(int marker) {
    constexpr int kCom = 0xFE;
    return marker == 0xC4 || (marker >= 0xDA && marker <= 0xDD) ||
           (marker >= JPEG_APP0 && marker <= JPEG_APP0 + 15) || marker == kCom;
}

// Whether a range of pixels begins and ends with blocks, or with the picture.
bool has_whole(double begin, double length, int block, int picture) {
    const auto is_edge = [&](double at) { return at == picture || std::fmod(at, block) == 0; };
    return is_edge(begin) && is_edge(begin + length);
}

class Decoder {
  public:
    explicit Decoder(ByteView file) : file_(file), source_(file), opened_(open()) {}
    ~Decoder() { jpeg_destroy_decompress(&info_); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    bool opened() const { return opened_; }
    bool has_planes() const {
        return (info_.jpeg_color_space == JCS_GRAYSCALE && info_.num_components == 1) ||
               (info_.jpeg_color_space == JCS_YCbCr && info_.num_components == 3);
    }
    bool decodes_in_strips() { return has_planes() && jpeg_has_multiple_scans(&info_) == FALSE; }
    photo::Size size() const {
        return {static_cast<int>(info_.image_width), static_cast<int>(info_.image_height)};
    }

    // Whether the part has all pixels of the blocks that it has any of, those of subsampled chroma
    // included.
    bool has_whole_blocks(const Region& part) const {
        return has_whole(part.left, part.width, DCTSIZE * info_.max_h_samp_factor, size().width) &&
               has_whole(part.top, part.height, DCTSIZE * info_.max_v_samp_factor, size().height);
    }

    // Empty if there is none, or pieces of it are missing or contradict each other.
    Bytes profile() {
        JOCTET* data = nullptr;
        unsigned length = 0;
        const bool read = errors_.run([&] { jpeg_read_icc_profile(&info_, &data, &length); });
        Bytes profile;
        if (read && data != nullptr) profile.assign(data, data + length);
        std::free(data);  // NOLINT(cppcoreguidelines-no-malloc): libjpeg made it with malloc
        return profile;
    }

    bool start_planes(int scale) {
        return errors_.run([&] {
            info_.scale_num = static_cast<unsigned>(scale);
            info_.scale_denom = 8;
            info_.raw_data_out = TRUE;
            info_.do_fancy_upsampling = FALSE;
            info_.out_color_space = info_.jpeg_color_space;
            start();
        });
    }

    Picture make_picture() const {
        Picture picture{size(), {}};
        for (int c = 0; c < info_.num_components; ++c) {
            const jpeg_component_info& part = info_.comp_info[c];
            const double shrink = static_cast<double>(part.DCT_scaled_size) / DCTSIZE;
            const auto width = static_cast<int>(part.downsampled_width);
            const auto height = static_cast<int>(part.downsampled_height);
            const int block_columns = static_cast<int>(part.width_in_blocks) * part.DCT_scaled_size;
            const int groups =
                (static_cast<int>(info_.output_height) + group_rows() - 1) / group_rows();
            picture.components.push_back({Plane(width, height, std::max(block_columns, width),
                                                std::max(groups * rows_of(part), height)),
                                          shrink * part.h_samp_factor / info_.max_h_samp_factor,
                                          shrink * part.v_samp_factor / info_.max_v_samp_factor});
        }
        return picture;
    }

    bool read_planes(Picture& picture) {
        return errors_.run([&] {
            std::array<std::array<JSAMPROW, kMaxGroupRows>, 3> rows{};
            std::array<JSAMPARRAY, 3> planes{rows[0].data(), rows[1].data(), rows[2].data()};
            for (int group = 0; info_.output_scanline < info_.output_height; ++group) {
                for (int c = 0; c < info_.num_components; ++c) {
                    const int count = rows_of(info_.comp_info[c]);
                    Plane& plane = picture.components[static_cast<std::size_t>(c)].plane;
                    for (int y = 0; y < count; ++y)
                        rows[static_cast<std::size_t>(c)][static_cast<std::size_t>(y)] =
                            plane.row(group * count + y);
                }
                jpeg_read_raw_data(&info_, planes.data(), static_cast<JDIMENSION>(group_rows()));
            }
            check_end();
        });
    }

    // Pixels have interleaved bytes: RGB, or CMYK for CMYK and YCCK.
    bool start_pixels() {
        return errors_.run([&] {
            info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
            start();
        });
    }
    bool is_cmyk() const { return info_.out_color_space == JCS_CMYK; }

    bool read_pixels(Picture& picture, const CmykToRgb& cmyk_to_rgb) {
        const auto width = static_cast<std::size_t>(picture.size.width);
        std::vector<std::uint8_t> pixels(width * static_cast<std::size_t>(info_.output_components));
        std::vector<std::uint8_t> rgb(width * 3);
        return errors_.run([&] {
            while (info_.output_scanline < info_.output_height) {
                const int y = static_cast<int>(info_.output_scanline);
                JSAMPROW row = is_cmyk() ? pixels.data() : rgb.data();
                jpeg_read_scanlines(&info_, &row, 1);
                if (is_cmyk()) cmyk_to_rgb.convert(pixels.data(), rgb.data(), picture.size.width);
                set_row(picture, y, rgb.data(), 3);
            }
            check_end();
        });
    }

    std::unexpected<Error> error() const {
        if (has_too_many_scans_)
            return fail(Fault::invalid_image,
                        "The JPEG has more than " + std::to_string(kMaxScans) + " scans.");
        return fail(Fault::invalid_image, "The JPEG is damaged or truncated.", errors_.message());
    }

  private:
    bool open() {
        info_.err = errors_.manager();
        return errors_.run([&] {
            jpeg_create_decompress(&info_);
            info_.src = &source_.manager;
            jpeg_save_markers(&info_, kProfileMarker, kWholeMarker);
            jpeg_read_header(&info_, TRUE);
        });
    }
    [[noreturn]] void fail_here() {
        JpegErrorHandler::fail(reinterpret_cast<j_common_ptr>(&info_));
    }

    void start() {
        const bool scans = jpeg_has_multiple_scans(&info_) == TRUE;
        info_.buffered_image = scans ? TRUE : FALSE;
        jpeg_start_decompress(&info_);
        if (!scans) return;
        read_scans();
        jpeg_start_output(&info_, info_.input_scan_number);
    }

    // Cameras leave out the end of the image and go on with other data, so the reading ends behind
    // the scan that completes the picture. Without a marker for its end, the picture must be
    // complete.
    void read_scans() {
        for (int status = JPEG_SUSPENDED; status != JPEG_REACHED_EOI;) {
            status = jpeg_consume_input(&info_);
            if (info_.input_scan_number > kMaxScans) {
                has_too_many_scans_ = true;
                fail_here();
            }
            if (status != JPEG_SCAN_COMPLETED) continue;
            note_scan();
            if (is_complete() && !continues_a_picture(next_marker())) return;
        }
        if (source_.has_ended && !is_complete()) fail_here();
    }

    void note_scan() {
        for (int i = 0; i < info_.comps_in_scan; ++i)
            scanned_.set(static_cast<std::size_t>(info_.cur_comp_info[i]->component_index));
    }

    // Whether every coefficient is there to its last bit.
    bool is_complete() const {
        for (int c = 0; c < info_.num_components; ++c) {
            if (!scanned_.test(static_cast<std::size_t>(c))) return false;
            if (info_.coef_bits == nullptr) continue;  // not progressive
            if (!std::all_of(info_.coef_bits[c], info_.coef_bits[c] + DCTSIZE2,
                             [](int bits) { return bits == 0; }))
                return false;
        }
        return true;
    }

    // The marker right behind the scan, 0 where something else is there.
    int next_marker() const {
        if (info_.unread_marker != 0) return info_.unread_marker;
        const ByteView rest = source_.rest();
        return rest.size() >= 2 && rest[0] == 0xFF ? rest[1] : 0;
    }

    // Where a picture of one scan has no end, the decoder may have taken what is behind it for
    // coded data. Codes of a table that fits a picture can all be valid for a file that was filled
    // up with one byte; other data holds markers, or too few bytes.
    void check_end() {
        constexpr std::size_t kFilling = 32;
        const ByteView rest = source_.rest();
        if (info_.buffered_image == TRUE || info_.unread_marker == JPEG_EOI ||
            rest.size() < kFilling || file_.size() - rest.size() < kFilling)
            return;
        const ByteView around = file_.subspan(file_.size() - rest.size() - kFilling, 2 * kFilling);
        if (std::ranges::count(around, around[0]) == std::ssize(around)) fail_here();
    }

    int group_rows() const { return info_.max_v_samp_factor * info_.min_DCT_scaled_size; }
    static int rows_of(const jpeg_component_info& part) {
        return part.v_samp_factor * part.DCT_scaled_size;
    }

    ByteView file_;
    JpegErrorHandler errors_;
    Source source_;
    jpeg_decompress_struct info_{};
    std::bitset<MAX_COMPONENTS> scanned_;
    bool has_too_many_scans_ = false;
    bool opened_ = false;
};

// Numerators over eight. Powers of two only: libjpeg-turbo has vector code for those, and 5/8 of
// a picture costs more than the whole of it.
constexpr int kWholeScale = 8;
int dct_scale(const Needed& needed) {
    for (int scale = 1; scale < kWholeScale; scale *= 2)
        if (needed.part.width * scale >= needed.samples.width * kWholeScale &&
            needed.part.height * scale >= needed.samples.height * kWholeScale)
            return scale;
    return kWholeScale;
}

Result<Decoded> decode_pixels(Decoder& decoder) {
    Bytes profile = decoder.profile();
    if (!decoder.start_pixels()) return decoder.error();
    Decoded decoded{full_picture(decoder.size(), false), {}};
    const CmykToRgb cmyk_to_rgb(decoder.is_cmyk() ? ByteView(profile) : ByteView());
    if (!decoder.read_pixels(decoded.picture, cmyk_to_rgb)) return decoder.error();
    if (!decoder.is_cmyk()) decoded.profile = std::move(profile);
    return decoded;
}

}  // namespace

Result<Decoded> decode_jpeg(ByteView file, const FindNeeded& find_needed, const SizeCheck& check) {
    Decoder decoder(file);
    if (!decoder.opened()) return decoder.error();
    if (auto allowed = check(decoder.size(), decoder.decodes_in_strips()); !allowed)
        return std::unexpected(allowed.error());
    if (!decoder.has_planes()) return decode_pixels(decoder);
    Bytes profile = decoder.profile();
    const Needed needed = find_needed(decoder.size());
    const int scale = decoder.has_whole_blocks(needed.part) ? dct_scale(needed) : kWholeScale;
    if (!decoder.start_planes(scale)) return decoder.error();
    Decoded decoded{decoder.make_picture(), std::move(profile)};
    if (!decoder.read_planes(decoded.picture)) return decoder.error();
    return decoded;
}

}  // namespace cameo::image
