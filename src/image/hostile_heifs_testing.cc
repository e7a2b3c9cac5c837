// HEIC and AVIF files with crafted item tables (ISO/IEC 14496-12 and 23008-12).
#include <utility>

#include "image/heif_files_testing.h"
#include "image/hostile_pictures_testing.h"
#include "image/pictures_testing.h"

namespace cameo::image::test {
namespace {

// Of the tile.
constexpr std::uint8_t kConfiguration = 1;
constexpr std::uint8_t kTileSize = 2;

// One coded tile of 64x64: item 1, the primary item.
HeifBuilder one_tile(const char* suffix) {
    HeifBuilder file = heif_file(suffix);
    file.add_coded(1, file_of(draw(64, 64), suffix));
    return file;
}

HeifBuilder grid_of(const char* suffix, int rows, int columns, std::uint32_t side) {
    HeifBuilder file = one_tile(suffix);
    file.primary = 2;
    file.add_derived(2, "grid", grid(rows, columns, side, side),
                     std::vector<std::uint16_t>(static_cast<std::size_t>(rows * columns), 1),
                     {ispe(side, side)});
    return file;
}

HeifBuilder grids_of_grids(const char* suffix, int depth) {
    HeifBuilder file = one_tile(suffix);
    for (int id = 2; id < 2 + depth; ++id)
        file.add_derived(static_cast<std::uint16_t>(id), "grid", grid(16, 16, 128, 128),
                         std::vector<std::uint16_t>(256, static_cast<std::uint16_t>(id - 1)),
                         {ispe(128, 128)});
    file.primary = static_cast<std::uint16_t>(1 + depth);
    return file;
}

HeifBuilder cycle(const char* suffix, std::string_view type) {
    HeifBuilder file = one_tile(suffix);
    file.add_derived(2, type, grid(1, 1, 64, 64), {3}, {ispe(64, 64)});
    file.add_derived(3, type, grid(1, 1, 64, 64), {2}, {ispe(64, 64)});
    file.primary = 2;
    return file;
}

HeifBuilder with(HeifBuilder file, auto change) {
    change(file);
    return file;
}

void add_attacks(std::vector<HostilePicture>& all, const char* suffix) {
    const HeifBuilder good = one_tile(suffix);
    const auto length = static_cast<std::uint32_t>(good.data.size());
    const auto add = [&](const char* name, const HeifBuilder& file, bool may_be_taken = false) {
        all.push_back({std::string(suffix + 1) + "_" + name, file.build(), may_be_taken});
    };
    const auto changed = [&](const char* name, auto change, bool may_be_taken = false) {
        add(name, with(good, change), may_be_taken);
    };
    add("built_here", good, true);
    add("grid_of_2x2_tiles", grid_of(suffix, 2, 2, 128), true);
    add("grid_of_65025_tiles", grid_of(suffix, 255, 255, 3'990));
    add("grid_of_3600_tiles", grid_of(suffix, 60, 60, 3'840));
    add("grid_of_three_tiles_too_few",
        with(grid_of(suffix, 2, 2, 128), [](HeifBuilder& f) { f.references[0].to.resize(1); }));
    add("grid_larger_than_its_tiles", grid_of(suffix, 2, 2, 5'100), true);
    add("grid_of_two_gigapixels", grid_of(suffix, 2, 2, 0x7FFFFFFF));
    add("grid_of_no_size", grid_of(suffix, 2, 2, 0));
    add("grids_of_grids", grids_of_grids(suffix, 2));
    add("grids_of_grids_nine_deep", grids_of_grids(suffix, 9));
    add("cycle_of_grids", cycle(suffix, "grid"));
    add("cycle_of_identities", cycle(suffix, "iden"));
    add("cycle_of_overlays", cycle(suffix, "iovl"));
    changed(
        "itself_as_its_alpha", [](HeifBuilder& f) { f.references.push_back({"auxl", 1, {1}}); },
        true);
    changed(
        "itself_as_its_thumbnail", [](HeifBuilder& f) { f.references.push_back({"thmb", 1, {1}}); },
        true);
    changed("size_of_zero", [](HeifBuilder& f) { f.properties[1] = ispe(0, 0); });
    changed("size_of_four_gigapixels",
            [](HeifBuilder& f) { f.properties[1] = ispe(0xFFFFFFFF, 0xFFFFFFFF); });
    changed(
        "size_unlike_the_coded_one", [](HeifBuilder& f) { f.properties[1] = ispe(96, 96); }, true);
    changed("configuration_missing", [](HeifBuilder& f) { f.items[0].properties = {kTileSize}; });
    changed(
        "property_that_is_not_there",
        [](HeifBuilder& f) { f.items[0].properties = {kConfiguration, kTileSize, 99}; }, true);
    changed("primary_that_is_not_there", [](HeifBuilder& f) { f.primary = 77; });
    changed("primary_that_is_text", [](HeifBuilder& f) { f.items[0].type = "mime"; });
    changed("no_items", [](HeifBuilder& f) { f.items.clear(); });
    changed("data_behind_the_file",
            [&](HeifBuilder& f) { f.items[0].extents = {{1 << 30, length}}; });
    changed("data_of_four_gigabytes",
            [](HeifBuilder& f) { f.items[0].extents = {{0, 0xFFFFFFFF}}; });
    changed("data_of_nothing", [](HeifBuilder& f) { f.items[0].extents = {{0, 0}}; });
    changed("data_of_65535_extents",
            [&](HeifBuilder& f) { f.items[0].extents.assign(65'535, {0, length}); });
    changed(
        "thirty_thousand_items",
        [](HeifBuilder& f) {
            for (std::uint16_t id = 2; id < 30'000; ++id)
                f.items.push_back({id, f.items[0].type, f.items[0].extents, f.items[0].properties});
        },
        true);
    changed("thirty_thousand_alphas_of_a_tile_named_a_thousand_times", [](HeifBuilder& f) {
        f.properties.push_back(aux_c(kAlpha));
        for (std::uint16_t id = 10; id < 30'000; ++id) {
            f.items.push_back({id, f.items[0].type, f.items[0].extents, {1, 2, 3}, true});
            f.references.push_back({"auxl", id, {1}});
        }
        f.add_derived(2, "grid", grid(20, 40, 2'560, 1'280), std::vector<std::uint16_t>(800, 1),
                      {ispe(2'560, 1'280)});
        f.primary = 2;
    });
    changed(
        "three_megabytes_of_properties_of_one_item",
        [](HeifBuilder& f) {
            const std::vector<std::uint8_t> properties(255, 2);
            for (int i = 0; i < 12'000; ++i) f.items.push_back({9, "free", {}, properties, true});
            for (int i = 0; i < 1'000; ++i) f.references.push_back({"auxl", 9, {1}});
        },
        true);
    changed(
        "one_megabyte_of_references",
        [](HeifBuilder& f) {
            for (int i = 0; i < 8; ++i)
                f.references.push_back({"cdsc", 1, std::vector<std::uint16_t>(65'000, 1)});
        },
        true);
}

}  // namespace

std::vector<HostilePicture> hostile_heifs() {
    std::vector<HostilePicture> all;
    for (const char* suffix : {".avif", ".heic"}) add_attacks(all, suffix);
    Bytes deep;
    for (int i = 0; i < 4'000; ++i) deep = full_box("meta", 0, deep);
    Bytes file = box("ftyp", {'h', 'e', 'i', 'c', 0, 0, 0, 0, 'm', 'i', 'f', '1'});
    append(file, deep);
    all.push_back({"boxes_four_thousand_deep", file});
    for (const std::uint32_t length : {0U, 1U, 7U, 0xFFFFFFFFU}) {
        Bytes cut = box("ftyp", {'a', 'v', 'i', 'f', 0, 0, 0, 0, 'm', 'i', 'f', '1'});
        append_be(cut, length, 4);
        append(cut, {'m', 'e', 't', 'a', 0, 0, 0, 0});
        all.push_back({"box_of_length_" + std::to_string(length), cut});
    }
    return all;
}

}  // namespace cameo::image::test
