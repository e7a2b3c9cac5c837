#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/owner.h"
#include "base/result.h"
#include "directory/objects.h"

namespace cameo::matching {

// A name made from properties of a person or a group: `{givenName}.{surname}`. Properties have
// Graph's names; only those whose value is one text can be used, kept ones too. Immutable.
class Pattern {
  public:
    // `upn`, `mail`, `id` and `displayName` are short forms of one property. Fault::malformed if a
    // brace is not closed, a property is unknown for the kind, or the pattern has no property; the
    // detail lists the properties.
    static Result<Pattern> parse(std::string_view text, OwnerKind kind);

    // The default for a kind: the userPrincipalName of people, the displayName of groups.
    static Pattern default_for(OwnerKind kind);

    // Whether expand needs the kept properties of its object.
    bool names_kept() const;

    // Empty if one of the properties is empty, because a partial name could match another owner.
    std::string expand(const directory::User& user) const;
    std::string expand(const directory::Group& group) const;

    // In the form that parse() accepts, with short forms expanded.
    const std::string& text() const { return text_; }

    // The names of its properties, in their order.
    std::vector<std::string> properties() const;

  private:
    struct Part {
        bool is_property = false;
        bool is_kept = false;
        std::string text;  // the name of a property, or literal text
    };

    template <class Entry>
    std::string expanded(const Entry& entry) const;

    std::string text_;
    std::vector<Part> parts_;
};

// `name` as a safe file name without extension. Slashes, backslashes, control characters and
// characters that some common file system rejects (`<>:"|?*`) become `_`, as does a leading dot.
// Removes trailing spaces and dots, and truncates to 200 bytes between characters. Never empty
// unless `name` is; never `.` or `..`. Idempotent.
std::string safe_file_name(std::string_view name);

// The key for comparing names: the safe name in Unicode's normal form C, since file names from a
// Mac are often in form D, with A to Z as a to z. A name that is not UTF-8 is not normalised.
std::string match_key(std::string_view name);

}  // namespace cameo::matching
