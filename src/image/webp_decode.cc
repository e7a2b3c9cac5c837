#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "image/byte_reader.h"
#include "image/codecs.h"
#include "image/colour.h"

namespace cameo::image {
namespace {

struct DeleteDemuxer {
    void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
using Demuxer = std::unique_ptr<WebPDemuxer, DeleteDemuxer>;

std::unexpected<Error> damaged() {
    return fail(Fault::invalid_image, "The WebP is damaged or truncated.");
}

Bytes profile_of(const WebPDemuxer* demuxer) {
    WebPChunkIterator chunk{};
    Bytes profile;
    if (WebPDemuxGetChunk(demuxer, "ICCP", 1, &chunk) != 0)
        profile.assign(chunk.chunk.bytes, chunk.chunk.bytes + chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
    return profile;
}

// The first frame, at its place on the canvas.
class Frame {
  public:
    explicit Frame(const WebPDemuxer* demuxer)
        : found_(WebPDemuxGetFrame(demuxer, 1, &frame_) != 0 && frame_.complete != 0) {}
    ~Frame() { WebPDemuxReleaseIterator(&frame_); }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    bool lies_within(photo::Size canvas) const {
        return found_ && frame_.width > 0 && frame_.height > 0 &&
               frame_.x_offset <= canvas.width - frame_.width &&
               frame_.y_offset <= canvas.height - frame_.height;
    }

    // RGBA, interleaved. Empty if the data is damaged.
    std::vector<std::uint8_t> decode() const {
        WebPDecoderConfig config{};
        const WebPData& data = frame_.fragment;
        if (WebPInitDecoderConfig(&config) == 0 ||
            WebPGetFeatures(data.bytes, data.size, &config.input) != VP8_STATUS_OK ||
            config.input.width != frame_.width || config.input.height != frame_.height)
            return {};
        std::vector<std::uint8_t> pixels(row_bytes() * static_cast<std::size_t>(frame_.height));
        config.output.colorspace = MODE_RGBA;
        config.output.is_external_memory = 1;
        config.output.u.RGBA = {pixels.data(), static_cast<int>(row_bytes()), pixels.size()};
        const bool decoded = WebPDecode(data.bytes, data.size, &config) == VP8_STATUS_OK;
        WebPFreeDecBuffer(&config.output);
        if (!decoded) pixels.clear();
        return pixels;
    }

    // The canvas outside the frame is transparent, so white.
    void draw(const std::vector<std::uint8_t>& pixels, Picture& picture) const {
        std::vector<std::uint8_t> row(static_cast<std::size_t>(picture.size.width) * 4);
        for (int y = 0; y < picture.size.height; ++y) {
            std::ranges::fill(row, 0);
            const int frame_y = y - frame_.y_offset;
            if (frame_y >= 0 && frame_y < frame_.height)
                std::copy_n(pixels.begin() + frame_y * static_cast<std::ptrdiff_t>(row_bytes()),
                            row_bytes(), row.begin() + frame_.x_offset * std::ptrdiff_t{4});
            set_row(picture, y, row.data(), 4);
        }
    }

  private:
    std::size_t row_bytes() const { return static_cast<std::size_t>(frame_.width) * 4; }

    WebPIterator frame_{};
    bool found_;
};

}  // namespace

Result<Decoded> decode_webp(ByteView file, const SizeCheck& check) {
    // libwebp takes a file without the padding of its last chunk for a part of one.
    Bytes padded;
    constexpr std::size_t kHeadBytes = 8;
    if (file.size() < kHeadBytes + le32(file, 4)) {
        padded.assign(file.begin(), file.end());
        padded.push_back(0);
        file = padded;
    }
    const WebPData data{file.data(), file.size()};
    const Demuxer demuxer(WebPDemux(&data));
    if (!demuxer) return damaged();
    const photo::Size size{static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH)),
                           static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT))};
    if (auto allowed = check(size, false); !allowed) return std::unexpected(allowed.error());
    const Frame frame(demuxer.get());
    if (!frame.lies_within(size)) return damaged();
    const auto pixels = frame.decode();
    if (pixels.empty()) return damaged();
    Decoded decoded{full_picture(size, false), profile_of(demuxer.get())};
    frame.draw(pixels, decoded.picture);
    return decoded;
}

}  // namespace cameo::image
