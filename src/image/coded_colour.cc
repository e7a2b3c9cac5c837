#include "image/coded_colour.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

namespace cameo::image {
namespace {

struct CloseProfile {
    void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct FreeCurve {
    void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
using Profile = std::unique_ptr<void, CloseProfile>;
using Curve = std::unique_ptr<cmsToneCurve, FreeCurve>;

constexpr Chromaticity kD65{0.3127, 0.3290};
constexpr Chromaticity kIlluminantC{0.310, 0.316};
constexpr Primaries kSrgb{kD65, {0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}};

// H.273, table 2. nullopt for those that are unspecified, reserved or have no colours (XYZ).
std::optional<Primaries> primaries_of(int code) {
    switch (code) {
        case 1:  // BT.709
            return kSrgb;
        case 4:  // BT.470 System M
            return Primaries{kIlluminantC, {0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}};
        case 5:  // BT.470 System B, G
            return Primaries{kD65, {0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}};
        case 6:  // BT.601
        case 7:  // SMPTE 240
            return Primaries{kD65, {0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}};
        case 8:  // film
            return Primaries{kIlluminantC, {0.681, 0.319}, {0.243, 0.692}, {0.145, 0.049}};
        case 9:  // BT.2020
            return Primaries{kD65, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};
        case 11:  // DCI P3
            return Primaries{{0.314, 0.351}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
        case 12:  // Display P3
            return Primaries{kD65, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
        case 22:  // EBU 3213
            return Primaries{kD65, {0.630, 0.340}, {0.295, 0.605}, {0.155, 0.077}};
        default:
            return std::nullopt;
    }
}

Curve power(double exponent) { return Curve(cmsBuildGamma(nullptr, exponent)); }

// IEC 61966-2-1.
Curve srgb_curve() {
    constexpr std::array kParameters{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
    return Curve(cmsBuildParametricToneCurve(nullptr, 4, kParameters.data()));
}

constexpr double kDiffuseWhite = 203;  // cd/m2

// BT.2100, table 4.
double light_of_pq(double sample) {
    constexpr double kM1 = 0.1593017578125;
    constexpr double kM2 = 78.84375;
    constexpr double kC1 = 0.8359375;
    constexpr double kC2 = 18.8515625;
    constexpr double kC3 = 18.6875;
    const double root = std::pow(sample, 1 / kM2);
    return 10'000 / kDiffuseWhite *
           std::pow(std::max(root - kC1, 0.0) / (kC2 - kC3 * root), 1 / kM1);
}

// BT.2100, table 5, on a display of 1,000 cd/m2, each channel by itself.
double light_of_hlg(double sample) {
    constexpr double kA = 0.17883277;
    constexpr double kB = 0.28466892;
    constexpr double kC = 0.55991073;
    const double scene =
        sample <= 0.5 ? sample * sample / 3 : (std::exp((sample - kC) / kA) + kB) / 12;
    return 1'000 / kDiffuseWhite * std::pow(scene, 1.2);
}

Curve sampled(double (*light_of)(double)) {
    constexpr std::size_t kSamples = 4096;
    std::vector<cmsFloat32Number> light;
    for (std::size_t i = 0; i < kSamples; ++i)
        light.push_back(static_cast<cmsFloat32Number>(
            std::min(1.0, light_of(static_cast<double>(i) / (kSamples - 1)))));
    return Curve(cmsBuildTabulatedToneCurveFloat(nullptr, kSamples, light.data()));
}

// H.273, table 3; nullptr for codes that are reserved or logarithmic.
Curve curve_of(int code) {
    switch (code) {
        case 1:
        case 2:  // unspecified
        case 6:
        case 7:
        case 11:
        case 12:
        case 13:
        case 14:
        case 15:
            return srgb_curve();
        case 4:
            return power(2.2);
        case 5:
            return power(2.8);
        case 8:
            return power(1);
        case 16:
            return sampled(light_of_pq);
        case 18:
            return sampled(light_of_hlg);
        default:
            return nullptr;
    }
}

Bytes profile_of(const Primaries& primaries, const Curve& curve, bool grey) {
    if (!curve) return {};
    const auto xyy = [](Chromaticity c) { return cmsCIExyY{c.x, c.y, 1}; };
    const cmsCIExyY white = xyy(primaries.white);
    const cmsCIExyYTRIPLE triple{xyy(primaries.red), xyy(primaries.green), xyy(primaries.blue)};
    const std::array<cmsToneCurve*, 3> curves{curve.get(), curve.get(), curve.get()};
    const Profile profile(grey ? cmsCreateGrayProfile(&white, curve.get())
                               : cmsCreateRGBProfile(&white, &triple, curves.data()));
    cmsUInt32Number length = 0;
    if (!profile || cmsSaveProfileToMem(profile.get(), nullptr, &length) == FALSE) return {};
    Bytes bytes(length);
    if (cmsSaveProfileToMem(profile.get(), bytes.data(), &length) == FALSE) return {};
    return bytes;
}

// Far outside of what a camera, a scanner or a display has, the arithmetic has no meaning.
bool is_plausible(Chromaticity c) {
    return c.x >= 0 && c.y > 0.001 && c.x <= 1 && c.y <= 1 && c.x + c.y <= 1.2;
}

bool is_plausible(const Primaries& p) {
    const double area =
        (p.green.x - p.red.x) * (p.blue.y - p.red.y) - (p.blue.x - p.red.x) * (p.green.y - p.red.y);
    return is_plausible(p.white) && is_plausible(p.red) && is_plausible(p.green) &&
           is_plausible(p.blue) && std::abs(area) > 0.01;
}

}  // namespace

Bytes profile_of_codes(int primaries, int transfer, bool grey) {
    const auto known = primaries_of(primaries);
    const bool is_hdr = transfer == 16 || transfer == 18;
    if (!known && !is_hdr) return {};
    return profile_of(known.value_or(kSrgb), curve_of(transfer), grey);
}

Bytes profile_of_numbers(std::optional<double> exponent, const std::optional<Primaries>& primaries,
                         bool grey) {
    constexpr double kLeast = 0.1;
    constexpr double kMost = 10;
    if (exponent && (*exponent < kLeast || *exponent > kMost)) return {};
    if (primaries && !is_plausible(*primaries)) return {};
    return profile_of(primaries.value_or(kSrgb), exponent ? power(*exponent) : srgb_curve(), grey);
}

}  // namespace cameo::image
