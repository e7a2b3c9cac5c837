// HEIC and AVIF files with crafted item tables (ISO/IEC 14496-12 and 23008-12).
#include <utility>

#include "image/byte_reader.h"
#include "image/hostile_pictures_testing.h"
#include "image/pictures_testing.h"

namespace cameo::image::test {
namespace {

void append(Bytes& to, const Bytes& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void append_be(Bytes& to, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        to.push_back(static_cast<std::uint8_t>(value >> shift));
}

Bytes box(std::string_view type, const Bytes& body) {
    Bytes out;
    append_be(out, body.size() + 8, 4);
    for (const char c : type) out.push_back(static_cast<std::uint8_t>(c));
    append(out, body);
    return out;
}

Bytes full_box(std::string_view type, int version, const Bytes& body) {
    Bytes versioned{static_cast<std::uint8_t>(version), 0, 0, 0};
    append(versioned, body);
    return box(type, versioned);
}

// The first box of that type, at any depth, with its header.
Bytes find_box(const Bytes& file, std::string_view type) {
    for (std::size_t at = 4; at + 4 <= file.size(); ++at)
        if (has_text(file, at, type))
            return {file.begin() + static_cast<std::ptrdiff_t>(at - 4),
                    file.begin() + static_cast<std::ptrdiff_t>(at - 4 + be32(file, at - 4))};
    return {};
}

Bytes ispe(std::uint32_t width, std::uint32_t height) {
    Bytes body;
    append_be(body, width, 4);
    append_be(body, height, 4);
    return full_box("ispe", 0, body);
}

struct Extent {
    std::uint32_t offset = 0;  // from the beginning of the media data
    std::uint32_t length = 0;
};

struct Item {
    std::uint16_t id = 0;
    std::string_view type;
    std::vector<Extent> extents;
    std::vector<std::uint8_t> properties;  // from 1
};

struct Reference {
    std::string_view type;
    std::uint16_t from = 0;
    std::vector<std::uint16_t> to;
};

struct HeifFile {
    std::string_view brand;
    std::uint16_t primary = 1;
    std::vector<Bytes> properties;
    std::vector<Item> items;
    std::vector<Reference> references;
    Bytes data;

    Bytes build() const {
        Bytes brands;
        for (const std::string_view each :
             {brand, std::string_view("\0\0\0\0", 4), brand, std::string_view("mif1")})
            for (const char c : each) brands.push_back(static_cast<std::uint8_t>(c));
        const Bytes head = box("ftyp", brands);
        const std::size_t data_at = head.size() + meta(0).size() + 8;
        Bytes out = head;
        append(out, meta(static_cast<std::uint32_t>(data_at)));
        append(out, box("mdat", data));
        return out;
    }

  private:
    Bytes meta(std::uint32_t data_at) const {
        Bytes body = full_box(
            "hdlr", 0, {0, 0, 0, 0, 'p', 'i', 'c', 't', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        Bytes first;
        append_be(first, primary, 2);
        append(body, full_box("pitm", 0, first));
        append(body, item_infos());
        append(body, item_references());
        append(body, item_properties());
        append(body, item_locations(data_at));
        return full_box("meta", 0, body);
    }
    Bytes item_infos() const {
        Bytes body;
        append_be(body, items.size(), 2);
        for (const Item& item : items) {
            Bytes info;
            append_be(info, item.id, 2);
            append_be(info, 0, 2);
            for (const char c : item.type) info.push_back(static_cast<std::uint8_t>(c));
            info.push_back(0);
            append(body, full_box("infe", 2, info));
        }
        return full_box("iinf", 0, body);
    }
    Bytes item_references() const {
        Bytes body;
        for (const Reference& reference : references) {
            Bytes one;
            append_be(one, reference.from, 2);
            append_be(one, reference.to.size(), 2);
            for (const std::uint16_t id : reference.to) append_be(one, id, 2);
            append(body, box(reference.type, one));
        }
        return full_box("iref", 0, body);
    }
    Bytes item_properties() const {
        Bytes all;
        for (const Bytes& property : properties) append(all, property);
        Bytes associations;
        append_be(associations, items.size(), 4);
        for (const Item& item : items) {
            append_be(associations, item.id, 2);
            append_be(associations, item.properties.size(), 1);
            append(associations, item.properties);
        }
        Bytes body = box("ipco", all);
        append(body, full_box("ipma", 0, associations));
        return box("iprp", body);
    }
    Bytes item_locations(std::uint32_t data_at) const {
        Bytes body{0x44, 0x00};  // offsets and lengths of four bytes
        append_be(body, items.size(), 2);
        for (const Item& item : items) {
            append_be(body, item.id, 2);
            append_be(body, 0, 2);
            append_be(body, item.extents.size(), 2);
            for (const Extent& extent : item.extents) {
                append_be(body, data_at + extent.offset, 4);
                append_be(body, extent.length, 4);
            }
        }
        return full_box("iloc", 0, body);
    }
};

constexpr std::uint8_t kConfiguration = 1;
constexpr std::uint8_t kTileSize = 2;
constexpr std::uint8_t kWholeSize = 3;

Bytes grid(int rows, int columns, std::uint32_t side) {
    Bytes body{0, 1, static_cast<std::uint8_t>(rows - 1), static_cast<std::uint8_t>(columns - 1)};
    append_be(body, side, 4);
    append_be(body, side, 4);
    return body;
}

// One coded tile of 64x64: item 1, the primary item.
HeifFile one_tile(const char* suffix) {
    const bool avif = std::string_view(suffix) == ".avif";
    const Bytes coded = file_of(draw(64, 64), suffix);
    const Bytes media = find_box(coded, "mdat");
    HeifFile file{.brand = avif ? "avif" : "heic"};
    file.data.assign(media.begin() + 8, media.end());
    file.properties = {find_box(coded, avif ? "av1C" : "hvcC"), ispe(64, 64)};
    file.items = {{1,
                   avif ? "av01" : "hvc1",
                   {{0, static_cast<std::uint32_t>(file.data.size())}},
                   {kConfiguration, kTileSize}}};
    return file;
}

// Adds item `id`, derived from `parts`; its size is the property kWholeSize.
void add_derived(HeifFile& file, std::uint16_t id, std::string_view type, const Bytes& body,
                 std::vector<std::uint16_t> parts) {
    file.items.push_back(
        {id,
         type,
         {{static_cast<std::uint32_t>(file.data.size()), static_cast<std::uint32_t>(body.size())}},
         {kWholeSize}});
    append(file.data, body);
    file.references.push_back({"dimg", id, std::move(parts)});
}

HeifFile grid_of(const char* suffix, int rows, int columns, std::uint32_t side) {
    HeifFile file = one_tile(suffix);
    file.properties.push_back(ispe(side, side));
    file.primary = 2;
    add_derived(file, 2, "grid", grid(rows, columns, side),
                std::vector<std::uint16_t>(static_cast<std::size_t>(rows * columns), 1));
    return file;
}

HeifFile grids_of_grids(const char* suffix, int depth) {
    HeifFile file = one_tile(suffix);
    file.properties.push_back(ispe(128, 128));
    for (int id = 2; id < 2 + depth; ++id)
        add_derived(file, static_cast<std::uint16_t>(id), "grid", grid(16, 16, 128),
                    std::vector<std::uint16_t>(256, static_cast<std::uint16_t>(id - 1)));
    file.primary = static_cast<std::uint16_t>(1 + depth);
    return file;
}

HeifFile cycle(const char* suffix, std::string_view type) {
    HeifFile file = one_tile(suffix);
    file.properties.push_back(ispe(64, 64));
    add_derived(file, 2, type, grid(1, 1, 64), {3});
    add_derived(file, 3, type, grid(1, 1, 64), {2});
    file.primary = 2;
    return file;
}

HeifFile with(HeifFile file, auto change) {
    change(file);
    return file;
}

void add_attacks(std::vector<HostilePicture>& all, const char* suffix) {
    const HeifFile good = one_tile(suffix);
    const auto length = static_cast<std::uint32_t>(good.data.size());
    const auto add = [&](const char* name, const HeifFile& file, bool may_be_taken = false) {
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
        with(grid_of(suffix, 2, 2, 128), [](HeifFile& f) { f.references[0].to.resize(1); }));
    add("grid_larger_than_its_tiles", grid_of(suffix, 2, 2, 3'990), true);
    add("grid_of_two_gigapixels", grid_of(suffix, 2, 2, 0x7FFFFFFF));
    add("grid_of_no_size", grid_of(suffix, 2, 2, 0));
    add("grids_of_grids", grids_of_grids(suffix, 2));
    add("grids_of_grids_nine_deep", grids_of_grids(suffix, 9));
    add("cycle_of_grids", cycle(suffix, "grid"));
    add("cycle_of_identities", cycle(suffix, "iden"));
    add("cycle_of_overlays", cycle(suffix, "iovl"));
    changed(
        "itself_as_its_alpha", [](HeifFile& f) { f.references.push_back({"auxl", 1, {1}}); }, true);
    changed(
        "itself_as_its_thumbnail", [](HeifFile& f) { f.references.push_back({"thmb", 1, {1}}); },
        true);
    changed("size_of_zero", [](HeifFile& f) { f.properties[1] = ispe(0, 0); });
    changed("size_of_four_gigapixels",
            [](HeifFile& f) { f.properties[1] = ispe(0xFFFFFFFF, 0xFFFFFFFF); });
    changed("size_unlike_the_coded_one", [](HeifFile& f) { f.properties[1] = ispe(96, 96); }, true);
    changed("configuration_missing", [](HeifFile& f) { f.items[0].properties = {kTileSize}; });
    changed(
        "property_that_is_not_there",
        [](HeifFile& f) { f.items[0].properties = {kConfiguration, kTileSize, 99}; }, true);
    changed("primary_that_is_not_there", [](HeifFile& f) { f.primary = 77; });
    changed("primary_that_is_text", [](HeifFile& f) { f.items[0].type = "mime"; });
    changed("no_items", [](HeifFile& f) { f.items.clear(); });
    changed("data_behind_the_file", [&](HeifFile& f) { f.items[0].extents = {{1 << 30, length}}; });
    changed("data_of_four_gigabytes", [](HeifFile& f) { f.items[0].extents = {{0, 0xFFFFFFFF}}; });
    changed("data_of_nothing", [](HeifFile& f) { f.items[0].extents = {{0, 0}}; });
    changed("data_of_65535_extents",
            [&](HeifFile& f) { f.items[0].extents.assign(65'535, {0, length}); });
    changed(
        "thirty_thousand_items",
        [](HeifFile& f) {
            for (std::uint16_t id = 2; id < 30'000; ++id)
                f.items.push_back({id, f.items[0].type, f.items[0].extents, f.items[0].properties});
        },
        true);
    changed(
        "one_megabyte_of_references",
        [](HeifFile& f) {
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
