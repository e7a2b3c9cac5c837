#include "image/warm_up.h"

#include <lcms2.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "image/codecs.h"
#include "image/colour.h"
#include "image/in_process_renderer.h"
#include "image/picture.h"

namespace cameo::image {
namespace {

// Pictures of 64x64 pixels in four colours, as the encoders of the tests (files_testing.cc) make
// them.
constexpr std::string_view kPng =
    "89504e470d0a1a0a0000000d4948445200000040000000400802000000250be68900000075494441546881edd1c109"
    "84501005c171311863328e3d18a26119847c0aa12b80c734b3dde7312bfd97aecffc16ef2f57805680568056805680"
    "5680568056805680568056805680568056805680b6cf5cfa86573eff8102b402b402b402b402b402b402b402b402b4"
    "02b402b402b402b402b402b407a5f502b8cd7801d00000000049454e44ae426082";
constexpr std::string_view kWebpLossy =
    "524946467a00000057454250565038206e0000001006009d012a400040003e51248f4523a22116095ccc380504a00c"
    "e71ef7eabf881b2d9d57f103f156bff0155767dbbd570a68ae4f0d97e00000fee0b82293da69777f57551e5f4872f9"
    "77eabc197831d47cae9d252609a02ea24c8367ef86ffdcad1c4f779b55c6c40ee4880000";
constexpr std::string_view kWebpLossless =
    "524946463c000000574542505650384c2f0000002f3fc00f001f305a020142b40c61b204024938238e3ffff1124c80"
    "4880c4939ef4a48901b488fe4f40b0e8db71e81b00";
constexpr std::string_view kGif =
    "474946383961400040009100003c5aa0c85aa03c5a28c85a282c00000000400040000002e29c8fa98be20fa39c90d9"
    "9ba8de117bcb85da4766e259952aca0aeada9e6f19cbf3578b379e73bbd7f3fd2ec1cd9058a41c41c9c992d1743e15"
    "51c9945a4d5d0f59ed76d07d7cb961d7185c3ea3c3eab279ec6ea7cf71fa1c7effd6f16c7b9fdf2517164058687888"
    "986808c0d8e8f80819e9a8485979288999f968c949a9f989d9297a095a3a398a6aaa0a809aba5ada3afa0a1bdb390b"
    "5a6b7bab99cbb9cbdb5bf99b192c3c2c59ec791c99acb8ccdc8cf80c192d3d7d5a5d788d9d1db0ddd8adfdcd1aee3d"
    "5e6efe8d3e4e1ecebe7e5efe2e1fef5edf3d6faf4ebfafbf0dffad00003b";
constexpr std::string_view kHeic =
    "0000001c6674797068656963000000006d696631686569636d696166000001426d657461000000000000002168646c"
    "72000000000000000070696374000000000000000000000000000000000e7069746d00000000000100000022696c6f"
    "63000000004440000100010000000001660001000000000000003d0000002369696e6600000000000100000015696e"
    "666502000000000100006876633100000000c269707270000000a46970636f00000078687663430103700000000000"
    "000000001ef000fcfdf8f800000f03200001001840010c01ffff03700000030090000003000003001eba0240210001"
    "002b42010103700000030090000003000003001ea020810596ea4929ae6e04040c0800000300080000030008402200"
    "0100074401c172b0224000000014697370650000000000000040000000400000001070697869000000000308080800"
    "00001669706d610000000000000001000103810283000000456d646174000000392801af04783c13772adfa6ca9fff"
    "e962eecbf8a3c22c43fd73fb5a7de16bfffa5b53bd3fe647e8df74e37ff6d5db5dfda30c9febb012fdeffc";
constexpr std::string_view kAvif =
    "0000001c667479706176696600000000617669666d6966316d696166000000ea6d657461000000000000002168646c"
    "72000000000000000070696374000000000000000000000000000000000e7069746d00000000000100000022696c6f"
    "630000000044400001000100000000010e000100000000000000390000002369696e6600000000000100000015696e"
    "6665020000000001000061763031000000006a697072700000004b6970636f00000013636f6c726e636c7800020002"
    "0006800000000c6176314381000c000000001469737065000000000000004000000040000000107069786900000000"
    "030808080000001769706d61000000000000000100010481820384000000416d64617412000a0918157ffd8204040d"
    "08322a1400030c30c400b483ebece04bdb52cc3cdd16f9e81549f60d36c705d54e22a26ef1e51dd2185c15eca0";

Bytes jpeg() {
    Picture grey = full_picture({64, 64}, true);
    std::array<std::uint8_t, 64> row{};
    for (int y = 0; y < 64; ++y) set_row(grey, y, row.data(), 1);
    return encode_jpeg(grey);
}

// Not sRGB, so that colours are converted. lcms2 reads the time zone once per process to make it.
Bytes wide_profile() {
    const cmsCIExyY white{0.3127, 0.3290, 1};
    const cmsCIExyYTRIPLE primaries{{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
    cmsToneCurve* curve = cmsBuildGamma(nullptr, 2.2);
    const std::array<cmsToneCurve*, 3> curves{curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves.data());
    cmsUInt32Number length = 0;
    cmsSaveProfileToMem(profile, nullptr, &length);
    Bytes bytes(length);
    cmsSaveProfileToMem(profile, bytes.data(), &length);
    cmsCloseProfile(profile);
    cmsFreeToneCurve(curve);
    return bytes;
}

void convert_colours() {
    const Bytes profile = wide_profile();
    (void)is_srgb(profile, false);
    Picture picture = full_picture({64, 1}, false);
    std::array<std::uint8_t, 64 * 3> row{};
    set_row(picture, 0, row.data(), 3);
    (void)to_srgb(picture, profile);
}

}  // namespace

std::vector<std::string> warm_up() {
    const std::array pictures{
        std::pair{"JPEG", jpeg()},
        std::pair{"PNG", from_hex(kPng).value()},
        std::pair{"WebP", from_hex(kWebpLossy).value()},
        std::pair{"lossless WebP", from_hex(kWebpLossless).value()},
        std::pair{"GIF", from_hex(kGif).value()},
        std::pair{"HEIC", from_hex(kHeic).value()},
        std::pair{"AVIF", from_hex(kAvif).value()},
    };
    std::vector<std::string> refused;
    InProcessRenderer renderer({});
    for (const auto& [name, file] : pictures)
        if (!renderer.render(file, {PhotoStorage::mailbox}, Deadline::max()))
            refused.emplace_back(name);
    convert_colours();
    return refused;
}

}  // namespace cameo::image
