#include "control/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <stdexcept>
#include <utility>

namespace cameo::control {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<Fault, std::string_view>, 19> kFaults{{
    {Fault::malformed, "malformed"},
    {Fault::unauthenticated, "unauthenticated"},
    {Fault::denied, "denied"},
    {Fault::no_owner, "no_owner"},
    {Fault::no_photo, "no_photo"},
    {Fault::conflict, "conflict"},
    {Fault::precondition_failed, "precondition_failed"},
    {Fault::unsatisfiable_range, "unsatisfiable_range"},
    {Fault::too_large, "too_large"},
    {Fault::unsupported_format, "unsupported_format"},
    {Fault::width_too_small, "width_too_small"},
    {Fault::height_too_small, "height_too_small"},
    {Fault::image_too_large, "image_too_large"},
    {Fault::invalid_image, "invalid_image"},
    {Fault::throttled, "throttled"},
    {Fault::busy, "busy"},
    {Fault::internal, "internal"},
    {Fault::outcome_unknown, "outcome_unknown"},
    {Fault::not_in_memory, "not_in_memory"},
}};

std::string_view name_of(Fault fault) {
    const auto* found =
        std::ranges::find(kFaults, fault, &std::pair<Fault, std::string_view>::first);
    return found == kFaults.end() ? "internal" : found->second;
}

Fault fault_named(std::string_view name) {
    const auto* found =
        std::ranges::find(kFaults, name, &std::pair<Fault, std::string_view>::second);
    return found == kFaults.end() ? Fault::internal : found->first;
}

// What is wrong with a head; never leaves this file.
struct Wrong : std::runtime_error {
    using std::runtime_error::runtime_error;
};

const json::value& at(const json::object& object, std::string_view name) {
    if (const auto* found = object.if_contains(name)) return *found;
    throw Wrong(fmt::format("'{}' is missing", name));
}

std::string text(const json::object& object, std::string_view name) {
    const auto* value = at(object, name).if_string();
    if (value == nullptr) throw Wrong(fmt::format("'{}' is no text", name));
    return std::string(*value);
}

template <class Number>
Number number(const json::object& object, std::string_view name) {
    boost::system::error_code error;
    const auto value = at(object, name).to_number<Number>(error);
    if (error) throw Wrong(fmt::format("'{}' is not a number in its range", name));
    return value;
}

// Boost.JSON's own limit on depth holds; what is no object is refused. `read` throws Wrong.
template <class Read, class Value = std::invoke_result_t<Read, const json::object&>>
Result<Value> parse(std::string_view head, Read read) {
    boost::system::error_code error;
    const auto value = json::parse(head, error);
    if (error || !value.is_object()) return fail(Fault::malformed, "the head is no JSON object");
    try {
        return read(value.get_object());
    } catch (const Wrong& wrong) {
        return fail(Fault::malformed, wrong.what());
    }
}

OwnerKey owner_of(const json::object& object) {
    const auto kind = number<std::uint8_t>(object, "kind");
    if (kind < static_cast<int>(OwnerKind::user) || kind > static_cast<int>(OwnerKind::contact))
        throw Wrong("'kind' is none of 1, 2, 3");
    return {text(object, "tenant"), static_cast<OwnerKind>(kind), text(object, "id")};
}

PutRequest put_of(const json::object& object) {
    const auto storage = number<std::uint8_t>(object, "storage");
    if (storage > static_cast<int>(PhotoStorage::directory))
        throw Wrong("'storage' is neither 0 nor 1");
    PutRequest put{.placement = {.owner = owner_of(object),
                                 .storage = static_cast<PhotoStorage>(storage),
                                 .source = text(object, "source")},
                   .bytes = number<std::size_t>(object, "bytes")};
    if (object.contains("replaces")) put.placement.replaces = text(object, "replaces");
    return put;
}

HoldSweepRequest hold_of(const json::object& object) {
    constexpr std::size_t kMostIdBytes = 64;
    auto id = text(object, "lease");
    if (id.empty() || id.size() > kMostIdBytes) throw Wrong("'lease' is no id");
    return {{.id = std::move(id), .again = at(object, "again") == json::value(true)}};
}

Request request_of(const json::object& object) {
    const auto operation = text(object, "do");
    if (operation == "put") return put_of(object);
    if (operation == "remove") return RemoveRequest{owner_of(object), text(object, "blob")};
    if (operation == "keep_blob") return KeepBlobRequest{text(object, "key")};
    if (operation == "remove_orphans") return RemoveOrphansRequest{};
    if (operation == "hold_sweep") return hold_of(object);
    throw Wrong(fmt::format("there is no '{}' to do", operation));
}

Greeting greeting_of(const json::object& object) {
    if (number<std::int64_t>(object, "cameo") != Greeting::kProtocol)
        throw Wrong("it speaks another protocol: use the command of the server's version");
    return {
        .program = text(object, "program"),
        .limits = {.bytes = number<std::size_t>(object, "bytes"),
                   .side = number<int>(object, "side"),
                   .baseline_jpeg_pixels = number<std::uint64_t>(object, "baseline_jpeg_pixels"),
                   .other_pixels = number<std::uint64_t>(object, "other_pixels"),
                   .directory_side = number<int>(object, "directory_side")}};
}

Reply reply_of(const json::object& object) {
    if (object.contains("fault"))
        return {.error = Error{fault_named(text(object, "fault")), text(object, "detail")}};
    Reply reply;
    if (object.contains("stored")) reply.stored = at(object, "stored") == json::value(true);
    const auto count = [&](std::string_view name) {
        return object.contains(name) ? number<std::size_t>(object, name) : 0;
    };
    reply.swept = {
        .removed = count("count"),
        .set_aside = count("set_aside"),
        .failed = count("failed"),
        .first_failure = object.contains("first_failure") ? text(object, "first_failure") : ""};
    return reply;
}

void add_owner(json::object& object, const OwnerKey& owner) {
    object["tenant"] = owner.tenant;
    object["kind"] = static_cast<int>(owner.kind);
    object["id"] = owner.id;
}

json::object object_of(const PutRequest& put) {
    json::object object{{"do", "put"},
                        {"storage", static_cast<int>(put.placement.storage)},
                        {"source", put.placement.source},
                        {"bytes", put.bytes}};
    add_owner(object, put.placement.owner);
    if (put.placement.replaces) object["replaces"] = *put.placement.replaces;
    return object;
}
json::object object_of(const RemoveRequest& remove) {
    json::object object{{"do", "remove"}, {"blob", remove.blob_key}};
    add_owner(object, remove.owner);
    return object;
}
json::object object_of(const KeepBlobRequest& keep) {
    return {{"do", "keep_blob"}, {"key", keep.key}};
}
json::object object_of(const RemoveOrphansRequest&) { return {{"do", "remove_orphans"}}; }
json::object object_of(const HoldSweepRequest& hold) {
    return {{"do", "hold_sweep"}, {"lease", hold.lease.id}, {"again", hold.lease.again}};
}

}  // namespace

std::string to_json(const Greeting& greeting) {
    return json::serialize(
        json::object{{"cameo", Greeting::kProtocol},
                     {"program", greeting.program},
                     {"bytes", greeting.limits.bytes},
                     {"side", greeting.limits.side},
                     {"baseline_jpeg_pixels", greeting.limits.baseline_jpeg_pixels},
                     {"other_pixels", greeting.limits.other_pixels},
                     {"directory_side", greeting.limits.directory_side}});
}

std::string to_json(const Request& request) {
    return json::serialize(std::visit([](const auto& one) { return object_of(one); }, request));
}

std::string to_json(const Reply& reply) {
    if (reply.error)
        return json::serialize(
            json::object{{"fault", name_of(reply.error->fault)}, {"detail", reply.error->detail}});
    return json::serialize(json::object{{"stored", reply.stored},
                                        {"count", reply.swept.removed},
                                        {"set_aside", reply.swept.set_aside},
                                        {"failed", reply.swept.failed},
                                        {"first_failure", reply.swept.first_failure}});
}

Result<Greeting> parse_greeting(std::string_view head) { return parse(head, greeting_of); }
Result<Request> parse_request(std::string_view head) { return parse(head, request_of); }
Result<Reply> parse_reply(std::string_view head) { return parse(head, reply_of); }

}  // namespace cameo::control
