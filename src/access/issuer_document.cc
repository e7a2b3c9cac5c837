#include "access/issuer_document.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "access/jwt.h"
#include "base/encoding.h"
#include "base/text.h"

namespace cameo::access {
namespace {

namespace json = boost::json;

constexpr std::string_view kTenantPlace = "{tenantid}";
constexpr std::size_t kMaxKeys = 256;

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

// RFC 7517 sections 4.2 and 4.3; absent means any use.
bool is_for_signatures(const json::object& jwk) {
    if (jwk.contains("use") && text_of(jwk, "use") != "sig") return false;
    const auto* operations = jwk.if_contains("key_ops");
    if (operations == nullptr) return true;
    const auto* list = operations->if_array();
    return list != nullptr && std::ranges::any_of(*list, [](const json::value& operation) {
               return operation.is_string() && operation.get_string() == "verify";
           });
}

std::unexpected<Error> unusable(std::string what) {
    return fail(Fault::malformed, std::move(what));
}

Result<std::shared_ptr<const VerificationKey>> parse_key(const json::object& jwk) {
    VerificationKey::About about{.id = text_of(jwk, "kid"), .issuer = text_of(jwk, "issuer")};
    if (about.id.empty()) return unusable("a key has no kid");
    if (!is_for_signatures(jwk)) return unusable("a key is not for signatures");
    if (jwk.contains("alg")) {
        about.algorithm = algorithm_named(text_of(jwk, "alg"));
        if (!about.algorithm) return unusable("a key is for another algorithm");
    }
    const auto number = [&](std::string_view name) {
        return from_base64url(text_of(jwk, name)).value_or("");
    };
    const auto kind = text_of(jwk, "kty");
    if (kind == "RSA") return VerificationKey::rsa(std::move(about), number("n"), number("e"));
    if (kind == "EC" && text_of(jwk, "crv") == "P-256")
        return VerificationKey::p256(std::move(about), number("x"), number("y"));
    return unusable("a key has an unsupported type");
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "[::1]") return true;
    const auto parts = split_list(host, '.');
    return parts.size() == 4 && parts[0] == "127" &&
           std::ranges::all_of(host, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

Result<Discovery> parse_discovery(std::string_view text) {
    const auto object = parse_strict_json(text);
    if (!object) return fail(Fault::malformed, "the discovery document is not a JSON object");
    Discovery discovery{.issuer = text_of(*object, "issuer"),
                        .jwks_uri = text_of(*object, "jwks_uri")};
    if (discovery.issuer.empty())
        return fail(Fault::malformed, "the discovery document names no issuer");
    if (!is_fetchable(discovery.jwks_uri))
        return fail(Fault::malformed,
                    "the discovery document's jwks_uri is not https, nor http on this machine");
    return discovery;
}

Result<Keys> parse_key_set(std::string_view text) {
    const auto object = parse_strict_json(text);
    const auto* member = object ? object->if_contains("keys") : nullptr;
    const auto* list = member == nullptr ? nullptr : member->if_array();
    if (list == nullptr || list->size() > kMaxKeys)
        return fail(Fault::malformed, "the key set is not a JSON object with a short list of keys");
    Keys keys;
    std::string reason = "it is empty";
    for (const auto& item : *list) {
        if (!item.is_object()) continue;
        auto key = parse_key(item.get_object());
        if (key)
            keys.push_back(std::move(*key));
        else
            reason = std::move(key.error().detail);
    }
    if (keys.empty()) return fail(Fault::malformed, "the key set has no usable key: " + reason);
    return keys;
}

bool is_fetchable(std::string_view url) {
    const bool secure = url.starts_with("https://");
    if (!secure && !url.starts_with("http://")) return false;
    const auto is_plain = [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '#'; };
    if (!std::ranges::all_of(url, is_plain)) return false;
    url.remove_prefix(url.find("//") + 2);
    const auto authority = url.substr(0, url.find_first_of("/?"));
    if (authority.contains('@')) return false;
    const auto bracket = authority.rfind(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const auto host = authority.substr(0, colon);
    return !host.empty() && (secure || is_loopback(to_lower(host)));
}

std::string issuer_for(std::string_view issuer, std::string_view tenant) {
    std::string text(issuer);
    if (const auto at = text.find(kTenantPlace); at != std::string::npos)
        text.replace(at, kTenantPlace.size(), tenant);
    return text;
}

}  // namespace cameo::access
