#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <vector>

#include "image/colour.h"
#include "image/decoders.h"

namespace cameo::image {
namespace {

// Of an ICC profile, decompressed; libpng's own limit is twice that.
constexpr png_alloc_size_t kMaxChunkBytes = 4 << 20;

std::unexpected<Error> damaged() {
    return fail(Fault::invalid_image, "The PNG is damaged or truncated.");
}

// libpng's error handler must not return: it jumps to where `run` was called. Work given to `run`
// therefore holds no local that has a destructor.
class Reader {
  public:
    explicit Reader(ByteView file) : rest_(file) {
        png_ = png_create_read_struct(
            PNG_LIBPNG_VER_STRING, this, [](png_structp png, png_const_charp) { leave(png); },
            [](png_structp, png_const_charp) {});
        if (png_ != nullptr) info_ = png_create_info_struct(png_);
    }
    ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    bool read_header() {
        return info_ != nullptr && run([&] {
                   png_set_chunk_malloc_max(png_, kMaxChunkBytes);
                   png_set_read_fn(png_, this, copy_bytes);
                   png_read_info(png_, info_);
               });
    }

    photo::Size size() const {
        return {static_cast<int>(png_get_image_width(png_, info_)),
                static_cast<int>(png_get_image_height(png_, info_))};
    }

    Bytes profile() const {
        png_charp name = nullptr;
        int compression = 0;
        png_bytep data = nullptr;
        png_uint_32 length = 0;
        if (png_get_iCCP(png_, info_, &name, &compression, &data, &length) == 0) return {};
        return {data, data + length};
    }

    // Eight bits a channel, palette and transparent colour resolved.
    bool choose_output() {
        return run([&] {
            png_set_expand(png_);
            png_set_scale_16(png_);
            passes_ = png_set_interlace_handling(png_);
            png_read_update_info(png_, info_);
        });
    }
    int channels() const { return png_get_channels(png_, info_); }

    bool read_pixels(Picture& picture) {
        // Of an interlaced picture each pass fills in pixels of the same rows.
        const std::size_t row_bytes = png_get_rowbytes(png_, info_);
        const auto rows = static_cast<std::size_t>(passes_ > 1 ? picture.size.height : 1);
        std::vector<std::uint8_t> pixels(rows * row_bytes);
        return run([&] {
            for (int pass = 0; pass < passes_; ++pass)
                for (int y = 0; y < picture.size.height; ++y) {
                    std::uint8_t* row =
                        pixels.data() + (rows > 1 ? static_cast<std::size_t>(y) * row_bytes : 0);
                    png_read_row(png_, row, nullptr);
                    if (pass == passes_ - 1) set_row(picture, y, row, channels());
                }
            png_read_end(png_, nullptr);
        });
    }

  private:
    template <class Work>
    bool run(Work work) {
        if (setjmp(way_out_) != 0) return false;
        work();
        return true;
    }

    [[noreturn]] static void leave(png_structp png) {
        std::longjmp(static_cast<Reader*>(png_get_error_ptr(png))->way_out_, 1);
    }

    static void copy_bytes(png_structp png, png_bytep to, std::size_t count) {
        auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
        if (reader->rest_.size() < count) leave(png);
        std::copy_n(reader->rest_.begin(), count, to);
        reader->rest_ = reader->rest_.subspan(count);
    }

    ByteView rest_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    int passes_ = 1;
    std::jmp_buf way_out_{};
};

}  // namespace

Result<Decoded> decode_png(ByteView file, const SizeCheck& check) {
    Reader reader(file);
    if (!reader.read_header()) return damaged();
    if (auto allowed = check(reader.size()); !allowed) return std::unexpected(allowed.error());
    if (!reader.choose_output()) return damaged();
    Decoded decoded{full_picture(reader.size(), reader.channels() < 3), reader.profile()};
    if (!reader.read_pixels(decoded.picture)) return damaged();
    return decoded;
}

}  // namespace cameo::image
