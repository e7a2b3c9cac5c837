#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// A parsed request target: version, path segments, query (docs/http.md, "Paths").
namespace cameo::graph {

// RFC 3986 section 2.1. nullopt for a % that is not followed by two hex digits, an encoded NUL, or
// a result that is not UTF-8 (a JSON error may contain the text).
std::optional<std::string> percent_decode(std::string_view text);

// Encodes everything but letters, digits and `-._~` as %XX.
std::string percent_encode(std::string_view text);

class Target {
  public:
    // nullopt if the target does not begin with /v1.0 or /beta (any case), or is malformed: an
    // invalid escape, an empty segment other than the last. The result borrows from `target`.
    static std::optional<Target> parse(std::string_view target);

    std::string_view version() const { return version_; }  // "v1.0" or "beta"
    // Percent-decoded. The key form `users('x')` counts as the two segments users and x.
    std::span<const std::string_view> segments() const {
        return many_.empty() ? std::span(few_).first(count_) : std::span(many_);
    }
    std::string_view path() const { return path_; }    // as sent, after the version and its slash
    std::string_view query() const { return query_; }  // as sent, without the question mark

  private:
    bool add(std::string_view raw);
    void push(std::string_view segment);
    std::string_view keep(std::string_view text);

    std::string_view version_;
    std::string_view path_;
    std::string_view query_;
    // Nested folders make long paths; most paths have few segments and need no allocation.
    std::array<std::string_view, 8> few_;
    std::size_t count_ = 0;
    std::vector<std::string_view> many_;  // all segments, if they do not fit in the array
    // Decoded segments; only if one is encoded. It never grows, so views into it stay valid.
    std::unique_ptr<std::string> decoded_;
};

}  // namespace cameo::graph
