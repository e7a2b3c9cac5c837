#include "server/web_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "graph/conditional.h"
#include "graph/target.h"
#include "http/content_coding.h"

namespace cameo::server {
namespace {

using http::Method;

constexpr std::string_view kAssets = "/assets/";

constexpr std::string_view kAllow = "Allow: GET, HEAD, OPTIONS\r\n";
constexpr std::string_view kText =
    "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";

constexpr std::string_view kNoPage =
    "This is Cameo, a server of profile photos with the API of Microsoft Graph, under /v1.0.\n"
    "It has no web page at this address.\n";

// Browsers and crawlers ask for these without being told to.
constexpr std::array<std::string_view, 4> kUnasked{
    "/favicon.ico", "/robots.txt", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png"};

http::Reply text_reply(int status, std::string_view text) {
    auto fields = fmt::format("{}{}", status == 405 ? kAllow : "", kText);
    return {.status = status, .fields = std::move(fields), .body = http::SharedText(text, nullptr)};
}

// The reply to a method that no path here has; nullopt for GET and HEAD.
std::optional<http::Reply> reply_to_method(const http::Request& request) {
    if (request.method == Method::get || request.method == Method::head) return std::nullopt;
    if (request.method == Method::options)
        return http::Reply{.status = 204, .fields = http::SharedText(kAllow, nullptr)};
    return text_reply(405, "Only GET and HEAD are allowed here.\n");
}

// Answered by the API for every path alike: graph/cors.h.
bool is_preflight(const http::Request& request) {
    return request.method == Method::options && request.has("access-control-request-method");
}

std::string_view path_of(const http::Request& request) {
    return request.target.substr(0, request.target.find('?'));
}

// The policy of the document: docs/web.md, "What the browser may do".
std::string document_fields(std::string_view issuer) {
    const auto origin = origin_of_url(issuer);
    return fmt::format(
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
        "'self' blob:; connect-src 'self'{}{}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'\r\n"
        "Referrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: same-origin\r\n"
        "Permissions-Policy: camera=(self)\r\n",
        origin.empty() ? "" : " ", origin);
}

// The name of an asset has the hash of its bytes, so they never change.
std::string fields_of(const WebFile& file, std::string_view issuer, bool is_gzip) {
    const auto* const cache =
        file.path.starts_with(kAssets) ? "public, max-age=31536000, immutable" : "no-cache";
    return fmt::format(
        "ETag: \"{}{}\"\r\nCache-Control: {}\r\nVary: Accept-Encoding\r\n"
        "Cross-Origin-Resource-Policy: same-origin\r\n{}{}",
        file.etag, is_gzip ? "-gzip" : "", cache, is_gzip ? "Content-Encoding: gzip\r\n" : "",
        file.content_type.starts_with("text/html") ? document_fields(issuer) : "");
}

}  // namespace

WebPage::WebPage(std::span<const WebFile> files, std::string_view issuer) {
    for (const auto& file : files) {
        Entry entry{.file = file,
                    .gzip = http::encode_gzip(file.bytes),
                    .plain_fields = fields_of(file, issuer, false),
                    .gzip_fields = fields_of(file, issuer, true)};
        if (entry.gzip.size() >= file.bytes.size()) entry.gzip.clear();
        entries_.push_back(std::move(entry));
    }
}

WebPage::Form WebPage::form_of(const Entry& entry, const http::Request& request) const {
    const bool is_gzip = !entry.gzip.empty() && http::accepts_gzip(request.find("accept-encoding"));
    if (is_gzip) return {entry.gzip_fields, entry.gzip};
    return {entry.plain_fields, entry.file.bytes};
}

std::optional<http::Reply> WebPage::reply(const http::Request& request) const {
    const auto path = path_of(request);
    const auto entry =
        std::ranges::find(entries_, path, [](const Entry& one) { return one.file.path; });
    if (entry == entries_.end() && !path.starts_with(kAssets)) return std::nullopt;
    if (auto refused = reply_to_method(request)) return refused;
    if (entry == entries_.end()) return text_reply(404, "There is no such file.\n");
    auto [fields, bytes] = form_of(*entry, request);
    if (graph::none_match_names(request, entry->file.etag))
        return http::Reply{.status = 304, .fields = std::move(fields)};
    fields += fmt::format("Content-Type: {}\r\n", entry->file.content_type);
    return http::Reply{
        .status = 200, .fields = std::move(fields), .body = http::SharedText(bytes, nullptr)};
}

http::StartResult WebHandler::start(const http::Request& request) {
    if (graph::has_version(request.target) || is_preflight(request)) return api_.start(request);
    if (page_ != nullptr)
        if (auto reply = page_->reply(request)) return *std::move(reply);
    const auto path = path_of(request);
    const bool is_unasked = std::ranges::find(kUnasked, path) != kUnasked.end();
    if (!is_unasked && path != "/") return api_.start(request);
    if (auto refused = reply_to_method(request)) return *std::move(refused);
    return is_unasked ? text_reply(404, "There is no such file.\n") : text_reply(200, kNoPage);
}

std::string_view origin_of_url(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    return url.substr(0, url.find('/', scheme + 3));
}

}  // namespace cameo::server
