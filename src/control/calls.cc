#include "control/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "graph/errors.h"
#include "graph/target.h"
#include "photo/crop.h"

namespace cameo::control {
namespace {

namespace json = boost::json;
using graph::percent_decode;
using graph::percent_encode;

constexpr std::size_t kMaxLeaseIdBytes = 64;
constexpr std::size_t kKeyDigits = 32;  // hexadecimal

constexpr std::array<std::pair<OwnerKind, std::string_view>, 3> kKinds{
    {{OwnerKind::user, "users"}, {OwnerKind::group, "groups"}, {OwnerKind::contact, "contacts"}}};
constexpr std::array<std::pair<PhotoStorage, std::string_view>, 2> kStorages{
    {{PhotoStorage::mailbox, "mailbox"}, {PhotoStorage::directory, "directory"}}};

template <class Value, std::size_t N>
std::optional<Value> named(const std::array<std::pair<Value, std::string_view>, N>& names,
                           std::string_view name) {
    const auto* found = std::ranges::find(names, name, &std::pair<Value, std::string_view>::second);
    if (found == names.end()) return std::nullopt;
    return found->first;
}

template <class Value, std::size_t N>
std::string_view name_of(const std::array<std::pair<Value, std::string_view>, N>& names,
                         Value value) {
    const auto* found = std::ranges::find(names, value, &std::pair<Value, std::string_view>::first);
    return found == names.end() ? std::string_view() : found->second;
}

std::string photo_target(const OwnerKey& owner, const std::string& query) {
    return fmt::format("/control/tenants/{}/{}/{}/photo?{}", percent_encode(owner.tenant),
                       name_of(kKinds, owner.kind), percent_encode(owner.id), query);
}

RequestLine line_of(const GetServer&) { return {"GET", "/control/server"}; }
RequestLine line_of(const PutPhoto& put) {
    auto query = fmt::format("storage={}&source={}", name_of(kStorages, put.request.storage),
                             percent_encode(put.request.source));
    if (put.request.replaces) query += "&replaces=" + percent_encode(*put.request.replaces);
    if (put.request.crop) query += "&crop=" + percent_encode(photo::to_string(*put.request.crop));
    return {"PUT", photo_target(put.request.owner, query)};
}
RequestLine line_of(const RemovePhoto& remove) {
    return {"DELETE", photo_target(remove.owner, "blob=" + percent_encode(remove.blob_key))};
}
RequestLine line_of(const KeepBlob& keep) {
    return {"POST", fmt::format("/control/blobs/{}/keep", percent_encode(keep.key))};
}
RequestLine line_of(const RemoveOrphans&) { return {"POST", "/control/orphans/remove"}; }
RequestLine line_of(const TakeLease& lease) {
    return {"PUT", "/control/leases/" + percent_encode(lease.id)};
}
RequestLine line_of(const RenewLease& lease) {
    return {"POST", fmt::format("/control/leases/{}/renew", percent_encode(lease.id))};
}
RequestLine line_of(const EndLease& lease) {
    return {"DELETE", "/control/leases/" + percent_encode(lease.id)};
}
RequestLine line_of(const MakeSignInCode& make) {
    const auto& grant = make.grant;
    const auto roles = fmt::format("{}", fmt::join(grant.directory_roles, " "));
    return {"POST", fmt::format("/control/tenants/{}/users/{}/sign-in-code?scopes={}&roles={}",
                                percent_encode(grant.tenant), percent_encode(grant.user),
                                percent_encode(grant.scopes), percent_encode(roles))};
}

// Path segments and query of a target, percent-decoded.
struct Parts {
    std::vector<std::string> path;
    std::map<std::string, std::string, std::less<>> query;
};

std::optional<Parts> split(std::string_view target) {
    Parts parts;
    const auto mark = target.find('?');
    for (auto rest = target.substr(0, mark); rest.starts_with('/');) {
        rest.remove_prefix(1);
        const auto segment = percent_decode(rest.substr(0, rest.find('/')));
        if (!segment || segment->empty()) return std::nullopt;
        parts.path.push_back(*segment);
        rest.remove_prefix(std::min(rest.find('/'), rest.size()));
    }
    auto query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        const auto value = percent_decode(pair.substr(std::min(pair.find('=') + 1, pair.size())));
        if (!pair.contains('=') || !value) return std::nullopt;
        parts.query.emplace(pair.substr(0, pair.find('=')), *value);
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
    }
    return parts;
}

std::unexpected<Error> malformed(std::string detail) {
    return fail(Fault::malformed, std::move(detail));
}

std::string value_of(const Parts& parts, std::string_view name) {
    const auto found = parts.query.find(name);
    return found == parts.query.end() ? std::string() : found->second;
}

bool is_blob_key(std::string_view text) {
    return text.size() == kKeyDigits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::unexpected<Error> wrong_key(std::string_view parameter) {
    return malformed(
        fmt::format("The parameter '{}' is not the key of a blob, which has 32 hexadecimal digits.",
                    parameter));
}

Result<Call> photo_call(std::string_view method, const Parts& parts) {
    const auto kind = named(kKinds, parts.path[3]);
    if (!kind) return malformed("The kind is none of users, groups and contacts.");
    const OwnerKey owner{parts.path[2], *kind, parts.path[4]};
    if (method == "DELETE") {
        auto blob = value_of(parts, "blob");
        if (!is_blob_key(blob)) return wrong_key("blob");
        return RemovePhoto{owner, std::move(blob)};
    }
    const auto storage = named(kStorages, value_of(parts, "storage"));
    if (!storage) return malformed("The parameter 'storage' is neither mailbox nor directory.");
    PutPhoto put{
        {.owner = owner, .storage = *storage, .source = value_of(parts, "source"), .replaces = {}}};
    if (parts.query.contains("replaces")) {
        put.request.replaces = value_of(parts, "replaces");
        if (!is_blob_key(*put.request.replaces)) return wrong_key("replaces");
    }
    if (parts.query.contains("crop")) {
        const auto crop = photo::parse_crop(value_of(parts, "crop"));
        if (!crop) return std::unexpected(crop.error());
        put.request.crop = *crop;
    }
    return put;
}

Call sign_in_call(const Parts& parts) {
    MakeSignInCode make{{.tenant = parts.path[2],
                         .user = parts.path[4],
                         .scopes = value_of(parts, "scopes"),
                         .directory_roles = {}}};
    const auto roles = value_of(parts, "roles");
    for (const auto role : split_list(roles, ' ')) make.grant.directory_roles.emplace_back(role);
    return make;
}

Result<Call> keep_call(const std::string& key) {
    if (!is_blob_key(key)) return malformed("The key of a blob has 32 hexadecimal digits.");
    return KeepBlob{key};
}

Result<Call> lease_call(std::string_view method, const std::string& id) {
    if (id.size() > kMaxLeaseIdBytes) return malformed("The id of a lease has 64 bytes at most.");
    if (method == "PUT") return TakeLease{id};
    if (method == "POST") return RenewLease{id};
    return EndLease{id};
}

template <class Value, class Read>
Result<Value> parse_json(std::string_view text, const Read& read) {
    try {
        return read(json::parse(text).as_object());
    } catch (const std::exception&) {
        return malformed("The server's response is not the expected JSON.");
    }
}

std::string text_at(const json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
}

template <class Number>
Number number_at(const json::object& object, std::string_view name) {
    return object.at(name).to_number<Number>();
}

}  // namespace

std::filesystem::path socket_file(const std::filesystem::path& data) {
    return data / "control.sock";
}

RequestLine format_call(const Call& call) {
    return std::visit([](const auto& one) { return line_of(one); }, call);
}

Result<Call> parse_call(std::string_view method, std::string_view target) {
    const auto parts = split(target);
    if (!parts || parts->path.size() < 2 || parts->path[0] != "control")
        return malformed("There is no such path on the control socket.");
    const auto& path = parts->path;
    const auto is = [&](std::string_view verb, std::string_view what, std::size_t segments) {
        return method == verb && path[1] == what && path.size() == segments;
    };
    if (is("GET", "server", 2)) return GetServer{};
    if ((is("PUT", "tenants", 6) || is("DELETE", "tenants", 6)) && path[5] == "photo")
        return photo_call(method, *parts);
    if (is("POST", "tenants", 6) && path[3] == "users" && path[5] == "sign-in-code")
        return sign_in_call(*parts);
    if (is("POST", "blobs", 4) && path[3] == "keep") return keep_call(path[2]);
    if (is("POST", "orphans", 3) && path[2] == "remove") return RemoveOrphans{};
    if (is("PUT", "leases", 3) || is("DELETE", "leases", 3) ||
        (is("POST", "leases", 4) && path[3] == "renew"))
        return lease_call(method, path[2]);
    return malformed("There is no such path, or no such method for it, on the control socket.");
}

std::string to_json(const ServerInfo& info) {
    return json::serialize(json::object{{"version", kApiVersion},
                                        {"program", info.program},
                                        {"bytes", info.limits.bytes},
                                        {"crop_bytes", info.limits.crop_bytes},
                                        {"side", info.limits.side},
                                        {"baseline_jpeg_pixels", info.limits.baseline_jpeg_pixels},
                                        {"other_pixels", info.limits.other_pixels},
                                        {"directory_side", info.limits.directory_side}});
}

Result<ServerInfo> parse_server_info(std::string_view text) {
    return parse_json<ServerInfo>(text, [](const json::object& object) {
        return ServerInfo{
            .program = text_at(object, "program"),
            .limits = {
                .bytes = number_at<std::size_t>(object, "bytes"),
                .crop_bytes = number_at<std::size_t>(object, "crop_bytes"),
                .side = number_at<int>(object, "side"),
                .baseline_jpeg_pixels = number_at<std::uint64_t>(object, "baseline_jpeg_pixels"),
                .other_pixels = number_at<std::uint64_t>(object, "other_pixels"),
                .directory_side = number_at<int>(object, "directory_side")}};
    });
}

std::string to_json(photo::Photos::Put outcome) {
    return json::serialize(json::object{{"stored", outcome == photo::Photos::Put::stored}});
}

Result<photo::Photos::Put> parse_put(std::string_view text) {
    return parse_json<photo::Photos::Put>(text, [](const json::object& object) {
        return object.at("stored").as_bool() ? photo::Photos::Put::stored
                                             : photo::Photos::Put::unchanged;
    });
}

std::string to_json(const photo::Swept& swept) {
    return json::serialize(json::object{{"removed", swept.removed},
                                        {"set_aside", swept.set_aside},
                                        {"failed", swept.failed},
                                        {"first_failure", swept.first_failure}});
}

Result<photo::Swept> parse_swept(std::string_view text) {
    return parse_json<photo::Swept>(text, [](const json::object& object) {
        return photo::Swept{.removed = number_at<std::size_t>(object, "removed"),
                            .set_aside = number_at<std::size_t>(object, "set_aside"),
                            .failed = number_at<std::size_t>(object, "failed"),
                            .first_failure = text_at(object, "first_failure")};
    });
}

std::string SignInCode::link(std::string_view other_page) const {
    std::string_view address = other_page.empty() ? std::string_view(page) : other_page;
    while (address.ends_with('/')) address.remove_suffix(1);
    return fmt::format("{}/#code={}", address, code);
}

std::string to_json(const SignInCode& code) {
    return json::serialize(json::object{{"code", code.code}, {"page", code.page}});
}

Result<SignInCode> parse_sign_in_code(std::string_view text) {
    return parse_json<SignInCode>(text, [](const json::object& object) {
        return SignInCode{.code = text_at(object, "code"), .page = text_at(object, "page")};
    });
}

Error parse_error(std::string_view text) {
    const auto parsed = parse_json<Error>(text, [](const json::object& object) {
        const auto& error = object.at("error").as_object();
        return Error{graph::fault_of_code(text_at(error, "code")), text_at(error, "message")};
    });
    return parsed ? *parsed : parsed.error();
}

}  // namespace cameo::control
