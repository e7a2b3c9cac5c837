#include "image/heif_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "image/box_reader.h"
#include "image/header.h"

namespace cameo::image {
namespace {

using Id = std::uint32_t;
using Ids = std::vector<Id>;

// ISO/IEC 14496-12 names this type for bytes that readers pass over.
constexpr std::string_view kUnseen = "free";
constexpr std::size_t kMaxTransformations = 3;  // ISO/IEC 23000-22 allows one of each kind

// The types of auxiliary pictures that are alpha: HEIF (AVC and HEVC), and MIAF, which AVIF uses.
constexpr std::array<std::string_view, 3> kAlphaTypes{
    "urn:mpeg:avc:2015:auxid:1", "urn:mpeg:hevc:2015:auxid:1",
    "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"};

bool is_alpha_type(ByteView aux_c) {
    if (aux_c.size() < kFullBoxBytes) return false;
    const std::string_view text = as_text(aux_c.subspan(kFullBoxBytes));
    return std::ranges::any_of(kAlphaTypes, [&](std::string_view type) {
        return text.starts_with(type) && (text.size() == type.size() || text[type.size()] == '\0');
    });
}

// An entry of `iinf`.
struct ItemInfo {
    Id id = 0;
    std::string_view type;
    std::size_t at = 0;  // of its box in the file
};

// A box of `iref`.
struct Reference {
    Id from = 0;
    std::string_view type;
    std::size_t at = 0;
    ByteView to;  // ids of 2 or 4 bytes
};

// Of `ipma`: the properties of an item, by their indices.
struct Association {
    Id id = 0;
    std::size_t at = 0;
    ByteView indices;
    bool wide = false;
};

struct Auxiliary {
    Id of = 0;
    std::size_t at = 0;
    Id id = 0;
};

// By the id, and those of one id in the order of the file.
template <class Row>
void sort(std::vector<Row>& rows, Id Row::* id) {
    std::ranges::sort(rows, {}, [&](const Row& row) { return std::pair(row.*id, row.at); });
}

template <class Rows, class Member>
auto rows_of(const Rows& rows, Id id, Member member) {
    return std::ranges::equal_range(rows, id, {}, member);
}

std::optional<HeifTransformation> transformation(const Box& property) {
    constexpr std::array kTurns{Orientation::upright, Orientation::rotated_270,
                                Orientation::rotated_180, Orientation::rotated_90};
    const ByteView body = property.body;
    if (property.type == "irot" && !body.empty()) return kTurns.at(body[0] & 3U);
    if (property.type == "imir" && !body.empty())
        return (body[0] & 1U) != 0 ? Orientation::mirrored : Orientation::flipped;
    if (property.type != "clap" || body.size() < 32) return std::nullopt;
    const auto fraction = [&](std::size_t at) {
        const auto numerator = static_cast<std::int32_t>(be32(body, at));
        const std::uint32_t denominator = be32(body, at + 4);
        return denominator == 0 ? 0.0 : numerator / static_cast<double>(denominator);
    };
    return CleanAperture{fraction(0), fraction(8), fraction(16), fraction(24)};
}

// ISO/IEC 14496-15, 8.3.3.1; AV1 in ISOBMFF, 2.3.3.
bool is_monochrome_configuration(const Box& property) {
    const ByteView body = property.body;
    if (property.type == "hvcC") return body.size() > 16 && (body[16] & 3U) == 0;
    return property.type == "av1C" && body.size() > 2 && (body[2] & 0x10U) != 0;
}

}  // namespace

// The tables of the box `meta`, each sorted by the id of an item.
class HeifFile::Tables {
  public:
    explicit Tables(ByteView file) : file_(file) {}

    bool read() {
        std::optional<Box> meta;
        ByteView rest = file_;
        while (const auto box = take_box(rest)) {
            if (box->type != "meta") continue;
            if (meta) return false;
            meta = box;
        }
        return meta && read_meta(meta->body) && describe();
    }

    const HeifItem& primary() const { return primary_; }
    const std::optional<HeifItem>& alpha() const { return alpha_; }
    bool is_premultiplied() const { return is_premultiplied_; }

    Bytes colour_only() const { return showing(primary_.id, parts_of({primary_.id})); }

    std::string_view type_of(Id id) const {
        const auto infos = rows_of(items_, id, &ItemInfo::id);
        return infos.empty() ? std::string_view() : infos.front().type;
    }

    bool has_known_codings() const {
        constexpr std::array<std::string_view, 5> kKnown{"hvc1", "av01", "grid", "iovl", "iden"};
        return std::ranges::all_of(parts_of({primary_.id}), [&](Id id) {
            return std::ranges::find(kKnown, type_of(id)) != kKnown.end();
        });
    }

    bool has_configurations() const {
        return std::ranges::all_of(parts_of({primary_.id}), [&](Id id) {
            const auto type = type_of(id);
            return (type != "hvc1" || has_configuration(id, "hvcC")) &&
                   (type != "av01" || has_configuration(id, "av1C"));
        });
    }

    Bytes alpha_only() const {
        if (alpha_of_tiles_.empty()) return showing(alpha_->id, parts_of({alpha_->id}));
        auto shown = parts_of(alpha_of_tiles_);
        shown.insert(primary_.id);
        Bytes copy = showing(primary_.id, shown);
        auto tile = alpha_of_tiles_.begin();
        for (const Reference& part : rows_of(references_, primary_.id, &Reference::from))
            if (part.type == "dimg")
                for (std::size_t at = 0; at < part.to.size(); at += id_bytes_)
                    write_id(copy, offset(part.to) + at, id_bytes_, *tile++);
        return copy;
    }

  private:
    std::size_t offset(ByteView part) const {
        return static_cast<std::size_t>(part.data() - file_.data());
    }

    bool read_meta(ByteView meta) {
        if (meta.size() < kFullBoxBytes) return false;
        ByteView rest = meta.subspan(kFullBoxBytes);
        std::map<std::string_view, ByteView> found;
        while (const auto box = take_box(rest))
            if (box->type == "pitm" || box->type == "iinf" || box->type == "iref" ||
                box->type == "iprp")
                if (!found.emplace(box->type, box->body).second) return false;
        return rest.empty() && read_primary(found["pitm"]) && read_items(found["iinf"]) &&
               read_references(found["iref"]) && read_properties(found["iprp"]);
    }

    bool read_primary(ByteView pitm) {
        if (pitm.size() < kFullBoxBytes + 2) return false;
        primary_id_bytes_ = pitm[0] == 0 ? 2 : 4;
        if (pitm.size() < kFullBoxBytes + primary_id_bytes_) return false;
        primary_at_ = offset(pitm) + kFullBoxBytes;
        primary_.id = read_id(pitm, kFullBoxBytes, primary_id_bytes_);
        return true;
    }

    bool read_items(ByteView iinf) {
        if (iinf.size() < kFullBoxBytes) return false;
        const std::size_t count_bytes = iinf[0] == 0 ? 2 : 4;
        if (iinf.size() < kFullBoxBytes + count_bytes) return false;
        ByteView rest = iinf.subspan(kFullBoxBytes + count_bytes);
        while (const auto box = take_box(rest)) {
            if (box->type != "infe") continue;
            const ByteView infe = box->body;
            if (infe.size() < kFullBoxBytes || infe[0] < 2 || infe[0] > 3) return false;
            const std::size_t bytes = infe[0] == 2 ? 2 : 4;
            const std::size_t type_at = kFullBoxBytes + bytes + 2;  // behind its protection
            if (infe.size() < type_at + 4) return false;
            items_.push_back({read_id(infe, kFullBoxBytes, bytes),
                              as_text(infe.subspan(type_at, 4)), offset(box->whole)});
        }
        sort(items_, &ItemInfo::id);
        return rest.empty();
    }

    // libheif reads references by their counts and not by the lengths of their boxes, so both must
    // agree.
    bool read_references(ByteView iref) {
        if (iref.empty()) return true;
        if (iref.size() < kFullBoxBytes) return false;
        id_bytes_ = iref[0] == 0 ? 2 : 4;
        ByteView rest = iref.subspan(kFullBoxBytes);
        while (const auto box = take_box(rest)) {
            const ByteView body = box->body;
            if (body.size() < id_bytes_ + 2 || box->type == "uuid") return false;
            const ByteView to = body.subspan(id_bytes_ + 2);
            if (to.size() != id_bytes_ * be16(body, id_bytes_)) return false;
            references_.push_back({read_id(body, 0, id_bytes_), box->type, offset(box->whole), to});
            if (box->type == "auxl")
                for (const Id id : ids_of(references_.back()))
                    auxiliaries_.push_back({id, offset(box->whole), references_.back().from});
        }
        sort(references_, &Reference::from);
        sort(auxiliaries_, &Auxiliary::of);
        return rest.empty();
    }

    bool read_properties(ByteView iprp) {
        std::optional<ByteView> ipco;
        ByteView rest = iprp;
        while (const auto box = take_box(rest)) {
            if (box->type == "ipma" && !read_associations(box->body)) return false;
            if (box->type != "ipco") continue;
            if (ipco) return false;
            ipco = box->body;
        }
        if (!ipco || !rest.empty()) return false;
        while (const auto box = take_box(*ipco)) properties_.push_back(*box);
        sort(associations_, &Association::id);
        return ipco->empty();
    }

    bool read_associations(ByteView ipma) {
        if (ipma.size() < kFullBoxBytes + 4) return false;
        const std::size_t id_bytes = ipma[0] == 0 ? 2 : 4;
        const bool wide = (ipma[3] & 1U) != 0;
        std::uint32_t entries = be32(ipma, kFullBoxBytes);
        ByteView rest = ipma.subspan(kFullBoxBytes + 4);
        for (; entries > 0; --entries) {
            if (rest.size() < id_bytes + 1) return false;
            const std::size_t bytes = std::size_t{rest[id_bytes]} * (wide ? 2 : 1);
            if (rest.size() < id_bytes + 1 + bytes) return false;
            associations_.push_back({read_id(rest, 0, id_bytes), offset(rest),
                                     rest.subspan(id_bytes + 1, bytes), wide});
            rest = rest.subspan(id_bytes + 1 + bytes);
        }
        return true;
    }

    // Calls `visit` with each property of the item, in their order.
    template <class Visit>
    void for_each_property(Id id, Visit visit) const {
        for (const Association& association : rows_of(associations_, id, &Association::id)) {
            const std::size_t step = association.wide ? 2 : 1;
            for (std::size_t at = 0; at < association.indices.size(); at += step) {
                const std::size_t index = association.wide ? be16(association.indices, at) & 0x7FFFU
                                                           : association.indices[at] & 0x7FU;
                if (index > 0 && index <= properties_.size()) visit(properties_[index - 1]);
            }
        }
    }

    // False where the picture has an alpha that cannot be decoded by itself, or is turned in
    // another way.
    bool describe() {
        auto primary = item(primary_.id);
        if (!primary) return false;
        primary_ = std::move(*primary);
        if (const auto own = alpha_of(primary_.id)) {
            alpha_ = item(*own);
            is_premultiplied_ = has_reference(primary_.id, "prem");
            return alpha_ && (primary_id_bytes_ == 4 || *own <= 0xFFFF) &&
                   (alpha_->transformations.empty() ||
                    alpha_->transformations == primary_.transformations);
        }
        return find_alpha_of_parts();
    }

    std::optional<HeifItem> item(Id id) const {
        const auto infos = rows_of(items_, id, &ItemInfo::id);
        if (infos.empty()) return std::nullopt;
        HeifItem item{.id = id, .is_derived = has_reference(id, "dimg")};
        for_each_property(id, [&](const Box& property) {
            if (property.type == "ispe" && property.body.size() >= kFullBoxBytes + 8)
                item.size = {as_side(be32(property.body, kFullBoxBytes)),
                             as_side(be32(property.body, kFullBoxBytes + 4))};
            if (const auto found = transformation(property);
                found && item.transformations.size() <= kMaxTransformations)
                item.transformations.push_back(*found);
        });
        if (item.transformations.size() > kMaxTransformations) return std::nullopt;
        for_each_property(first_coded(id), [&](const Box& property) {
            if (is_monochrome_configuration(property)) item.is_monochrome = true;
        });
        return item;
    }

    // The item itself, or the first one that it is derived from.
    Id first_coded(Id id) const {
        for (int depth = 0; depth < kMaxHeifDepth; ++depth) {
            const auto from = rows_of(references_, id, &Reference::from);
            const auto part = std::ranges::find(from, "dimg", &Reference::type);
            if (part == from.end() || part->to.empty()) break;
            id = read_id(part->to, 0, id_bytes_);
        }
        return id;
    }

    static int as_side(std::uint32_t pixels) {
        return static_cast<int>(std::min(pixels, 0x7FFFFFFFU));
    }

    bool has_reference(Id from, std::string_view type) const {
        return std::ranges::any_of(rows_of(references_, from, &Reference::from),
                                   [&](const Reference& each) { return each.type == type; });
    }

    std::optional<Id> alpha_of(Id id) {
        const auto [known, is_new] = alpha_of_.emplace(id, std::nullopt);
        if (is_new)
            for (const Auxiliary& auxiliary : rows_of(auxiliaries_, id, &Auxiliary::of))
                if (!known->second && auxiliary.id != id && is_alpha(auxiliary.id))
                    known->second = auxiliary.id;
        return known->second;
    }

    bool is_alpha(Id id) {
        const auto [known, is_new] = is_alpha_.emplace(id, false);
        if (is_new && !rows_of(items_, id, &ItemInfo::id).empty())
            for_each_property(id, [&](const Box& property) {
                if (property.type == "auxC" && is_alpha_type(property.body)) known->second = true;
            });
        return known->second;
    }

    // An alpha of each tile of a grid, which together are that of the grid.
    bool find_alpha_of_parts() {
        const auto parts = parts_of({primary_.id});
        if (std::ranges::none_of(parts, [&](Id id) { return alpha_of(id).has_value(); }))
            return true;
        if (rows_of(items_, primary_.id, &ItemInfo::id).front().type != "grid") return false;
        for (const Reference& each : rows_of(references_, primary_.id, &Reference::from)) {
            if (each.type != "dimg") continue;
            for (const Id tile : ids_of(each)) {
                const auto own = alpha_of(tile);
                if (!own || (id_bytes_ == 2 && *own > 0xFFFF)) return false;
                alpha_of_tiles_.push_back(*own);
            }
        }
        alpha_ = primary_;
        return true;
    }

    // The items and all that they are derived from.
    std::unordered_set<Id> parts_of(Ids waiting) const {
        std::unordered_set<Id> parts(waiting.begin(), waiting.end());
        while (!waiting.empty()) {
            const Id id = waiting.back();
            waiting.pop_back();
            for (const Reference& each : rows_of(references_, id, &Reference::from))
                if (each.type == "dimg")
                    for (const Id part : ids_of(each))
                        if (parts.insert(part).second) waiting.push_back(part);
        }
        return parts;
    }

    bool has_configuration(Id id, std::string_view wanted) const {
        bool found = false;
        for_each_property(id, [&](const Box& property) { found |= property.type == wanted; });
        return found;
    }

    Bytes showing(Id primary, const std::unordered_set<Id>& shown) const {
        constexpr std::size_t kTypeAt = 4;
        Bytes copy(file_.begin(), file_.end());
        const auto hide = [&](std::size_t box_at) {
            std::ranges::copy(kUnseen,
                              copy.begin() + static_cast<std::ptrdiff_t>(box_at + kTypeAt));
        };
        for (const ItemInfo& each : items_) {
            if (!shown.contains(each.id)) hide(each.at);
            if (each.id == primary) show_as_picture(copy, each.at);
        }
        for (const Reference& each : references_)
            if (each.type != "dimg" || !shown.contains(each.from)) hide(each.at);
        write_id(copy, primary_at_, primary_id_bytes_, primary);
        return copy;
    }

    // Clears the flag that hides an item: libheif takes no hidden one for the primary item.
    static void show_as_picture(Bytes& copy, std::size_t infe_at) {
        ByteView rest = ByteView(copy).subspan(infe_at);
        const std::size_t flags_at = infe_at + (be32(rest, 0) == 1 ? 16 : 8) + 3;
        copy[flags_at] &= 0xFE;
    }

    Ids ids_of(const Reference& reference) const {
        Ids ids;
        for (std::size_t at = 0; at < reference.to.size(); at += id_bytes_)
            ids.push_back(read_id(reference.to, at, id_bytes_));
        return ids;
    }

    static Id read_id(ByteView bytes, std::size_t at, std::size_t id_bytes) {
        return id_bytes == 2 ? be16(bytes, at) : be32(bytes, at);
    }

    static void write_id(Bytes& bytes, std::size_t at, std::size_t id_bytes, Id id) {
        for (std::size_t i = 0; i < id_bytes; ++i)
            bytes[at + i] = static_cast<std::uint8_t>(id >> 8 * (id_bytes - 1 - i));
    }

    ByteView file_;
    std::size_t primary_at_ = 0;
    std::size_t primary_id_bytes_ = 2;
    std::size_t id_bytes_ = 2;  // of `iref`
    std::vector<ItemInfo> items_;
    std::vector<Reference> references_;
    std::vector<Auxiliary> auxiliaries_;
    std::vector<Association> associations_;
    std::vector<Box> properties_;
    // Of the items that were asked about, so that a file cannot make the same search happen twice.
    std::map<Id, bool> is_alpha_;
    std::map<Id, std::optional<Id>> alpha_of_;

    HeifItem primary_;
    std::optional<HeifItem> alpha_;
    Ids alpha_of_tiles_;
    bool is_premultiplied_ = false;
};

std::optional<HeifFile> HeifFile::read(ByteView file) {
    auto tables = std::make_unique<Tables>(file);
    if (!tables->read()) return std::nullopt;
    return HeifFile(std::move(tables));
}

HeifFile::HeifFile(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
HeifFile::HeifFile(HeifFile&&) noexcept = default;
HeifFile::~HeifFile() = default;

const HeifItem& HeifFile::primary() const { return tables_->primary(); }
const std::optional<HeifItem>& HeifFile::alpha() const { return tables_->alpha(); }
bool HeifFile::has_configurations() const { return tables_->has_configurations(); }
bool HeifFile::has_known_codings() const { return tables_->has_known_codings(); }
bool HeifFile::is_premultiplied() const { return tables_->is_premultiplied(); }
Bytes HeifFile::colour_only() const { return tables_->colour_only(); }
Bytes HeifFile::alpha_only() const { return tables_->alpha_only(); }

}  // namespace cameo::image
