#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "base/text.h"
#include "directory/query.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/kept_json.h"
#include "graph/odata.h"
#include "graph/resource_definitions.h"  // IWYU pragma: keep
#include "graph/resources.h"             // IWYU pragma: keep
#include "photo/catalog.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using photo::Change;

constexpr std::chrono::days kTokenLifetime{7};
constexpr std::size_t kDefaultPageSize = 100;  // objects, unless $top says so
constexpr std::size_t kChangesPerRead = 1'000;
constexpr int kMaxReadsPerPage = 20;

// The state of a reader. Opaque to clients; it gives access to no more than the list.
struct DeltaToken {
    std::int64_t seq = 0;                // changes up to here are known
    Instant issued;                      // the time of the first request, then of each deltaLink
    std::optional<std::string> last_id;  // of the previous page of the first round
};

std::string to_text(const DeltaToken& token) {
    return to_base64url(
        as_bytes(fmt::format("{}\n{}\n{}", token.seq, token.issued.time_since_epoch().count(),
                             token.last_id ? '+' + *token.last_id : "")));
}

std::optional<DeltaToken> read_token(std::string_view text) {
    const auto bytes = from_base64url(text);
    if (!bytes || !is_utf8(*bytes)) return std::nullopt;
    const std::string_view all = *bytes;
    const auto first = all.find('\n');
    const auto second = first == std::string_view::npos ? first : all.find('\n', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto seq = number_in<std::int64_t>(all.substr(0, first));
    const auto issued = number_in<std::int64_t>(all.substr(first + 1, second - first - 1));
    if (!seq || *seq < 0 || !issued) return std::nullopt;
    DeltaToken token{*seq, Instant(std::chrono::milliseconds(*issued)), std::nullopt};
    const auto last = all.substr(second + 1);
    if (last.empty()) return token;
    if (last[0] != '+' || !(last.size() == 1 || is_guid(last.substr(1)))) return std::nullopt;
    token.last_id = std::string(last.substr(1));
    return token;
}

// A page of the reply, and how to go on.
struct DeltaPage {
    json::array value;
    DeltaToken next;
    bool more = false;
};

bool is_expired(const RequestContext& context, const DeltaToken& token) {
    const auto now = context.clock.now();
    return token.issued < Instant() || token.issued > now + std::chrono::hours(1) ||
           now - token.issued > kTokenLifetime;
}

std::string link(const RequestContext& context, std::string_view option) {
    return context.link({"$skiptoken", "$deltatoken"}, option);
}

// With a Location without a token: a new start.
HandlerResult gone(const RequestContext& context) {
    return error_reply(context.request, context.clock.now(), 410, "syncStateNotFound",
                       "The token is too old, or the changes since then are not known any more. "
                       "Start again without a token.",
                       fmt::format("Location: {}\r\n{}", link(context, {}), kNoStore));
}

template <class Resource>
json::object item_of(const RequestContext& context, const typename Resource::Object& object,
                     const Options& options) {
    json::object item;
    if (options.level == MetadataLevel::full)
        item["@odata.type"] = fmt::format("#microsoft.graph.{}", Resource::kSchema.type);
    // Clients join by id, whether or not they select it.
    item["id"] = object.id;
    append_object(item, object, Resource::kSchema, options,
                  Resource::list_readable(context).others);
    return item;
}

// The first round: every object, by id, so that a renamed object is not skipped.
template <class Resource>
Result<DeltaPage> read_all(const RequestContext& context, const Options& options,
                           const DeltaToken& token) {
    directory::Query query{.by_id = true,
                           .top = options.top.value_or(kDefaultPageSize),
                           .with_kept = selects_kept(options, Resource::kSchema)};
    if (token.last_id && !token.last_id->empty())
        query.after = directory::Cursor{{}, *token.last_id};
    const auto page = context.directory.list<typename Resource::Object>(
        {.tenant = context.principal->tenant}, query, context.deadline());
    if (!page) return std::unexpected(page.error());
    DeltaPage result{.value = {}, .next = token, .more = page->more};
    result.next.last_id = std::nullopt;
    PageSize size(options, Resource::kSchema);
    for (const auto& object : page->objects) {
        auto item = item_of<Resource>(context, object, options);
        if (!size.takes(item)) {
            result.more = true;
            break;
        }
        result.value.push_back(std::move(item));
    }
    if (result.more) result.next.last_id = page->objects[result.value.size() - 1].id;
    return result;
}

bool is_relevant(const Change& change, std::string_view tenant, OwnerKind kind) {
    return change.owner.kind == kind && change.owner.tenant == tenant &&
           change.what != Change::What::photo_put && change.what != Change::What::photo_removed;
}

struct ChangedObject {
    std::string id;
    std::int64_t first_seq = 0;  // of its changes
    bool members_only = true;    // nothing but its members changed
};

// The objects that changed, each once, in the order of their first change.
struct ChangedObjects {
    std::vector<ChangedObject> objects;
    std::map<std::string, std::size_t, std::less<>> places;  // by id
    std::int64_t seq = 0;
    bool more = false;

    // False where the object would be one too many.
    bool add(const Change& change, std::size_t most) {
        auto place = places.find(change.owner.id);
        if (place == places.end()) {
            if (objects.size() == most) return false;
            place = places.emplace(change.owner.id, objects.size()).first;
            objects.push_back({.id = change.owner.id, .first_seq = change.seq});
        }
        if (change.what != Change::What::members_changed)
            objects[place->second].members_only = false;
        return true;
    }
};

// nullopt where the changes are not known.
Result<std::optional<ChangedObjects>> changed_objects(const RequestContext& context, OwnerKind kind,
                                                      std::int64_t after, std::size_t most) {
    ChangedObjects changed{.objects = {}, .places = {}, .seq = after};
    for (int reads = 0; reads < kMaxReadsPerPage; ++reads) {
        const auto changes =
            context.photos.changes(changed.seq, kChangesPerRead, context.deadline());
        if (!changes) return std::unexpected(changes.error());
        if (!*changes) return std::nullopt;
        for (const auto& change : **changes) {
            if (is_relevant(change, context.principal->tenant, kind) &&
                !changed.add(change, most)) {
                changed.more = true;
                return changed;
            }
            changed.seq = change.seq;
        }
        changed.more = (*changes)->size() == kChangesPerRead;
        if (!changed.more) break;
    }
    return changed;
}

// Whether the change with the token's seq was made after the token: then an older copy of the
// catalog was put back, and its numbers are used anew.
Result<bool> is_of_another_history(const RequestContext& context, const DeltaToken& token) {
    if (token.seq == 0) return false;
    const auto changes = context.photos.changes(token.seq - 1, 1, context.deadline());
    if (!changes) return std::unexpected(changes.error());
    if (!*changes || (*changes)->empty()) return false;
    const auto& first = (*changes)->front();
    return first.seq == token.seq && first.at > token.issued;
}

template <class Resource>
constexpr OwnerKind kKind =
    std::is_same_v<typename Resource::Object, directory::User> ? OwnerKind::user : OwnerKind::group;

// From the store: a cache may still have the object as it was before the change.
template <class Resource>
Result<std::optional<typename Resource::Object>> find_stored(const RequestContext& context,
                                                             std::string_view id,
                                                             const Options& options) {
    auto& store = context.directory.store();
    const auto& tenant = context.principal->tenant;
    const auto kept = selects_kept(options, Resource::kSchema) ? directory::WithKept::yes
                                                               : directory::WithKept::no;
    if constexpr (std::is_same_v<typename Resource::Object, directory::User>)
        return store.users().find(tenant, id, context.deadline(), kept);
    else
        return store.groups().find(tenant, id, context.deadline(), kept);
}

// A change of hidden members alone would reveal that a user is, or was, a member.
template <class Object>
bool reveals_hidden_members(const RequestContext& context, const Object& object,
                            const ChangedObject& changed) {
    if constexpr (std::is_same_v<Object, directory::Group>)
        return changed.members_only && object.visibility == directory::kHiddenMembership &&
               !sees_hidden_members(context);
    return false;
}

// nullopt where the changes are not known.
template <class Resource>
Result<std::optional<DeltaPage>> read_changes(const RequestContext& context, const Options& options,
                                              const DeltaToken& token) {
    const auto other = is_of_another_history(context, token);
    if (!other) return std::unexpected(other.error());
    if (*other) return std::nullopt;
    const auto changed = changed_objects(context, kKind<Resource>, token.seq,
                                         options.top.value_or(kDefaultPageSize));
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::nullopt;
    DeltaPage result{.value = {}, .next = token, .more = (*changed)->more};
    result.next.seq = (*changed)->seq;
    PageSize size(options, Resource::kSchema);
    for (const auto& each : (*changed)->objects) {
        const auto object = find_stored<Resource>(context, each.id, options);
        if (!object) return std::unexpected(object.error());
        if (*object && reveals_hidden_members(context, **object, each)) continue;
        auto item = *object ? item_of<Resource>(context, **object, options)
                            : json::object{{"id", each.id}, {"@removed", {{"reason", "deleted"}}}};
        if (!size.takes(item)) {
            result.more = true;
            result.next.seq = each.first_seq - 1;
            break;
        }
        result.value.push_back(std::move(item));
    }
    return result;
}

Result<Options> delta_options(const RequestContext& context, const EntitySchema& schema) {
    auto options =
        parse_options(context.target.query(), context.request.find("accept"), OptionSet::delta);
    if (!options) return options;
    if (options->filter || options->search || options->orderby || options->count)
        return fail(Fault::unsupported_query,
                    "delta supports the query options $select, $top, $skiptoken and $deltatoken.");
    if (auto known = resolve_select(*options, schema); !known)
        return std::unexpected(std::move(known.error()));
    return options;
}

template <class Resource>
HandlerResult page_reply(const RequestContext& context, const Options& options, DeltaPage page) {
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}#{}{}", context.metadata_url(),
                                             Resource::kSchema.collection, select_suffix(options));
    // The numbers of changes are compared with this time: is_of_another_history.
    if (!page.next.last_id) page.next.issued = context.clock.now();
    const auto token = to_text(page.next);
    if (page.more) {
        body["@odata.nextLink"] = link(context, "$skiptoken=" + token);
    } else {
        body["@odata.deltaLink"] = link(context, "$deltatoken=" + token);
    }
    body["value"] = std::move(page.value);
    return negotiated(json_reply(200, body));
}

// Where the request begins: a new reader, or one with a token.
Result<std::optional<DeltaToken>> start_of(const RequestContext& context, const Options& options) {
    const auto& text = options.deltatoken ? options.deltatoken : options.skiptoken;
    if (text && !equals_ignoring_case(*text, "latest")) return read_token(*text);
    const auto seq = context.photos.last_change(context.deadline());
    if (!seq) return std::unexpected(seq.error());
    DeltaToken token{.seq = *seq, .issued = context.clock.now(), .last_id = std::nullopt};
    if (!text) token.last_id = std::string();
    return token;
}

}  // namespace

template <class Resource>
HandlerResult list_delta(const RequestContext& context) {
    const auto options = delta_options(context, Resource::kSchema);
    if (!options) return std::unexpected(options.error());
    const auto token = start_of(context, *options);
    if (!token) return std::unexpected(token.error());
    if (!*token)
        return fail(Fault::malformed,
                    "The token is not valid: use the link of the previous reply as it is.");
    if (is_expired(context, **token)) return gone(context);
    if ((*token)->last_id) {
        auto page = read_all<Resource>(context, *options, **token);
        if (!page) return std::unexpected(std::move(page.error()));
        return page_reply<Resource>(context, *options, *std::move(page));
    }
    auto page = read_changes<Resource>(context, *options, **token);
    if (!page) return std::unexpected(std::move(page.error()));
    if (!*page) return gone(context);
    return page_reply<Resource>(context, *options, **std::move(page));
}

template HandlerResult list_delta<Users>(const RequestContext&);
template HandlerResult list_delta<Groups>(const RequestContext&);

}  // namespace cameo::graph
