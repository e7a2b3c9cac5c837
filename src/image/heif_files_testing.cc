// HEIC and AVIF files, item by item.
#include "image/heif_files_testing.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "image/byte_reader.h"

namespace cameo::image::test {

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

Bytes aux_c(std::string_view type) {
    Bytes body(type.begin(), type.end());
    body.push_back(0);
    return full_box("auxC", 0, body);
}

Bytes nclx(int primaries, int transfer, int matrix, bool full_range) {
    Bytes body{'n', 'c', 'l', 'x'};
    for (const int code : {primaries, transfer, matrix})
        append_be(body, static_cast<std::uint64_t>(code), 2);
    body.push_back(full_range ? 0x80 : 0);
    return box("colr", body);
}

Bytes grid(int rows, int columns, std::uint32_t width, std::uint32_t height) {
    Bytes body{0, 1, static_cast<std::uint8_t>(rows - 1), static_cast<std::uint8_t>(columns - 1)};
    append_be(body, width, 4);
    append_be(body, height, 4);
    return body;
}

namespace {

Bytes item_infos(const HeifBuilder& file) {
    Bytes body;
    append_be(body, file.items.size(), 2);
    for (const BuiltItem& item : file.items) {
        Bytes info;
        append_be(info, item.id, 2);
        append_be(info, 0, 2);
        for (const char c : item.type) info.push_back(static_cast<std::uint8_t>(c));
        info.push_back(0);
        Bytes whole = full_box("infe", 2, info);
        if (item.hidden) whole[11] = 1;  // the last byte of the flags
        append(body, whole);
    }
    return full_box("iinf", 0, body);
}

Bytes item_references(const HeifBuilder& file) {
    Bytes body;
    for (const BuiltReference& reference : file.references) {
        Bytes one;
        append_be(one, reference.from, 2);
        append_be(one, reference.to.size(), 2);
        for (const std::uint16_t id : reference.to) append_be(one, id, 2);
        append(body, box(reference.type, one));
    }
    return full_box("iref", 0, body);
}

Bytes item_properties(const HeifBuilder& file) {
    Bytes all;
    for (const Bytes& property : file.properties) append(all, property);
    Bytes associations;
    append_be(associations, file.items.size(), 4);
    for (const BuiltItem& item : file.items) {
        append_be(associations, item.id, 2);
        append_be(associations, item.properties.size(), 1);
        append(associations, item.properties);
    }
    Bytes body = box("ipco", all);
    append(body, full_box("ipma", 0, associations));
    return box("iprp", body);
}

Bytes item_locations(const HeifBuilder& file, std::uint32_t data_at) {
    Bytes body{0x44, 0x00};  // offsets and lengths of four bytes
    append_be(body, file.items.size(), 2);
    for (const BuiltItem& item : file.items) {
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

Bytes meta(const HeifBuilder& file, std::uint32_t data_at) {
    Bytes body = full_box("hdlr", 0,
                          {0, 0, 0, 0, 'p', 'i', 'c', 't', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    Bytes first;
    append_be(first, file.primary, 2);
    append(body, full_box("pitm", 0, first));
    append(body, item_infos(file));
    append(body, item_references(file));
    append(body, item_properties(file));
    append(body, item_locations(file, data_at));
    return full_box("meta", 0, body);
}

}  // namespace

Bytes HeifBuilder::build() const {
    Bytes brands;
    const auto add_brand = [&](std::string_view each) {
        for (const char c : each) brands.push_back(static_cast<std::uint8_t>(c));
    };
    add_brand(brand);
    append_be(brands, 0, 4);
    for (const std::string_view each : compatible) add_brand(each);
    const Bytes head = box("ftyp", brands);
    const std::size_t data_at = head.size() + meta(*this, 0).size() + 8;
    Bytes out = head;
    append(out, meta(*this, static_cast<std::uint32_t>(data_at)));
    append(out, box("mdat", data));
    return out;
}

BuiltItem& HeifBuilder::item(std::uint16_t id) {
    const auto found = std::ranges::find(items, id, &BuiltItem::id);
    if (found == items.end()) throw std::runtime_error("HEIF: no such item");
    return *found;
}

void HeifBuilder::add(std::uint16_t id, std::string_view type, const Bytes& bytes,
                      const std::vector<Bytes>& its_properties, bool hidden) {
    BuiltItem item{.id = id,
                   .type = type,
                   .extents = {{static_cast<std::uint32_t>(data.size()),
                                static_cast<std::uint32_t>(bytes.size())}},
                   .hidden = hidden};
    append(data, bytes);
    for (const Bytes& property : its_properties) {
        const auto known = std::ranges::find(properties, property);
        item.properties.push_back(
            static_cast<std::uint8_t>(1 + std::distance(properties.begin(), known)));
        if (known == properties.end()) properties.push_back(property);
    }
    items.push_back(std::move(item));
}

void HeifBuilder::add_coded(std::uint16_t id, const Bytes& coded, std::vector<Bytes> others,
                            bool hidden) {
    const bool is_av1 = !find_box(coded, "av1C").empty();
    const Bytes media = find_box(coded, "mdat");
    others.insert(others.begin(),
                  {find_box(coded, is_av1 ? "av1C" : "hvcC"), find_box(coded, "ispe")});
    add(id, is_av1 ? "av01" : "hvc1", {media.begin() + 8, media.end()}, others, hidden);
}

std::vector<std::uint16_t> HeifBuilder::add_grid(std::uint16_t id, const Rgb& picture, int tile,
                                                 std::uint16_t first_tile,
                                                 const std::vector<Bytes>& others, bool hidden) {
    const int columns = (picture.width + tile - 1) / tile;
    const int rows = (picture.height + tile - 1) / tile;
    std::vector<std::uint16_t> ids;
    for (int i = 0; i < columns * rows; ++i) {
        Rgb part(tile, tile);
        for (int y = 0; y < tile; ++y)
            for (int x = 0; x < tile; ++x)
                std::copy_n(picture.at(std::min(i % columns * tile + x, picture.width - 1),
                                       std::min(i / columns * tile + y, picture.height - 1)),
                            3, part.at(x, y));
        ids.push_back(static_cast<std::uint16_t>(first_tile + i));
        add_coded(ids.back(), file_of(part, suffix()), {}, true);
    }
    const auto width = static_cast<std::uint32_t>(picture.width);
    const auto height = static_cast<std::uint32_t>(picture.height);
    std::vector<Bytes> all{ispe(width, height)};
    all.insert(all.end(), others.begin(), others.end());
    add_derived(id, "grid", grid(rows, columns, width, height), ids, all);
    item(id).hidden = hidden;
    return ids;
}

void HeifBuilder::add_derived(std::uint16_t id, std::string_view type, const Bytes& body,
                              std::vector<std::uint16_t> parts,
                              const std::vector<Bytes>& its_properties) {
    add(id, type, body, its_properties);
    references.push_back({"dimg", id, std::move(parts)});
}

HeifBuilder heif_file(std::string_view suffix) {
    return {.brand = suffix == ".avif" ? "avif" : "heic"};
}

}  // namespace cameo::image::test
