#include <libheif/heif.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "image/codecs.h"
#include "image/coded_colour.h"
#include "image/colour.h"
#include "image/heif_file.h"

namespace cameo::image {
namespace {

using photo::Size;

struct Release {
    void operator()(heif_context* context) const { heif_context_free(context); }
    void operator()(const heif_image_handle* handle) const { heif_image_handle_release(handle); }
    void operator()(const heif_image* image) const { heif_image_release(image); }
    void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};
using Context = std::unique_ptr<heif_context, Release>;
using Handle = std::unique_ptr<heif_image_handle, Release>;
using Image = std::unique_ptr<heif_image, Release>;
using Options = std::unique_ptr<heif_decoding_options, Release>;

struct FreeNclx {
    void operator()(heif_color_profile_nclx* nclx) const { heif_nclx_color_profile_free(nclx); }
};
using Nclx = std::unique_ptr<heif_color_profile_nclx, FreeNclx>;

Nclx nclx_of(const heif_image* image) {
    heif_color_profile_nclx* nclx = nullptr;
    const bool is_known = heif_image_get_nclx_color_profile(image, &nclx).code == heif_error_Ok;
    Nclx owned(nclx);  // libheif may leave one beside its error, where it does not know the codes
    return is_known ? std::move(owned) : nullptr;
}

// What the item tables declare contradicts what libheif decoded, or there is none of it.
std::unexpected<Error> unreadable(std::string cause) {
    return fail(Fault::invalid_image,
                "The HEIF or AVIF file could not be read. Save the picture as JPEG and send that.",
                std::move(cause));
}

std::unexpected<Error> unsupported_coding(std::string cause) {
    return fail(Fault::unsupported_format,
                "The HEIF or AVIF file uses a coding that is not supported. Save the picture as "
                "JPEG and send that.",
                std::move(cause));
}

// A file that is not damaged may still be one that this version of the library does not know.
std::unexpected<Error> refused(const heif_error& error) {
    std::string cause = error.message;
    switch (error.subcode) {
        case heif_suberror_Security_limit_exceeded:
            return fail(Fault::image_too_large,
                        "The HEIF or AVIF file exceeds a limit: 16384 pixels a side of any of its "
                        "items, or the number of its boxes, items or extents.",
                        std::move(cause));
        case heif_suberror_End_of_data:
        case heif_suberror_No_ftyp_box:
        case heif_suberror_No_meta_box:
            return fail(Fault::invalid_image, "The HEIF or AVIF file is damaged or truncated.",
                        std::move(cause));
        default:
            break;
    }
    if (error.code == heif_error_Unsupported_feature ||
        error.code == heif_error_Unsupported_filetype)
        return unsupported_coding(std::move(cause));
    return unreadable(std::move(cause));
}

// The versions of libheif tell an unknown coding by different errors.
std::unexpected<Error> refused(const HeifFile& file, Error error) {
    if (error.fault == Fault::invalid_image && !file.has_known_codings())
        return unsupported_coding(std::move(error.cause));
    return std::unexpected(std::move(error));
}

bool ok(const heif_error& error) { return error.code == heif_error_Ok; }

// Of any item, also a tile or an alpha channel; the picture's own size is checked later.
constexpr int kMaxSide = 16'384;

// libheif leaves pixels uninitialised where the tiles of a grid do not cover it; those could show
// an earlier upload. So the allocator fills each block.
class FilledMemory {
  public:
    FilledMemory() { mallopt(M_PERTURB, kFill); }
    ~FilledMemory() { mallopt(M_PERTURB, 0); }
    FilledMemory(const FilledMemory&) = delete;
    FilledMemory& operator=(const FilledMemory&) = delete;

  private:
    static constexpr int kFill = 0xFF;  // glibc fills with its complement
};

// The primary item of a file. The file must outlive it.
class PrimaryItem {
  public:
    static Result<PrimaryItem> open(ByteView file) {
        PrimaryItem item;
        item.context_.reset(heif_context_alloc());
        heif_context* context = item.context_.get();
        if (context == nullptr) throw std::bad_alloc();
        heif_context_set_maximum_image_size_limit(context, kMaxSide);
        heif_context_set_max_decoding_threads(context, 0);  // tiles are decoded on this thread
        const heif_error read =
            heif_context_read_from_memory_without_copy(context, file.data(), file.size(), nullptr);
        if (!ok(read)) return refused(read);
        heif_image_handle* handle = nullptr;
        const heif_error found = heif_context_get_primary_image_handle(context, &handle);
        if (!ok(found)) return refused(found);
        item.handle_.reset(handle);
        return item;
    }

    Size size() const {
        return {heif_image_handle_get_width(handle_.get()),
                heif_image_handle_get_height(handle_.get())};
    }

    // Before the transformations.
    Size coded_size() const {
        return {heif_image_handle_get_ispe_width(handle_.get()),
                heif_image_handle_get_ispe_height(handle_.get())};
    }

    // `image` is the decoded one: where the file has no codes, those of the coded data count, which
    // libheif 1.15 keeps for monochrome pictures only.
    Bytes profile(const heif_image* image) const {
        Bytes profile(heif_image_handle_get_raw_color_profile_size(handle_.get()));
        if (!profile.empty() &&
            !ok(heif_image_handle_get_raw_color_profile(handle_.get(), profile.data())))
            profile.clear();
        if (!profile.empty()) return profile;
        Nclx codes = nclx();
        if (!codes) codes = nclx_of(image);
        if (!codes) return {};
        return profile_of_codes(codes->color_primaries, codes->transfer_characteristics, false);
    }

    Nclx nclx() const {
        heif_color_profile_nclx* nclx = nullptr;
        const heif_error found = heif_image_handle_get_nclx_color_profile(handle_.get(), &nclx);
        Nclx owned(nclx);  // as in nclx_of
        return ok(found) ? std::move(owned) : nullptr;
    }

    enum class Transformations { applied, ignored };

    // Planes of the depth of the file. Colours have the matrix and range that the file names
    // (nclx), or else those of its coded data; monochrome samples are as they are.
    Result<Image> decode(heif_colorspace colours, Transformations transformations) const {
        const FilledMemory filled;
        const Options options(heif_decoding_options_alloc());
        options->ignore_transformations = transformations == Transformations::ignored ? 1 : 0;
        heif_image* image = nullptr;
        const auto chroma =
            colours == heif_colorspace_monochrome ? heif_chroma_monochrome : heif_chroma_444;
        const heif_error decoded =
            heif_decode_image(handle_.get(), &image, colours, chroma, options.get());
        if (!ok(decoded)) return refused(decoded);
        return Image(image);
    }

  private:
    PrimaryItem() = default;

    Context context_;
    Handle handle_;
};

// Reads the samples of a plane as 8 bits of full range.
enum class Range { full, limited };
class Channel {
  public:
    Channel(const heif_image* image, heif_channel channel, Range range = Range::full)
        : samples_(heif_image_get_plane_readonly(image, channel, &stride_)),
          size_{heif_image_get_width(image, channel), heif_image_get_height(image, channel)} {
        if (samples_ == nullptr) return;
        const int bits = heif_image_get_bits_per_pixel_range(image, channel);
        constexpr int kMaxBits = 16;
        if (bits < 8 || bits > kMaxBits) samples_ = nullptr;
        if (samples_ == nullptr || (bits == 8 && range == Range::full)) return;
        is_wide_ = bits > 8;
        // H.273, 8.3: black and white of limited range.
        const int black = range == Range::full ? 0 : 16 << (bits - 8);
        const int white = range == Range::full ? (1 << bits) - 1 : 235 << (bits - 8);
        for (int value = 0; value < 1 << bits; ++value) {
            const int lightness = std::clamp(value, black, white) - black;
            reduced_.push_back(static_cast<std::uint8_t>((lightness * 255 + (white - black) / 2) /
                                                         (white - black)));
        }
    }

    bool exists() const { return samples_ != nullptr; }
    Size size() const { return size_; }

    // Sets every `step`th of `to` to the samples of the row.
    void read_row(int y, std::uint8_t* to, int step) const {
        const std::uint8_t* row = samples_ + static_cast<std::ptrdiff_t>(y) * stride_;
        if (reduced_.empty()) {
            for (int x = 0; x < size_.width; ++x, to += step) *to = row[x];
            return;
        }
        const auto* wide = reinterpret_cast<const std::uint16_t*>(row);
        const std::size_t most = reduced_.size() - 1;
        for (int x = 0; x < size_.width; ++x, to += step)
            *to = reduced_[std::min<std::size_t>(is_wide_ ? wide[x] : row[x], most)];
    }

  private:
    int stride_ = 0;
    const std::uint8_t* samples_;
    Size size_;
    bool is_wide_ = false;               // two bytes a sample
    std::vector<std::uint8_t> reduced_;  // of each value; empty where it is the value itself
};

// Alpha beside the colours; it may have another size.
struct Alpha {
    Channel channel;
    bool is_premultiplied = false;

    // Sets the fourth byte of each pixel of a row.
    void read_row(int y, Size colours, std::vector<std::uint8_t>& buffer, std::uint8_t* to) const {
        const Size size = channel.size();
        buffer.resize(static_cast<std::size_t>(size.width));
        channel.read_row(static_cast<int>(std::int64_t{y} * size.height / colours.height),
                         buffer.data(), 1);
        for (std::int64_t x = 0; x < colours.width; ++x, to += 4)
            *to = buffer[static_cast<std::size_t>(x * size.width / colours.width)];
    }
};

// Colours that were multiplied by alpha need only the white that shows through.
void flatten_premultiplied(std::uint8_t* pixels, int count) {
    for (int i = 0; i < count; ++i, pixels += 4) {
        for (int c = 0; c < 3; ++c)
            pixels[c] = static_cast<std::uint8_t>(std::min(255, pixels[c] + 255 - pixels[3]));
        pixels[3] = 255;
    }
}

using Colours = std::array<Channel, 3>;

Colours rgb_of(const heif_image* image, Range range = Range::full) {
    return {Channel(image, heif_channel_R, range), Channel(image, heif_channel_G, range),
            Channel(image, heif_channel_B, range)};
}

Colours grey_of(const heif_image* image, Range range) {
    const Channel luma(image, heif_channel_Y, range);
    return {luma, luma, luma};
}

// Fault::invalid_image where the image has another size.
Result<Picture> compose(const Colours& colours, Size size, const Alpha* alpha) {
    if (!std::ranges::all_of(
            colours, [&](const Channel& each) { return each.exists() && each.size() == size; }))
        return unreadable("the decoded picture has another size or coding");
    Picture picture = full_picture(size, false);
    const int channels = alpha != nullptr ? 4 : 3;
    std::vector<std::uint8_t> row(static_cast<std::size_t>(size.width * channels));
    std::vector<std::uint8_t> buffer;
    for (int y = 0; y < size.height; ++y) {
        for (int c = 0; c < 3; ++c)
            colours.at(static_cast<std::size_t>(c)).read_row(y, row.data() + c, channels);
        if (alpha != nullptr) alpha->read_row(y, size, buffer, row.data() + 3);
        if (alpha != nullptr && alpha->is_premultiplied)
            flatten_premultiplied(row.data(), size.width);
        set_row(picture, y, row.data(), channels);
    }
    return picture;
}

struct Span {
    int at = 0;
    int length = 0;  // may be negative
};

// The pixels of a clean aperture along one axis, rounded as libheif rounds them.
Span clean_pixels(int pixels, double clean, double offset) {
    const double first = std::trunc(offset + (pixels - clean) / 2);
    const double last = std::round(first + clean - 1);
    const double from = std::clamp(first, 0.0, static_cast<double>(pixels));
    const double to = std::clamp(last, -1.0, pixels - 1.0);
    return {static_cast<int>(from), static_cast<int>(to - from) + 1};
}

std::int64_t pixels_of(Size size) { return std::int64_t{size.width} * size.height; }

// What is decoded before a crop, or beside the picture, has the limits of the picture. Where it has
// fewer pixels than `checked`, or no known size, the picture's own check suffices.
Result<void> check_larger(const SizeCheck& check, Size decoded, Size checked) {
    if (pixels_of(decoded) <= pixels_of(checked)) return {};
    return check(decoded, false);
}

struct Crop {
    Span across;
    Span down;
};

Crop crop_of(Size size, const CleanAperture& clean) {
    return {clean_pixels(size.width, clean.width, clean.right),
            clean_pixels(size.height, clean.height, clean.down)};
}

// Nothing where nothing would be left.
Size transformed(Size size, const std::vector<HeifTransformation>& transformations) {
    for (const HeifTransformation& each : transformations) {
        if (const auto* turn = std::get_if<Orientation>(&each)) {
            size = oriented(size, *turn);
            continue;
        }
        const Crop crop = crop_of(size, std::get<CleanAperture>(each));
        if (crop.across.length <= 0 || crop.down.length <= 0) return {};
        size = {crop.across.length, crop.down.length};
    }
    return size;
}

Region region_of(const Crop& crop) {
    return {static_cast<double>(crop.across.at), static_cast<double>(crop.down.at),
            static_cast<double>(crop.across.length), static_cast<double>(crop.down.length)};
}

Picture transformed(Picture picture, const std::vector<HeifTransformation>& transformations) {
    for (const HeifTransformation& each : transformations)
        if (const auto* turn = std::get_if<Orientation>(&each))
            picture = rotate(std::move(picture), *turn);
        else
            picture = cut(picture, region_of(crop_of(picture.size, std::get<CleanAperture>(each))));
    return picture;
}

// libheif would spread the samples of an alpha that seems to be of limited range, and 1.15 does not
// spread those of a monochrome picture; so both are taken as they are coded. Derived items always
// become RGB.
heif_colorspace colorspace_of(const HeifItem& item) {
    return item.is_monochrome && !item.is_derived ? heif_colorspace_monochrome
                                                  : heif_colorspace_RGB;
}

Range range_of(const Nclx& nclx) {
    return nclx && nclx->full_range_flag == 0 ? Range::limited : Range::full;
}

Colours colours_of(const HeifItem& described, const PrimaryItem& item, const heif_image* image) {
    if (colorspace_of(described) == heif_colorspace_monochrome)
        return grey_of(image, range_of(nclx_of(image)));
    if (described.is_monochrome) return rgb_of(image, range_of(item.nclx()));
    return rgb_of(image);
}

Result<Image> decode_alpha(const HeifFile& file) {
    const Bytes visible = file.alpha_only();
    const auto item = PrimaryItem::open(visible);
    if (!item) return std::unexpected(item.error());
    return item->decode(colorspace_of(*file.alpha()), PrimaryItem::Transformations::ignored);
}

// The primary item and its alpha are decoded one after the other; libheif 1.15 would refuse an
// alpha of another depth and one that two pictures share.
Result<Decoded> decode_described(const HeifFile& file, const SizeCheck& check) {
    const HeifItem& primary = file.primary();
    const Size upright = transformed(primary.size, primary.transformations);
    if (upright.shorter_side() <= 0) return unreadable("the picture has no size");
    auto allowed = check(upright, false);
    if (allowed) allowed = check_larger(check, primary.size, upright);
    if (allowed && file.alpha()) allowed = check_larger(check, file.alpha()->size, primary.size);
    if (!allowed) return std::unexpected(std::move(allowed.error()));
    if (!file.has_configurations())
        return unreadable("a part of the picture has no decoder configuration");

    const Bytes visible = file.colour_only();
    const auto item = PrimaryItem::open(visible);
    if (!item) return refused(file, item.error());
    auto image = item->decode(colorspace_of(primary), PrimaryItem::Transformations::ignored);
    if (!image) return refused(file, image.error());
    Image alpha_image;
    std::optional<Alpha> alpha;
    if (file.alpha()) {
        auto decoded = decode_alpha(file);
        if (!decoded) return std::unexpected(decoded.error());
        alpha_image = std::move(*decoded);
        const bool is_grey =
            heif_image_get_colorspace(alpha_image.get()) == heif_colorspace_monochrome;
        alpha.emplace(Channel(alpha_image.get(), is_grey ? heif_channel_Y : heif_channel_R),
                      file.is_premultiplied());
        if (!alpha->channel.exists()) return unreadable("the alpha has another coding");
    }
    auto picture =
        compose(colours_of(primary, *item, image->get()), primary.size, alpha ? &*alpha : nullptr);
    if (!picture) return std::unexpected(picture.error());
    Bytes profile = item->profile(image->get());
    image->reset();
    return Decoded{transformed(std::move(*picture), primary.transformations), std::move(profile)};
}

Result<Decoded> decode_as_it_is(ByteView file, const SizeCheck& check) {
    const auto item = PrimaryItem::open(file);
    if (!item) return std::unexpected(item.error());
    const Size size = item->size();
    if (size.shorter_side() <= 0) return unreadable("the picture has no size");
    auto allowed = check(size, false);
    if (allowed) allowed = check_larger(check, item->coded_size(), size);
    if (!allowed) return std::unexpected(std::move(allowed.error()));
    const auto image = item->decode(heif_colorspace_RGB, PrimaryItem::Transformations::applied);
    if (!image) return std::unexpected(image.error());
    const Alpha alpha{Channel(image->get(), heif_channel_Alpha)};
    auto picture = compose(rgb_of(image->get()), size, alpha.channel.exists() ? &alpha : nullptr);
    if (!picture) return std::unexpected(picture.error());
    return Decoded{std::move(*picture), item->profile(image->get())};
}

}  // namespace

Result<Decoded> decode_heif(ByteView file, const SizeCheck& check) {
    const auto described = HeifFile::read(file);
    return described ? decode_described(*described, check) : decode_as_it_is(file, check);
}

}  // namespace cameo::image
