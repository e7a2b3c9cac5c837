// The limits of HEIF's derived items.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "image/box_reader.h"
#include "image/header.h"

namespace cameo::image {
namespace {

// Calls `visit` with the body of each box of that type.
template <class Visit>
void for_each(ByteView boxes, std::string_view type, Visit visit) {
    while (const auto box = take_box(boxes))
        if (box->type == type) visit(box->body);
}

// The graph of the items and of the items they are decoded from.
class ItemGraph {
  public:
    explicit ItemGraph(ByteView file) {
        for_each(file, "meta", [&](ByteView meta) {
            if (meta.size() < kFullBoxBytes) return;
            for_each(meta.subspan(kFullBoxBytes), "iref",
                     [&](ByteView iref) { read_references(iref); });
        });
    }

    bool within_limits() {
        return !is_malformed_ &&
               std::ranges::all_of(items_, [&](auto& item) { return count_parts(item.second, 1); });
    }

  private:
    struct Item {
        std::vector<std::uint32_t> inputs;
        int parts = 0;  // all items below it and itself; zero if not counted yet
        int height = 0;
    };

    void read_references(ByteView iref) {
        if (iref.size() < kFullBoxBytes) return;
        const bool wide = iref[0] != 0;
        for_each(iref.subspan(kFullBoxBytes), "dimg",
                 [&](ByteView reference) { read_reference(reference, wide); });
        // libheif decodes an alpha or depth picture together with its master item.
        for_each(iref.subspan(kFullBoxBytes), "auxl",
                 [&](ByteView reference) { read_auxiliary(reference, wide); });
    }

    // The item, the number of ids, and the ids; an id has two bytes, or four where `wide`.
    struct Reference {
        std::uint32_t from = 0;
        std::vector<std::uint32_t> to;
    };
    Reference parse(ByteView box, bool wide) {
        const std::size_t id_bytes = wide ? 4 : 2;
        const auto id_at = [&](std::size_t at) { return wide ? be32(box, at) : be16(box, at); };
        if (box.size() < id_bytes + 2) return {};
        Reference reference{.from = id_at(0)};
        const std::size_t count = be16(box, id_bytes);
        const std::size_t present = (box.size() - id_bytes - 2) / id_bytes;
        // libheif reads beyond a box that is too short for its count.
        if (count > present) is_malformed_ = true;
        for (std::size_t i = 0; i < std::min(count, present); ++i)
            reference.to.push_back(id_at(id_bytes + 2 + i * id_bytes));
        return reference;
    }

    void read_reference(ByteView box, bool wide) {
        const auto [from, to] = parse(box, wide);
        auto& inputs = items_[from].inputs;
        inputs.insert(inputs.end(), to.begin(), to.end());
    }

    void read_auxiliary(ByteView box, bool wide) {
        const auto [from, to] = parse(box, wide);
        for (const std::uint32_t item : to) items_[item].inputs.push_back(from);
    }

    // False beyond a limit. A cycle of items exceeds the depth.
    // NOLINTNEXTLINE(misc-no-recursion): kMaxHeifDepth bounds it
    bool count_parts(Item& item, int depth) {
        if (item.parts > 0) return true;
        if (depth > kMaxHeifDepth) return false;
        int parts = 1;
        int height = 1;
        for (const std::uint32_t id : item.inputs) {
            const auto part = items_.find(id);
            if (part != items_.end() && !count_parts(part->second, depth + 1)) return false;
            parts += part == items_.end() ? 1 : part->second.parts;
            if (part != items_.end()) height = std::max(height, 1 + part->second.height);
            if (parts > kMaxHeifParts || height > kMaxHeifDepth) return false;
        }
        item.parts = parts;
        item.height = height;
        return true;
    }

    std::map<std::uint32_t, Item> items_;
    bool is_malformed_ = false;
};

}  // namespace

Result<void> check_heif_items(ByteView file) {
    if (ItemGraph(file).within_limits()) return {};
    return fail(Fault::image_too_large,
                fmt::format("An item of the HEIF file has more than {} parts or is nested deeper "
                            "than {}.",
                            kMaxHeifParts, kMaxHeifDepth));
}

}  // namespace cameo::image
