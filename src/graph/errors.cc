#include "graph/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <boost/json/serialize.hpp>
#include <iterator>
#include <utility>

#include "base/clock.h"

namespace cameo::graph {
namespace {

struct Shape {
    int status;
    std::string_view code;
    std::string_view message;  // if the error has no detail that may be sent
};

Shape shape_of(Fault fault, Realm realm) {
    switch (fault) {
        case Fault::unsupported_query:
            return {400, "Request_UnsupportedQuery", "The query is not supported."};
        case Fault::malformed:
            return {400, "BadRequest", "The request is malformed."};
        case Fault::unauthenticated:
            return {401, "InvalidAuthenticationToken", "Access token is empty."};
        case Fault::denied:
            if (realm != Realm::directory)
                return {403, "ErrorAccessDenied",
                        "Access is denied. Check credentials and try again."};
            return {403, "Authorization_RequestDenied",
                    "Insufficient privileges to complete the operation."};
        case Fault::no_owner:
            if (realm == Realm::mailbox)
                return {404, "ErrorItemNotFound",
                        "The specified object was not found in the store."};
            return {404, "Request_ResourceNotFound", "The resource does not exist."};
        case Fault::no_photo:
            return {404, "ImageNotFound", "The photo wasn't found."};
        case Fault::conflict:
            return {400, "Request_BadRequest", "Another object with the same name exists."};
        case Fault::already_exists:
            return {409, "Conflict", "What the request makes exists already."};
        case Fault::precondition_failed:
            return {412, "resourceModified", "A precondition of the request failed."};
        case Fault::unsatisfiable_range:
            return {416, "RequestedRangeNotSatisfiable", "The range lies outside the photo."};
        case Fault::too_large:
            return {413, "RequestEntityTooLarge", "The body is too large."};
        case Fault::unsupported_format:
            return {415, "UnsupportedMediaType", "The format is not supported."};
        case Fault::width_too_small:
            return {400, "ValidationWidthTooSmall", "The picture is not wide enough."};
        case Fault::height_too_small:
            return {400, "ValidationHeightTooSmall", "The picture is not high enough."};
        case Fault::image_too_large:
            return {400, "ValidationImageTooLarge", "The picture has too many pixels."};
        case Fault::invalid_image:
            return {400, "ValidationInvalidImage", "The picture is damaged."};
        case Fault::throttled:
            return {429, "ApplicationThrottled", "Too many requests. Try again later."};
        case Fault::busy:
            return {503, "ServiceUnavailable", "The server is busy. Try again."};
        case Fault::internal:
        case Fault::outcome_unknown:
            break;
    }
    return {500, "InternalServerError",
            "The server failed. Give its operator the request-id: the log has the cause."};
}

// Of a usual error reply without its message: neither text grows while it is built.
constexpr std::size_t kFieldBytes = 192;
constexpr std::size_t kErrorBytes = 320;

// RFC 6750 section 3: without a token the challenge has no error. Never `claims=`: clients would
// take it for a claims challenge.
void append_challenge(std::string& out, std::string_view message) {
    out += "WWW-Authenticate: Bearer realm=\"cameo\"";
    if (message != "Access token is empty.")
        out.append(", error=\"invalid_token\", error_description=\"").append(message).append("\"");
    out += "\r\n";
}

std::string fields_of(const Error& error, std::string_view message, const Settings& settings) {
    std::string fields;
    fields.reserve(kFieldBytes + message.size());
    switch (error.fault) {
        case Fault::unauthenticated:
            append_challenge(fields, message);
            break;
        case Fault::no_photo:
            fmt::format_to(std::back_inserter(fields), "Cache-Control: private, max-age={}\r\n",
                           settings.not_found_max_age.count());
            return fields;
        case Fault::unsatisfiable_range:
            fields.append("Content-Range: bytes */").append(error.detail).append("\r\n");
            break;
        case Fault::throttled:
            fields.append("Retry-After: ").append(error.detail).append("\r\n");
            break;
        case Fault::busy:
            fields += "Retry-After: 1\r\n";
            break;
        default:
            break;
    }
    fields += kNoStore;
    return fields;
}

constexpr std::string_view kJsonType = "Content-Type: application/json\r\n";

bool is_plain(std::string_view text) {
    return std::ranges::all_of(
        text, [](unsigned char c) { return c >= 0x20 && c != 0x7f && c != '"' && c != '\\'; });
}

// As a JSON string.
void append_text(std::string& out, std::string_view text) {
    if (is_plain(text))
        out.append(1, '"').append(text).append(1, '"');
    else
        out += boost::json::serialize(boost::json::string(text));
}

}  // namespace

http::Reply error_reply(const http::Request& request, Instant now, int status,
                        std::string_view code, std::string_view message, std::string fields) {
    std::string body;
    body.reserve(kErrorBytes + message.size());
    append_text(body.append(R"({"error":{"code":)"), code);
    append_text(body.append(R"(,"message":)"), message);
    append_utc(body.append(R"(,"innerError":{"date":")"),
               std::chrono::floor<std::chrono::seconds>(now));
    append_text(body.append(R"(","request-id":)"), request.request_id());
    append_text(body.append(R"(,"client-request-id":)"), request.client_id);
    body += "}}}";
    fields += kJsonType;
    return {.status = status,
            .fields = std::move(fields),
            .body = std::move(body),
            .vary = {.authorization = true}};
}

http::Reply error_reply(const http::Request& request, Instant now, const Settings& settings,
                        Realm realm, const Error& error) {
    const Shape shape = shape_of(error.fault, realm);
    const bool own_text = !is_server_fault(error.fault) &&
                          error.fault != Fault::unsatisfiable_range &&
                          error.fault != Fault::throttled && !error.detail.empty();
    const std::string_view message = own_text ? std::string_view(error.detail) : shape.message;
    return error_reply(request, now, shape.status, shape.code, message,
                       fields_of(error, message, settings));
}

boost::json::object public_error(const Error& error) {
    const Shape shape = shape_of(error.fault, Realm::directory);
    const bool own_text = !is_server_fault(error.fault) && !error.detail.empty();
    return {{"code", shape.code},
            {"message", own_text ? std::string_view(error.detail) : shape.message}};
}

void append_sentence(Error& error, Realm realm, std::string_view sentence) {
    if (error.detail.empty()) error.detail = shape_of(error.fault, realm).message;
    error.detail.append(" ").append(sentence);
}

http::Reply json_reply(int status, const boost::json::object& body, std::string fields) {
    fields += kJsonType;
    return {.status = status, .fields = std::move(fields), .body = boost::json::serialize(body)};
}

http::Reply negotiated(http::Reply reply) {
    reply.vary.accept = true;
    return reply;
}

http::Reply operator_error_reply(const http::Request& request, Instant now, const Error& error) {
    const Shape shape = shape_of(error.fault, Realm::photo);
    return error_reply(request, now, shape.status, shape.code,
                       error.detail.empty() ? shape.message : std::string_view(error.detail));
}

Fault fault_of_code(std::string_view code) {
    for (int fault = 0; fault < static_cast<int>(Fault::internal); ++fault)
        if (shape_of(static_cast<Fault>(fault), Realm::photo).code == code)
            return static_cast<Fault>(fault);
    return Fault::internal;
}

}  // namespace cameo::graph
