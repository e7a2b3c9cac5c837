#include <algorithm>
#include <array>
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

// libjpeg calls the monitor at every row of blocks of a multi-scan file, with the number of the
// scan that it reads.
struct ScanLimit {
    static void check(j_common_ptr info) {
        if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
        reinterpret_cast<ScanLimit*>(info->progress)->exceeded = true;
        JpegErrorHandler::fail(info);
    }

    jpeg_progress_mgr manager{.progress_monitor = check,
                              .pass_counter = 0,
                              .pass_limit = 0,
                              .completed_passes = 0,
                              .total_passes = 0};  // first, as libjpeg returns a pointer to it
    bool exceeded = false;
};

class Decoder {
  public:
    explicit Decoder(ByteView file) : opened_(open(file)) {}
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
            jpeg_start_decompress(&info_);
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
            jpeg_finish_decompress(&info_);
        });
    }

    // Pixels have interleaved bytes: RGB, or CMYK for CMYK and YCCK.
    bool start_pixels() {
        return errors_.run([&] {
            info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
            jpeg_start_decompress(&info_);
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
            jpeg_finish_decompress(&info_);
        });
    }

    std::unexpected<Error> error() const {
        if (scans_.exceeded)
            return fail(Fault::invalid_image,
                        "The JPEG has more than " + std::to_string(kMaxScans) + " scans.");
        return fail(Fault::invalid_image, "The JPEG is damaged or truncated.");
    }

  private:
    bool open(ByteView file) {
        info_.err = errors_.manager();
        return errors_.run([&] {
            jpeg_create_decompress(&info_);
            info_.progress = &scans_.manager;
            jpeg_mem_src(&info_, file.data(), file.size());
            jpeg_save_markers(&info_, kProfileMarker, kWholeMarker);
            jpeg_read_header(&info_, TRUE);
        });
    }
    int group_rows() const { return info_.max_v_samp_factor * info_.min_DCT_scaled_size; }
    static int rows_of(const jpeg_component_info& part) {
        return part.v_samp_factor * part.DCT_scaled_size;
    }

    JpegErrorHandler errors_;
    ScanLimit scans_;
    jpeg_decompress_struct info_{};
    bool opened_ = false;
};

// The numerator over eight. Powers of two only: libjpeg-turbo has vector code for those, and 5/8 of
// a picture costs more than the whole of it.
int dct_scale(photo::Size size, photo::Size covering) {
    for (int scale = 1; scale < 8; scale *= 2)
        if (size.width * scale >= covering.width * 8 && size.height * scale >= covering.height * 8)
            return scale;
    return 8;
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

Result<Decoded> decode_jpeg(ByteView file, photo::Size covering, const SizeCheck& check) {
    Decoder decoder(file);
    if (!decoder.opened()) return decoder.error();
    if (auto allowed = check(decoder.size(), decoder.decodes_in_strips()); !allowed)
        return std::unexpected(allowed.error());
    if (!decoder.has_planes()) return decode_pixels(decoder);
    Bytes profile = decoder.profile();
    if (!decoder.start_planes(dct_scale(decoder.size(), covering))) return decoder.error();
    Decoded decoded{decoder.make_picture(), std::move(profile)};
    if (!decoder.read_planes(decoded.picture)) return decoder.error();
    return decoded;
}

}  // namespace cameo::image
