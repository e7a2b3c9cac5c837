#include "image/jpeg_decode.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "image/colour.h"
#include "image/decoders.h"
#include "image/jpeg_trap.h"

namespace cameo::image {
namespace {

// The tallest group of rows that libjpeg hands out at once: four block rows of sixteen samples.
constexpr int kMaxGroupRows = 4 * 16;

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
    photo::Size size() const {
        return {static_cast<int>(info_.image_width), static_cast<int>(info_.image_height)};
    }

    bool start(int scale) {
        return trap_.run([&] {
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

    bool read(Picture& picture) {
        return trap_.run([&] {
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

    // Bytes of a pixel are interleaved: RGB, or CMYK for CMYK and YCCK.
    bool start_pixels() {
        return trap_.run([&] {
            info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
            jpeg_start_decompress(&info_);
        });
    }
    bool has_ink() const { return info_.out_color_space == JCS_CMYK; }

    bool read_pixels(Picture& picture, const CmykToRgb& ink) {
        const auto width = static_cast<std::size_t>(picture.size.width);
        std::vector<std::uint8_t> pixels(width * static_cast<std::size_t>(info_.output_components));
        std::vector<std::uint8_t> rgb(width * 3);
        return trap_.run([&] {
            while (info_.output_scanline < info_.output_height) {
                const int y = static_cast<int>(info_.output_scanline);
                JSAMPROW row = has_ink() ? pixels.data() : rgb.data();
                jpeg_read_scanlines(&info_, &row, 1);
                if (has_ink()) ink.convert(pixels.data(), rgb.data(), picture.size.width);
                set_row(picture, y, rgb.data(), 3);
            }
            jpeg_finish_decompress(&info_);
        });
    }

  private:
    bool open(ByteView file) {
        info_.err = trap_.manager();
        return trap_.run([&] {
            jpeg_create_decompress(&info_);
            jpeg_mem_src(&info_, file.data(), file.size());
            jpeg_read_header(&info_, TRUE);
        });
    }
    int group_rows() const { return info_.max_v_samp_factor * info_.min_DCT_scaled_size; }
    static int rows_of(const jpeg_component_info& part) {
        return part.v_samp_factor * part.DCT_scaled_size;
    }

    JpegTrap trap_;
    jpeg_decompress_struct info_{};
    bool opened_ = false;
};

std::unexpected<Error> damaged() {
    return fail(Fault::invalid_image, "The JPEG is damaged or truncated.");
}

}  // namespace

// Powers of two only: libjpeg-turbo has vector code for those, and 5/8 of a picture costs more than
// the whole of it.
int dct_scale(photo::Size size, photo::Size covering) {
    for (int scale = 1; scale < 8; scale *= 2)
        if (size.width * scale >= covering.width * 8 && size.height * scale >= covering.height * 8)
            return scale;
    return 8;
}

Result<std::optional<Picture>> decode_jpeg(ByteView file, photo::Size covering) {
    Decoder decoder(file);
    if (!decoder.opened()) return damaged();
    if (!decoder.has_planes()) return std::nullopt;
    const int scale = dct_scale(decoder.size(), covering);
    if (!decoder.start(scale)) return damaged();
    Picture picture = decoder.make_picture();
    if (!decoder.read(picture)) return damaged();
    return picture;
}

Result<Decoded> decode_jpeg_colours(ByteView file, Bytes profile, const SizeCheck& check) {
    Decoder decoder(file);
    if (!decoder.opened()) return damaged();
    if (auto allowed = check(decoder.size()); !allowed) return std::unexpected(allowed.error());
    if (!decoder.start_pixels()) return damaged();
    Decoded decoded{full_picture(decoder.size(), false), {}};
    const CmykToRgb ink(decoder.has_ink() ? ByteView(profile) : ByteView());
    if (!decoder.read_pixels(decoded.picture, ink)) return damaged();
    if (!decoder.has_ink()) decoded.profile = std::move(profile);
    return decoded;
}

}  // namespace cameo::image
