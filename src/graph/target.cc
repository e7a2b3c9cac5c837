#include "graph/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"

namespace cameo::graph {
namespace {

// Collections that support the key form `name('key')`.
constexpr std::array<std::string_view, 14> kCollections{
    "users",    "photos",         "groups",           "teams",       "team",
    "contacts", "contactFolders", "childFolders",     "joinedTeams", "members",
    "owners",   "operations",     "directoryObjects", "organization"};

struct KeyForm {
    std::string_view name;
    std::string_view quoted;  // the text between the outer quotes
};

// `users(userPrincipalName='x')`, an alternate key of OData: a user's key is an id or a
// userPrincipalName anyway.
std::optional<KeyForm> alternate_key_form(std::string_view segment) {
    constexpr std::string_view kStart = "users(userPrincipalName='";
    if (segment.size() < kStart.size() + 2 || !segment.ends_with("')")) return std::nullopt;
    if (!equals_ignoring_case(segment.substr(0, kStart.size()), kStart)) return std::nullopt;
    return KeyForm{segment.substr(0, 5),
                   segment.substr(kStart.size(), segment.size() - kStart.size() - 2)};
}

std::optional<KeyForm> key_form(std::string_view segment) {
    if (auto alternate = alternate_key_form(segment)) return alternate;
    const auto open = segment.find("('");
    if (open == std::string_view::npos || !segment.ends_with("')")) return std::nullopt;
    if (segment.size() < open + 4) return std::nullopt;
    const auto name = segment.substr(0, open);
    const bool known = std::ranges::any_of(
        kCollections, [&](auto collection) { return equals_ignoring_case(collection, name); });
    if (!known) return std::nullopt;
    return KeyForm{name, segment.substr(open + 2, segment.size() - open - 4)};
}

// In OData two quotes within a key mean one.
std::string unquoted(std::string_view quoted) {
    std::string key;
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        key += quoted[i];
        if (quoted[i] == '\'' && i + 1 < quoted.size() && quoted[i + 1] == '\'') ++i;
    }
    return key;
}

std::unexpected<Error> no_version() {
    return fail(Fault::malformed, "The path is malformed; paths begin with /v1.0 or /beta.");
}

constexpr std::string_view kCameoPrefix = "/cameo/v1/";

std::string_view known_version(std::string_view segment) {
    if (segment == "v1.0" || segment == "V1.0") return "v1.0";
    if (equals_ignoring_case(segment, "beta")) return "beta";
    return {};
}

// Why percent_decode refuses the segment; the message names the escape.
std::unexpected<Error> bad_escape(std::string_view raw) {
    for (auto at = raw.find('%'); at < raw.size(); at = raw.find('%', at + 1)) {
        auto escape = raw.substr(at, 3);
        if (!std::ranges::all_of(escape, [](char c) { return c > 0x20 && c < 0x7f; }))
            escape = escape.substr(0, 1);
        const int high = escape.size() == 3 ? hex_value(escape[1]) : -1;
        const int low = escape.size() == 3 ? hex_value(escape[2]) : -1;
        if (high < 0 || low < 0)
            return fail(Fault::malformed,
                        fmt::format("The escape '{}' in the path is malformed; a percent sign and "
                                    "two hexadecimal digits are one, '%25' is a percent sign.",
                                    escape));
        if (high == 0 && low == 0)
            return fail(Fault::malformed, "The escape '%00' in the path is not allowed.");
        if (high >= 8)
            return fail(Fault::malformed,
                        fmt::format("The escape '{}' in the path is not in UTF-8 text.", escape));
    }
    return fail(Fault::malformed, "The path is not UTF-8 text.");
}

}  // namespace

std::optional<std::string> key_of_form(std::string_view segment) {
    const auto form = key_form(segment);
    if (!form) return std::nullopt;
    return unquoted(form->quoted);
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
        decoded += static_cast<char>(high << 4 | low);
        i += 2;
    }
    if (!is_utf8(decoded)) return std::nullopt;
    return decoded;
}

std::string percent_encode(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const char lower = to_lower(c);
        if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
            c == '_' || c == '~') {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return encoded;
}

bool has_version(std::string_view target) {
    if (target.starts_with(kCameoPrefix)) return true;
    const auto begin = std::min(target.find_first_not_of('/'), target.size());
    return !known_version(target.substr(begin, target.find_first_of("/?", begin) - begin)).empty();
}

bool is_oauth_endpoint(std::string_view target) {
    const auto path = to_lower(target.substr(0, target.find('?')));
    constexpr std::array<std::string_view, 7> kEndings{"/.well-known/openid-configuration",
                                                       "/.well-known/oauth-authorization-server",
                                                       "/discovery/instance",
                                                       "/oauth2/v2.0/token",
                                                       "/oauth2/v2.0/authorize",
                                                       "/oauth2/token",
                                                       "/oauth2/authorize"};
    return std::ranges::any_of(kEndings, [&](auto ending) { return path.ends_with(ending); });
}

Result<Target> Target::parse(std::string_view target) {
    Target parsed;
    const auto question = target.find('?');
    if (question != std::string_view::npos) parsed.query_ = target.substr(question + 1);
    std::string_view path = target.substr(0, question);
    if (auto read = parsed.read_version(path); !read)
        return std::unexpected(std::move(read.error()));
    parsed.path_ = path;
    while (!path.empty()) {
        const auto segment = path.substr(0, path.find('/'));
        if (auto added = parsed.add(segment); !added)
            return std::unexpected(std::move(added.error()));
        path.remove_prefix(segment.size());
        parsed.skip_slashes(path);
    }
    return parsed;
}

Result<void> Target::read_version(std::string_view& path) {
    if (path.starts_with(kCameoPrefix)) {
        version_ = kCameoVersion;
        path.remove_prefix(kCameoPrefix.size() - 1);
        skip_slashes(path);
        return {};
    }
    if (path.empty() || path.front() != '/') return no_version();
    skip_slashes(path);
    const auto version = path.substr(0, path.find('/'));
    version_ = known_version(version);
    if (version_.empty()) return no_version();
    path.remove_prefix(version.size());
    skip_slashes(path);
    const auto alias = path.substr(0, path.find('/'));
    if (!equals_ignoring_case(alias, "myorganization")) return {};
    path.remove_prefix(alias.size());
    skip_slashes(path);
    return {};
}

void Target::skip_slashes(std::string_view& path) {
    const auto run = std::min(path.find_first_not_of('/'), path.size());
    // At the end no key can be missing.
    if (run > 1 && run < path.size()) has_empty_segment_ = true;
    path.remove_prefix(run);
}

Result<void> Target::add(std::string_view raw) {
    std::string_view segment = raw;
    if (raw.find('%') != std::string_view::npos) {
        const auto decoded = percent_decode(raw);
        if (!decoded) return bad_escape(raw);
        segment = keep(*decoded);
    }
    const auto keyed = key_form(segment);
    if (!keyed) {
        push(segment);
        return {};
    }
    if (keyed->quoted.empty())
        return fail(Fault::malformed,
                    fmt::format("The key of '{}' in the path is empty.", keyed->name));
    const bool doubled = keyed->quoted.find('\'') != std::string_view::npos;
    push(keyed->name);
    push(doubled ? keep(unquoted(keyed->quoted)) : keyed->quoted);
    return {};
}

void Target::push(std::string_view segment) {
    if (many_.empty() && count_ < few_.size()) {
        few_[count_++] = segment;
        return;
    }
    if (many_.empty()) many_.assign(few_.begin(), few_.end());
    many_.push_back(segment);
}

std::string_view Target::keep(std::string_view text) {
    if (!decoded_) {
        // A segment is stored twice at most (decoded, then without doubled quotes), never longer
        // than sent.
        decoded_ = std::make_unique<std::string>();
        decoded_->reserve(2 * path_.size());
    }
    const auto start = decoded_->size();
    decoded_->append(text);
    return std::string_view(*decoded_).substr(start);
}

}  // namespace cameo::graph
