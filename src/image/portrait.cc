#include "image/portrait.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <span>
#include <string_view>

namespace cameo::image {
namespace {

// Channels 0 to 1. The drawing is in a square whose sides run from 0 to 1, y downwards.
struct Colour {
    double r = 0;
    double g = 0;
    double b = 0;
};

Colour mix(Colour from, Colour to, double share) {
    const double keep = 1 - share;
    return {from.r * keep + to.r * share, from.g * keep + to.g * share,
            from.b * keep + to.b * share};
}

// Hue in turns.
Colour from_hue(double hue, double saturation, double value) {
    const auto channel = [&](double shift) {
        const double wave = std::cos(2 * std::numbers::pi * (hue + shift));
        return value * (1 - saturation * (1 - wave) / 2);
    };
    return {channel(0), channel(-1.0 / 3), channel(1.0 / 3)};
}

// The share of the pixel around (x, y) that an ellipse covers; `pixel` is the pixel's side. The
// distance to the edge is exact on the axes, and elsewhere close enough to smooth the edge.
double ellipse(double x, double y, double cx, double cy, double rx, double ry, double pixel) {
    const double dx = (x - cx) / rx;
    const double dy = (y - cy) / ry;
    const double distance = (std::hypot(dx, dy) - 1) * std::min(rx, ry);
    return std::clamp(0.5 - distance / pixel, 0.0, 1.0);
}

constexpr std::array kSkins{Colour{.98, .86, .76}, Colour{.93, .76, .62}, Colour{.80, .60, .44},
                            Colour{.62, .43, .30}, Colour{.42, .28, .19}};
constexpr std::array kHairs{Colour{.13, .10, .09}, Colour{.33, .20, .12}, Colour{.60, .40, .20},
                            Colour{.82, .68, .42}, Colour{.66, .66, .68}};

class Person {
  public:
    explicit Person(std::uint32_t seed)
        : random_(seed),
          head_width_(part(0.135, 0.165)),
          head_height_(part(0.185, 0.215)),
          shoulders_(part(0.33, 0.42)),
          hair_length_(part(0, 0.22)),
          lean_(part(-0.02, 0.02)) {
        const double hue = part(0, 1);
        sky_ = from_hue(hue, part(0.15, 0.35), 0.97);
        ground_ = from_hue(hue + part(0.04, 0.12), part(0.35, 0.55), part(0.60, 0.80));
        shirt_ = from_hue(hue + part(0.30, 0.65), part(0.35, 0.70), part(0.35, 0.80));
        const auto skin = static_cast<std::size_t>(part(0, kSkins.size()));
        skin_ = kSkins[skin];
        // The lighter hairs come last; they have too little contrast to the darker skins.
        hair_ = kHairs[static_cast<std::size_t>(part(0, skin < 3 ? kHairs.size() : 2.0))];
    }

    Colour background(double x, double y) const {
        return mix(sky_, ground_, std::clamp(0.7 * y + 0.3 * x, 0.0, 1.0));
    }

    // The colour of the person drawn over `colour`.
    Colour draw_over(Colour colour, double x, double y, double pixel) const {
        const double middle = 0.5 + lean_;
        constexpr double kHeadY = 0.42;
        const auto paint = [&](Colour paint, double cover) { colour = mix(colour, paint, cover); };
        const auto oval = [&](double cx, double cy, double rx, double ry) {
            return ellipse(x, y, cx, cy, rx, ry, pixel);
        };
        const double back = oval(middle, kHeadY - 0.03 + hair_length_ / 2, head_width_ + 0.035,
                                 head_height_ + hair_length_ / 2 + 0.01);
        paint(hair_, back);
        paint(shirt_, oval(0.5, 1.05, shoulders_, 0.37));
        paint(mix(skin_, {0, 0, 0}, 0.12), oval(0.5 + lean_ / 2, 0.65, 0.075, 0.12));
        paint(skin_, oval(middle, kHeadY, head_width_, head_height_));
        const double fringe = oval(middle, kHeadY - 0.14, head_width_ + 0.04, 0.10);
        paint(hair_, std::min(fringe, back));
        return colour;
    }

  private:
    // Not std::uniform_real_distribution, whose results differ between standard libraries.
    double part(double from, double to) {
        return from + (to - from) * (static_cast<double>(random_()) / 4294967296.0);
    }

    std::mt19937 random_;
    Colour sky_, ground_, shirt_, skin_, hair_;
    double head_width_, head_height_, shoulders_, hair_length_, lean_;
};

std::uint8_t byte_of(double channel) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(channel, 0.0, 1.0) * 255));
}

// PNG 1.2, section 3: one chunk of compressed data between header and end.
constexpr std::array<std::uint8_t, 8> kSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::uint8_t kFilterSub = 1;
constexpr std::size_t kChannels = 3;

void append_be32(Bytes& to, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

void append_chunk(Bytes& file, std::string_view name, ByteView body) {
    append_be32(file, static_cast<std::uint32_t>(body.size()));
    const std::size_t begin = file.size();
    file.insert(file.end(), name.begin(), name.end());
    file.insert(file.end(), body.begin(), body.end());
    const auto covered = ByteView(file).subspan(begin);
    const auto crc = crc32(0, covered.data(), static_cast<uInt>(covered.size()));
    append_be32(file, static_cast<std::uint32_t>(crc));
}

Bytes deflated(const Bytes& rows) {
    uLongf length = compressBound(rows.size());
    Bytes packed(length);
    compress(packed.data(), &length, rows.data(), rows.size());
    packed.resize(length);
    return packed;
}

// Replaces each pixel of a row by its difference from its left neighbour.
void filter_row(std::span<std::uint8_t> row) {
    for (std::size_t i = row.size() - 1; i >= kChannels; --i)
        row[i] = static_cast<std::uint8_t>(row[i] - row[i - kChannels]);
}

Bytes encode_png(photo::Size size, const Bytes& filtered_rows) {
    Bytes header;
    append_be32(header, static_cast<std::uint32_t>(size.width));
    append_be32(header, static_cast<std::uint32_t>(size.height));
    header.insert(header.end(), {8, 2, 0, 0, 0});  // 8 bits of RGB, not interlaced
    Bytes file(kSignature.begin(), kSignature.end());
    append_chunk(file, "IHDR", header);
    append_chunk(file, "IDAT", deflated(filtered_rows));
    append_chunk(file, "IEND", {});
    return file;
}

// Calls `colour_at(x, y, pixel)` for each pixel; y runs from 0 to 1, x from 0 to width / height.
template <class ColourAt>
Bytes draw(photo::Size size, const ColourAt& colour_at) {
    const std::size_t row_bytes = static_cast<std::size_t>(size.width) * kChannels;
    Bytes rows((row_bytes + 1) * static_cast<std::size_t>(size.height));
    const double pixel = 1.0 / size.height;
    auto* to = rows.data();
    for (int y = 0; y < size.height; ++y) {
        *to++ = kFilterSub;
        const std::span row(to, row_bytes);
        for (int x = 0; x < size.width; ++x) {
            const Colour colour = colour_at((x + 0.5) * pixel, (y + 0.5) * pixel, pixel);
            *to++ = byte_of(colour.r);
            *to++ = byte_of(colour.g);
            *to++ = byte_of(colour.b);
        }
        filter_row(row);
    }
    return encode_png(size, rows);
}

}  // namespace

Bytes draw_portrait(int side, std::uint32_t seed) {
    const Person person(seed);
    return draw({side, side}, [&](double x, double y, double pixel) {
        return person.draw_over(person.background(x, y), x, y, pixel);
    });
}

Bytes draw_group(photo::Size size, std::uint32_t seed) {
    // The offset of each person from the middle, and its scale; the one in front comes last.
    struct Placement {
        double shift, scale;
    };
    constexpr std::array kPlacements{Placement{-0.27, 0.72}, Placement{0.27, 0.72},
                                     Placement{0, 0.84}};
    const std::array people{Person(seed * 3), Person(seed * 3 + 1), Person(seed * 3 + 2)};
    const double middle = size.width * 0.5 / size.height;
    return draw(size, [&](double x, double y, double pixel) {
        Colour colour = people[2].background(x / (2 * middle), y);
        for (std::size_t i = 0; i < people.size(); ++i) {
            const auto [shift, scale] = kPlacements[i];
            // All touch the lower edge.
            colour = people[i].draw_over(colour, 0.5 + (x - middle - shift) / scale,
                                         1 + (y - 1) / scale, pixel / scale);
        }
        return colour;
    });
}

}  // namespace cameo::image
