#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <string_view>
#include <vector>

#include "image/codecs.h"
#include "image/colour.h"
#include "image/header.h"

namespace cameo::image {
namespace {

using namespace std::string_view_literals;

// Of an ICC profile, decompressed; libpng's own limit is twice that.
constexpr png_alloc_size_t kMaxChunkBytes = 4 << 20;
// Of an ICC profile, compressed: display profiles of phones have 0.5 KB, profiles with tables some
// hundred.
constexpr std::size_t kMaxProfileBytes = 512 << 10;

constexpr std::array kKeptChunks{"IHDR"sv, "PLTE"sv, "tRNS"sv, "IDAT"sv, "IEND"sv};

std::unexpected<Error> damaged() {
    return fail(Fault::invalid_image, "The PNG is damaged or truncated.");
}

// libpng's error handler must not return: it jumps to where `run` was called. The function given to
// `run` must therefore hold no local that has a destructor.
class Reader {
  public:
    explicit Reader(ByteView file) : rest_(file) {
        png_ = png_create_read_struct(
            PNG_LIBPNG_VER_STRING, this, [](png_structp png, png_const_charp) { fail(png); },
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

    // Eight bits a channel; palette and transparent colour are resolved.
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
        // Each pass of an interlaced picture fills in pixels of the same rows.
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
        if (setjmp(return_point_) != 0) return false;
        work();
        return true;
    }

    [[noreturn]] static void fail(png_structp png) {
        std::longjmp(static_cast<Reader*>(png_get_error_ptr(png))->return_point_, 1);
    }

    static void copy_bytes(png_structp png, png_bytep to, std::size_t count) {
        auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
        if (reader->rest_.size() < count) fail(png);
        std::copy_n(reader->rest_.begin(), count, to);
        reader->rest_ = reader->rest_.subspan(count);
    }

    ByteView rest_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    int passes_ = 1;
    std::jmp_buf return_point_{};
};

}  // namespace

Bytes strip_png(ByteView file) {
    Bytes kept;
    kept.reserve(file.size());
    const auto keep = [&](ByteView bytes) { kept.insert(kept.end(), bytes.begin(), bytes.end()); };
    keep(file.first(kPngSignatureBytes));
    ByteView rest = file.subspan(kPngSignatureBytes);
    for (bool has_profile = false; const auto chunk = take_png_chunk(rest);) {
        const bool is_profile = chunk->name == "iCCP";
        if (is_profile ? !has_profile && chunk->body.size() <= kMaxProfileBytes
                       : std::ranges::find(kKeptChunks, chunk->name) != kKeptChunks.end())
            keep(chunk->whole);
        has_profile = has_profile || is_profile;
        if (chunk->name == "IEND") break;
    }
    return kept;
}

Result<Decoded> decode_png(ByteView file, const SizeCheck& check) {
    const Bytes stripped = strip_png(file);
    Reader reader(stripped);
    if (!reader.read_header()) return damaged();
    if (auto allowed = check(reader.size(), false); !allowed)
        return std::unexpected(allowed.error());
    if (!reader.choose_output()) return damaged();
    Decoded decoded{full_picture(reader.size(), reader.channels() < 3), reader.profile()};
    if (!reader.read_pixels(decoded.picture)) return damaged();
    return decoded;
}

}  // namespace cameo::image
