#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// A parsed request target: version, path segments, query (docs/http.md, "Paths").
namespace cameo::graph {

// RFC 3986 section 2.1. nullopt for a % that is not followed by two hex digits, an encoded NUL, or
// a result that is not UTF-8 (a JSON error may contain the text).
std::optional<std::string> percent_decode(std::string_view text);

// The key of `users('x')` and of `users(userPrincipalName='x')`, without its quotes; nullopt for a
// segment that is not a key form.
std::optional<std::string> key_of_form(std::string_view segment);

// Encodes everything but letters, digits and `-._~` as %XX.
std::string percent_encode(std::string_view text);

// For the message of an error that may come from an empty segment.
inline constexpr std::string_view kEmptySegment =
    "The path has an empty segment (//), which is ignored.";

// The version of the paths that Graph does not have: docs/cameo-api.md.
inline constexpr std::string_view kCameoVersion = "cameo/v1";

// Whether the target begins with a version: /v1.0, /beta or /cameo/v1/.
bool has_version(std::string_view target);

// Whether the path is one of an OAuth or OpenID Connect endpoint, as Entra has them, with or
// without the tenant: `/.well-known/openid-configuration`, `/common/oauth2/v2.0/token`.
bool is_oauth_endpoint(std::string_view target);

class Target {
  public:
    // A run of slashes counts as one; `myorganization` after the version, an old alias of the
    // tenant, counts as nothing. Fault::malformed, with a message for the client, if the target
    // does not begin with /v1.0 or /beta (any case) or with exactly /cameo/v1/, or has an invalid
    // escape or an empty key. The result borrows from `target`.
    static Result<Target> parse(std::string_view target);

    std::string_view version() const { return version_; }  // "v1.0", "beta", kCameoVersion
    // Percent-decoded. The key form `users('x')` counts as the two segments users and x.
    std::span<const std::string_view> segments() const {
        return many_.empty() ? std::span(few_).first(count_) : std::span(many_);
    }
    // As sent, after the version, `myorganization` and the slashes behind them.
    std::string_view path() const { return path_; }
    std::string_view query() const { return query_; }  // as sent, without the question mark
    // Two slashes in a row: perhaps the client left out a key.
    bool has_empty_segment() const { return has_empty_segment_; }

  private:
    Result<void> read_version(std::string_view& path);
    // Removes the slashes at the front.
    void skip_slashes(std::string_view& path);
    Result<void> add(std::string_view raw);
    void push(std::string_view segment);
    std::string_view keep(std::string_view text);

    std::string_view version_;
    std::string_view path_;
    std::string_view query_;
    bool has_empty_segment_ = false;
    // Nested folders make long paths; most paths have few segments and need no allocation.
    std::array<std::string_view, 8> few_;
    std::size_t count_ = 0;
    std::vector<std::string_view> many_;  // all segments, if they do not fit in the array
    // Decoded segments; only if one is encoded. It never grows, so views into it stay valid.
    std::unique_ptr<std::string> decoded_;
};

}  // namespace cameo::graph
