#include "image/portrait.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "image/colour.h"
#include "image/jpeg_encode.h"
#include "image/resample.h"

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

// How much of the pixel around (x, y) an ellipse covers; `pixel` is the pixel's side. The distance
// to the edge is exact on the axes and close enough elsewhere to smooth the edge.
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

class Sitter {
  public:
    explicit Sitter(std::uint32_t seed)
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
        // The lighter hairs come last and would not stand out from the darker skins.
        hair_ = kHairs[static_cast<std::size_t>(part(0, skin < 3 ? kHairs.size() : 2.0))];
    }

    Colour background(double x, double y) const {
        return mix(sky_, ground_, std::clamp(0.7 * y + 0.3 * x, 0.0, 1.0));
    }

    // The colour where the sitter stands before `colour`.
    Colour before(Colour colour, double x, double y, double pixel) const {
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

// `colour_at(x, y, pixel)` is asked for each pixel; y runs from 0 to 1, x from 0 to width / height.
template <class ColourAt>
Bytes draw(photo::Size size, const ColourAt& colour_at) {
    Picture picture{size, {}};
    for (int c = 0; c < 3; ++c) picture.components.push_back({Plane(size.width, size.height)});
    std::vector<std::uint8_t> row(static_cast<std::size_t>(size.width) * 3);
    const double pixel = 1.0 / size.height;
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
            const Colour colour = colour_at((x + 0.5) * pixel, (y + 0.5) * pixel, pixel);
            auto* to = row.data() + static_cast<std::size_t>(x) * 3;
            to[0] = byte_of(colour.r);
            to[1] = byte_of(colour.g);
            to[2] = byte_of(colour.b);
        }
        set_row(picture, y, row.data(), 3);
    }
    Picture halved = resample(picture, whole(picture.size), picture.size, Chroma::halved);
    return encode_jpeg(halved);
}

}  // namespace

Bytes draw_portrait(int side, std::uint32_t seed) {
    const Sitter sitter(seed);
    return draw({side, side}, [&](double x, double y, double pixel) {
        return sitter.before(sitter.background(x, y), x, y, pixel);
    });
}

Bytes draw_group(photo::Size size, std::uint32_t seed) {
    // Where the middle of each stands and how large each is; the one in front comes last.
    struct Place {
        double shift, scale;
    };
    constexpr std::array kPlaces{Place{-0.27, 0.72}, Place{0.27, 0.72}, Place{0, 0.84}};
    const std::array sitters{Sitter(seed * 3), Sitter(seed * 3 + 1), Sitter(seed * 3 + 2)};
    const double middle = size.width * 0.5 / size.height;
    return draw(size, [&](double x, double y, double pixel) {
        Colour colour = sitters[2].background(x / (2 * middle), y);
        for (std::size_t i = 0; i < sitters.size(); ++i) {
            const auto [shift, scale] = kPlaces[i];
            // All stand on the lower edge.
            colour = sitters[i].before(colour, 0.5 + (x - middle - shift) / scale,
                                       1 + (y - 1) / scale, pixel / scale);
        }
        return colour;
    });
}

}  // namespace cameo::image
