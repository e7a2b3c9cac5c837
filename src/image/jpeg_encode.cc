#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <stdexcept>

#include "image/codecs.h"
#include "image/jpeg_error_handler.h"

namespace cameo::image {
namespace {

// libjpeg's destination manager: a vector that doubles when full. libjpeg expects an empty buffer
// then, so it gets the part after the written bytes.
class Destination {
  public:
    explicit Destination(std::size_t expected) : bytes_(expected) {
        manager_.init_destination = [](j_compress_ptr info) { self(info).write_from(0); };
        manager_.empty_output_buffer = grow;
        manager_.term_destination = [](j_compress_ptr info) {
            self(info).bytes_.resize(self(info).bytes_.size() - self(info).manager_.free_in_buffer);
        };
    }
    Destination(const Destination&) = delete;
    Destination& operator=(const Destination&) = delete;
    ~Destination() = default;

    jpeg_destination_mgr* manager() { return &manager_; }
    Bytes take() { return {bytes_.begin(), bytes_.end()}; }

  private:
    static Destination& self(j_compress_ptr info) {
        return *reinterpret_cast<Destination*>(info->dest);
    }
    static boolean grow(j_compress_ptr info) {
        const std::size_t full = self(info).bytes_.size();
        try {
            self(info).bytes_.resize(2 * full);
        } catch (const std::bad_alloc&) {  // must not pass through the library's frames
            return FALSE;                  // which the library reports as an error
        }
        self(info).write_from(full);
        return TRUE;
    }
    void write_from(std::size_t at) {
        manager_.next_output_byte = bytes_.data() + at;
        manager_.free_in_buffer = bytes_.size() - at;
    }

    jpeg_destination_mgr manager_{};  // first, so that a pointer to it is a pointer to the class
    Bytes bytes_;
};

class Encoder {
  public:
    explicit Encoder(std::size_t expected) : destination_(expected) {
        info_.err = errors_.manager();
        require(errors_.run([&] { jpeg_create_compress(&info_); }));
        info_.dest = destination_.manager();
    }
    ~Encoder() { jpeg_destroy_compress(&info_); }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    void start(const Picture& picture) {
        require(errors_.run([&] {
            info_.image_width = static_cast<JDIMENSION>(picture.size.width);
            info_.image_height = static_cast<JDIMENSION>(picture.size.height);
            info_.input_components = picture.grey() ? 1 : 3;
            info_.in_color_space = picture.grey() ? JCS_GRAYSCALE : JCS_YCbCr;
            jpeg_set_defaults(&info_);
            jpeg_set_quality(&info_, kQuality, TRUE);
            info_.raw_data_in = TRUE;
            info_.optimize_coding =
                std::max(picture.size.width, picture.size.height) <= kOptimisedUpToSide ? TRUE
                                                                                        : FALSE;
            if (picture.grey()) {  // libjpeg would read two rows of blocks of the one component
                info_.comp_info[0].h_samp_factor = 1;
                info_.comp_info[0].v_samp_factor = 1;
            }
            jpeg_start_compress(&info_, TRUE);
        }));
    }

    void write(Picture& picture) {
        require(errors_.run([&] {
            constexpr int kMaxRows = 2 * DCTSIZE;
            std::array<std::array<JSAMPROW, kMaxRows>, 3> rows{};
            std::array<JSAMPARRAY, 3> planes{rows[0].data(), rows[1].data(), rows[2].data()};
            const int group_rows = info_.max_v_samp_factor * DCTSIZE;
            for (int group = 0; info_.next_scanline < info_.image_height; ++group) {
                for (std::size_t c = 0; c < picture.components.size(); ++c) {
                    Plane& plane = picture.components[c].plane;
                    const int count = info_.comp_info[c].v_samp_factor * DCTSIZE;
                    for (int y = 0; y < count; ++y)
                        rows[c][static_cast<std::size_t>(y)] =
                            plane.row(std::min(group * count + y, plane.height() - 1));
                }
                jpeg_write_raw_data(&info_, planes.data(), static_cast<JDIMENSION>(group_rows));
            }
            jpeg_finish_compress(&info_);
        }));
    }

    Bytes take() { return destination_.take(); }

  private:
    static void require(bool done) {
        if (!done) throw std::runtime_error("the JPEG encoder failed");
    }

    JpegErrorHandler errors_;
    Destination destination_;
    jpeg_compress_struct info_{};
};

// The encoder reads whole blocks; padding that does not repeat the edge costs bits.
void replicate_right_edge(Plane& plane) {
    const int padding = (plane.width() + DCTSIZE - 1) / DCTSIZE * DCTSIZE - plane.width();
    if (padding == 0) return;
    for (int y = 0; y < plane.height(); ++y) {
        std::uint8_t* end = plane.row(y) + plane.width();
        std::memset(end, end[-1], static_cast<std::size_t>(padding));
    }
}

}  // namespace

Bytes encode_jpeg(Picture& picture) {
    for (Component& component : picture.components) replicate_right_edge(component.plane);
    const auto pixels = static_cast<std::size_t>(picture.size.width) *
                        static_cast<std::size_t>(picture.size.height);
    Encoder encoder(4096 + pixels / 4);
    encoder.start(picture);
    encoder.write(picture);
    return encoder.take();
}

}  // namespace cameo::image
