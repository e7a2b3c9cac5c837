#include "image/pictures_testing.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <string_view>

#include "image/codecs.h"
#include "image/jpeg_error_handler.h"  // NOLINT(misc-include-cleaner): includes jpeglib.h

namespace cameo::image::test {
namespace {

using namespace std::string_view_literals;

std::uint8_t to_byte(double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

void blend(std::uint8_t* pixel, std::array<int, 3> colour, double share) {
    for (std::size_t c = 0; c < 3; ++c)
        pixel[c] = to_byte(pixel[c] * (1 - share) + colour[c] * share);
}

void disc(Rgb& picture, double cx, double cy, double radius, std::array<int, 3> colour) {
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x)
            blend(picture.at(x, y), colour,
                  std::clamp(radius + 0.5 - std::hypot(x + 0.5 - cx, y + 0.5 - cy), 0.0, 1.0));
}

double lanczos(double x) {
    if (x == 0) return 1;
    if (std::abs(x) >= 3) return 0;
    const double px = std::numbers::pi * x;
    return 3 * std::sin(px) * std::sin(px / 3) / (px * px);
}

// The weights of source samples for a sample of the result.
struct Taps {
    int first = 0;
    std::vector<double> weights;
};

std::vector<Taps> taps_of(int from, int to) {
    const double step = static_cast<double>(from) / to;
    const double widen = std::max(1.0, step);
    std::vector<Taps> all;
    for (int i = 0; i < to; ++i) {
        const double middle = (i + 0.5) * step;
        Taps taps{.first = static_cast<int>(std::floor(middle - 3 * widen))};
        double sum = 0;
        for (int k = taps.first; k <= middle + 3 * widen; ++k) {
            taps.weights.push_back(lanczos((k + 0.5 - middle) / widen));
            sum += taps.weights.back();
        }
        for (double& weight : taps.weights) weight /= sum;
        all.push_back(std::move(taps));
    }
    return all;
}

// Resamples a line of `count` samples that are `stride` apart.
void resample_line(const std::vector<Taps>& taps, const double* from, int count, double* to,
                   std::ptrdiff_t stride) {
    for (const Taps& tap : taps) {
        double sum = 0;
        for (std::size_t k = 0; k < tap.weights.size(); ++k)
            sum += tap.weights[k] *
                   from[std::clamp(tap.first + static_cast<int>(k), 0, count - 1) * stride];
        *to++ = sum;
    }
}

void marker(jpeg_compress_struct& info, int code, std::string_view text) {
    jpeg_write_marker(&info, code, reinterpret_cast<const JOCTET*>(text.data()),
                      static_cast<unsigned>(text.size()));
}

std::string exif(Orientation orientation) {
    std::string tiff("Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"sv);
    tiff.push_back(static_cast<char>(orientation));
    return tiff + std::string(6, '\0') + "GPS: 52.5 N";
}

void set_colours(jpeg_compress_struct& info, const JpegOptions& options) {
    switch (options.colours) {
        case JpegOptions::Colours::ycc:
            jpeg_set_colorspace(&info, JCS_YCbCr);
            info.comp_info[0].h_samp_factor = options.across;
            info.comp_info[0].v_samp_factor = options.down;
            break;
        case JpegOptions::Colours::grey:
            jpeg_set_colorspace(&info, JCS_GRAYSCALE);
            break;
        case JpegOptions::Colours::rgb:
            jpeg_set_colorspace(&info, JCS_RGB);
            break;
        case JpegOptions::Colours::cmyk:
            break;
    }
}

void write_metadata(jpeg_compress_struct& info, const JpegOptions& options) {
    if (options.orientation != Orientation::upright || options.metadata)
        marker(info, JPEG_APP0 + 1, exif(options.orientation));
    if (!options.profile.empty())
        jpeg_write_icc_profile(&info, options.profile.data(),
                               static_cast<unsigned>(options.profile.size()));
    if (!options.metadata) return;
    marker(info, JPEG_APP0 + 1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"sv);
    marker(info, JPEG_COM, "taken at home");
}

// CMYK as Adobe writes it: inverted, without any black in the black channel.
std::vector<JSAMPLE> row_of(const Rgb& picture, int y, bool cmyk) {
    const std::uint8_t* row = picture.at(0, y);
    if (!cmyk) return {row, row + static_cast<std::ptrdiff_t>(picture.width) * 3};
    std::vector<JSAMPLE> out;
    for (int x = 0; x < picture.width; ++x, row += 3)
        out.insert(out.end(), {row[0], row[1], row[2], 255});
    return out;
}

Bytes bytes_of(cmsHPROFILE profile) {
    cmsUInt32Number length = 0;
    cmsSaveProfileToMem(profile, nullptr, &length);
    Bytes out(length);
    cmsSaveProfileToMem(profile, out.data(), &length);
    cmsCloseProfile(profile);
    return out;
}

}  // namespace

Rgb draw(int width, int height) {
    Rgb picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const double u = (x + 0.5) / width;
            const double v = (y + 0.5) / height;
            const double wave = 24 * std::sin(60 * u + 25 * v * v);
            std::uint8_t* pixel = picture.at(x, y);
            pixel[0] = to_byte(60 + 70 * u + wave);
            pixel[1] = to_byte(70 + 80 * v + wave);
            pixel[2] = to_byte(150 - 60 * u * v + wave);
        }
    const double r = std::min(width, height) / 9.0;
    disc(picture, width * 0.5 - 2.2 * r, height * 0.5 - 1.8 * r, 1.5 * r, {225, 30, 40});
    disc(picture, width * 0.5 + 2.4 * r, height * 0.5 - 2.1 * r, 1.1 * r, {40, 190, 70});
    disc(picture, width * 0.5 - 1.9 * r, height * 0.5 + 2.3 * r, 0.9 * r, {250, 250, 250});
    disc(picture, width * 0.5 + 2.0 * r, height * 0.5 + 2.0 * r, 1.3 * r, {20, 30, 60});
    return picture;
}

Rgb stored(const Rgb& upright, Orientation orientation) {
    const int w = upright.width;
    const int h = upright.height;
    Rgb out = swaps_sides(orientation) ? Rgb(h, w) : Rgb(w, h);
    // The sides of the upright picture at which row 0 and column 0 of the stored one lie.
    const auto source = [&](int column, int row) -> std::array<int, 2> {
        switch (orientation) {
            case Orientation::upright:  // top, left
                return {column, row};
            case Orientation::mirrored:  // top, right
                return {w - 1 - column, row};
            case Orientation::rotated_180:  // bottom, right
                return {w - 1 - column, h - 1 - row};
            case Orientation::flipped:  // bottom, left
                return {column, h - 1 - row};
            case Orientation::transposed:  // left, top
                return {row, column};
            case Orientation::rotated_90:  // right, top
                return {w - 1 - row, column};
            case Orientation::transversed:  // right, bottom
                return {w - 1 - row, h - 1 - column};
            case Orientation::rotated_270:  // left, bottom
                return {row, h - 1 - column};
        }
        return {};
    };
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x) {
            const auto [sx, sy] = source(x, y);
            std::copy_n(upright.at(sx, sy), 3, out.at(x, y));
        }
    return out;
}

Bytes jpeg_of(const Rgb& picture, const JpegOptions& options) {
    const bool cmyk = options.colours == JpegOptions::Colours::cmyk;
    jpeg_error_mgr errors{};
    jpeg_compress_struct info{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* data = nullptr;
    unsigned long length = 0;
    jpeg_mem_dest(&info, &data, &length);
    info.image_width = static_cast<JDIMENSION>(picture.width);
    info.image_height = static_cast<JDIMENSION>(picture.height);
    info.input_components = cmyk ? 4 : 3;
    info.in_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&info);
    set_colours(info, options);
    jpeg_set_quality(&info, options.quality, TRUE);
    if (options.progressive) jpeg_simple_progression(&info);
    const std::array<jpeg_scan_info, 3> scans{
        {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}}};
    if (options.separate_scans) {
        info.scan_info = scans.data();
        info.num_scans = 3;
    }
    info.restart_in_rows = options.restart_rows;
    jpeg_start_compress(&info, TRUE);
    write_metadata(info, options);
    for (int y = 0; y < picture.height; ++y) {
        auto row = row_of(picture, y, cmyk);
        JSAMPROW first = row.data();
        jpeg_write_scanlines(&info, &first, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    Bytes out(data, data + length);
    std::free(data);  // NOLINT(cppcoreguidelines-no-malloc): libjpeg made it with malloc
    return out;
}

Bytes display_p3_profile() {
    const cmsCIExyY d65{0.3127, 0.3290, 1};
    const cmsCIExyYTRIPLE primaries{{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
    const std::array<cmsFloat64Number, 5> srgb{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
    cmsToneCurve* curve = cmsBuildParametricToneCurve(nullptr, 4, srgb.data());
    const std::array<cmsToneCurve*, 3> curves{curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&d65, &primaries, curves.data());
    cmsFreeToneCurve(curve);
    return bytes_of(profile);
}

Bytes srgb_profile() { return bytes_of(cmsCreate_sRGBProfile()); }

Rgb decoded(ByteView jpeg) {
    jpeg_error_mgr errors{};
    jpeg_decompress_struct info{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, jpeg.data(), jpeg.size());
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    jpeg_start_decompress(&info);
    Rgb picture(static_cast<int>(info.output_width), static_cast<int>(info.output_height));
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = picture.at(0, static_cast<int>(info.output_scanline));
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return picture;
}

Rgb resampled(const Rgb& picture, int width, int height) {
    const auto across = taps_of(picture.width, width);
    const auto down = taps_of(picture.height, height);
    std::vector<double> line(static_cast<std::size_t>(picture.width));
    std::vector<double> narrow(static_cast<std::size_t>(width) *
                               static_cast<std::size_t>(picture.height));
    std::vector<double> column(static_cast<std::size_t>(height));
    Rgb out(width, height);
    for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < picture.height; ++y) {
            for (int x = 0; x < picture.width; ++x)
                line[static_cast<std::size_t>(x)] = picture.at(x, y)[c];
            resample_line(across, line.data(), picture.width,
                          narrow.data() + static_cast<std::ptrdiff_t>(y) * width, 1);
        }
        for (int x = 0; x < width; ++x) {
            resample_line(down, narrow.data() + x, picture.height, column.data(), width);
            for (int y = 0; y < height; ++y)
                out.at(x, y)[c] = to_byte(column[static_cast<std::size_t>(y)]);
        }
    }
    return out;
}

Rgb centre(const Rgb& picture) {
    const int side = std::min(picture.width, picture.height);
    Rgb out(side, side);
    for (int y = 0; y < side; ++y)
        std::copy_n(picture.at((picture.width - side) / 2, (picture.height - side) / 2 + y),
                    static_cast<std::ptrdiff_t>(side) * 3, out.at(0, y));
    return out;
}

Rgb as_rendition(const Rgb& picture) { return decoded(jpeg_of(picture, {.quality = kQuality})); }

double psnr(const Rgb& a, const Rgb& b) {
    if (a.width != b.width || a.height != b.height) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < a.samples.size(); ++i)
        sum += std::pow(a.samples[i] - b.samples[i], 2);
    return 10 * std::log10(255 * 255 * static_cast<double>(a.samples.size()) / std::max(sum, 1e-9));
}

std::array<double, 2> centre_of_red(const Rgb& picture) {
    double mass = 0;
    double sum_x = 0;
    double sum_y = 0;
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const std::uint8_t* p = picture.at(x, y);
            const double red = std::max(0.0, p[0] - (p[1] + p[2]) / 2.0 - 20);
            mass += red;
            sum_x += red * (x + 0.5);
            sum_y += red * (y + 0.5);
        }
    return {sum_x / mass, sum_y / mass};
}

std::vector<std::string> sizes_of(const photo::RenderedPhoto& photo) {
    std::vector<std::string> names;
    for (const auto& item : photo.items) names.push_back(photo::to_string(item.size));
    return names;
}

}  // namespace cameo::image::test
