#include "access/authenticator.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <functional>
#include <random>
#include <utility>

#include "access/claims.h"
#include "access/jwt.h"
#include "base/text.h"

namespace cameo::access {
namespace {

constexpr std::string_view kScheme = "bearer";
constexpr std::size_t kTokenBytes = 2'048;  // of a usual cached token with its principal

// The token of `Bearer TOKEN` (RFC 6750 section 2.1); empty if there is none.
std::string_view bearer_token(std::string_view authorization) {
    if (authorization.size() <= kScheme.size() || authorization[kScheme.size()] != ' ') return {};
    if (!equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return {};
    return trim(authorization.substr(kScheme.size()));
}

// The size of a cached token without its key, which tokens share.
std::size_t bytes_of(const Principal& principal, std::string_view token) {
    std::size_t bytes = token.size() + sizeof(Principal) + principal.tenant.size() +
                        principal.user_id.size() + principal.app.size();
    if (const auto& identity = principal.identity)
        bytes += identity->issuer.size() + identity->subject.size() + identity->name.size() +
                 identity->mail.size() + identity->display_name.size();
    return bytes;
}

std::size_t random_key() {
    std::random_device device;
    return (std::size_t{device()} << 32) ^ device();
}

std::size_t hash_of(std::string_view token, std::size_t key) {
    std::size_t hash = key;
    boost::hash_combine(hash, std::hash<std::string_view>{}(token));
    return hash;
}

std::string_view bytes_of(const std::size_t& hash) {
    return {reinterpret_cast<const char*>(&hash), sizeof hash};
}

bool is_same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

struct Authenticator::VerifiedToken {
    std::string text;
    Principal principal;
    std::shared_ptr<const VerificationKey> key;
};

// An issuer that may have issued the token, with the key that the token names.
struct Authenticator::Candidate {
    const Issuer* issuer = nullptr;
    std::shared_ptr<const IssuerDocument> document;
    std::shared_ptr<const VerificationKey> key;
};

struct Authenticator::Search {
    std::vector<Candidate> candidates;
    std::vector<IssuerKeys*> to_ask;  // issuers that may have the key after a refresh
    bool issuer_known = false;
    bool some_without_keys = false;  // an issuer whose name is not known yet
};

Authenticator::Authenticator(std::vector<Issuer> issuers, std::vector<directory::Tenant> tenants,
                             const Clock& clock, std::size_t cached_tokens,
                             std::vector<std::string> photo_admin_roles)
    : issuers_(std::move(issuers)),
      tenants_(std::move(tenants)),
      clock_(clock),
      photo_admin_roles_(std::move(photo_admin_roles)),
      hash_key_(random_key()),
      cache_(cached_tokens * kTokenBytes) {}

Authenticator::~Authenticator() = default;

Result<std::shared_ptr<const Principal>> Authenticator::authenticate(std::string_view authorization,
                                                                     Wait wait) {
    const std::string_view token = bearer_token(authorization);
    if (token.empty()) return fail(Fault::unauthenticated, "Access token is empty.");
    const std::size_t hash = hash_of(token, hash_key_);
    auto known = find_cached(bytes_of(hash), token);
    if (!known) {
        auto verified = verify(token, wait);
        if (!verified) return std::unexpected(std::move(verified.error()));
        if (!*verified) return nullptr;
        known = std::move(*verified);
        cache_.put(bytes_of(hash), known, bytes_of(known->principal, token));
    }
    const auto& principal = known->principal;
    return std::shared_ptr<const Principal>(std::move(known), &principal);
}

std::shared_ptr<const Authenticator::VerifiedToken> Authenticator::find_cached(
    std::string_view key, std::string_view token) {
    auto known = cache_.find(key);
    if (!known || !is_same((*known)->text, token)) return nullptr;
    if ((*known)->principal.expires > clock_.now() && !(*known)->key->withdrawn())
        return std::move(*known);
    cache_.erase(key);
    return nullptr;
}

Result<std::shared_ptr<const Authenticator::VerifiedToken>> Authenticator::verify(
    std::string_view token, Wait wait) const {
    const auto jwt = parse_jwt(token);
    if (!jwt) return std::unexpected(jwt.error());
    auto found = search(*jwt);
    if (found.candidates.empty() && !found.to_ask.empty()) {
        if (wait.is_memory_only()) return nullptr;
        for (auto* keys : found.to_ask) keys->look_for(jwt->key_id, wait.deadline());
        found = search(*jwt);
    }
    if (!found.issuer_known && found.some_without_keys)
        return fail(Fault::busy, "An identity provider does not answer. Try again later.");
    if (!found.issuer_known) return refuse_token("Invalid issuer.");
    auto checked =
        Result<std::shared_ptr<const VerifiedToken>>(refuse_token("The signing key is not known."));
    for (const auto& candidate : found.candidates)
        if (checked = check_candidate(candidate, *jwt, token); checked) break;
    return checked;
}

// The key decides the issuer, because no claim is trusted yet.
Authenticator::Search Authenticator::search(const Jwt& jwt) const {
    const auto name = text_at(jwt.claims, "iss");
    const auto tenant = text_at(jwt.claims, "tid");
    Search found;
    std::vector<IssuerKeys*> nameless;
    std::vector<IssuerKeys*> named;
    for (const auto& issuer : issuers_) {
        auto document = issuer.keys->current();
        if (!document) nameless.push_back(issuer.keys.get());
        if (!document || issuer_for(document->issuer, tenant) != name) continue;
        named.push_back(issuer.keys.get());
        for (const auto& key : document->keys)
            if (key->about().id == jwt.key_id) found.candidates.push_back({&issuer, document, key});
    }
    found.issuer_known = !named.empty();
    found.some_without_keys = !nameless.empty();
    for (auto* keys : found.issuer_known ? named : nameless)
        if (keys->may_find(jwt.key_id)) found.to_ask.push_back(keys);
    return found;
}

Result<std::shared_ptr<const Authenticator::VerifiedToken>> Authenticator::check_candidate(
    const Candidate& candidate, const Jwt& jwt, std::string_view token) const {
    const auto& allowed = candidate.issuer->settings.algorithms;
    if (std::ranges::find(allowed, jwt.algorithm) == allowed.end() ||
        !candidate.key->fits(jwt.algorithm))
        return refuse_token("The algorithm is not accepted.");
    if (!candidate.key->verify(jwt.algorithm, jwt.signed_text, jwt.signature))
        return refuse_token("Invalid signature.");
    auto principal = check_claims(candidate, jwt);
    if (!principal) return std::unexpected(std::move(principal.error()));
    return std::make_shared<const VerifiedToken>(std::string(token), std::move(*principal),
                                                 candidate.key);
}

Result<Principal> Authenticator::check_claims(const Candidate& candidate, const Jwt& jwt) const {
    const auto& settings = candidate.issuer->settings;
    const auto tenant = text_at(jwt.claims, "tid");
    // search() compared iss with the issuer's own name; Entra's keys also have an issuer.
    const auto& keys_issuer = candidate.key->about().issuer;
    if (!keys_issuer.empty() && issuer_for(keys_issuer, tenant) != text_at(jwt.claims, "iss"))
        return refuse_token("The signing key belongs to another issuer.");
    // With an issuer of many tenants, its configuration alone must not select the tenant.
    if (issuer_for(candidate.document->issuer, "") != candidate.document->issuer &&
        settings.tenant_claim != "tid")
        return refuse_token(
            "The issuer serves many tenants: the operator must set tenant_claim = tid.");
    if (auto fine = check_audience(jwt.claims, settings); !fine)
        return std::unexpected(std::move(fine.error()));
    const auto is_of_another = [&](const Issuer& other) {
        return &other != candidate.issuer && other.settings.discovery == settings.discovery &&
               check_audience(jwt.claims, other.settings);
    };
    if (std::ranges::any_of(issuers_, is_of_another))
        return refuse_token("It has the audiences of two issuers.");
    if (auto fine = check_times(jwt.claims, clock_.now()); !fine)
        return std::unexpected(std::move(fine.error()));
    return make_principal(jwt.claims, settings, tenants_, photo_admin_roles_);
}

}  // namespace cameo::access
