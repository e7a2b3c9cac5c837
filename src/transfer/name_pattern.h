#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/owner.h"
#include "base/result.h"
#include "directory/objects.h"

namespace cameo::transfer {

// A name made from properties of a person or a group: `{givenName}.{surname}`. Properties have
// Graph's names; only those whose value is one text can be used. Immutable.
class Pattern {
  public:
    // `upn`, `mail`, `id` and `displayName` stand for the property alone. Fault::malformed where a
    // brace is left open, a property is unknown for the kind, or none is named; the detail lists
    // those there are.
    static Result<Pattern> parse(std::string_view text, OwnerKind kind);

    // The default for a kind: the userPrincipalName of people, the displayName of groups.
    static Pattern default_for(OwnerKind kind);

    // Empty where any property that is named is empty: a half name could be anybody's.
    std::string expand(const directory::User& user) const;
    std::string expand(const directory::Group& group) const;

    // As it can be given to parse, shorthands written out.
    const std::string& text() const { return text_; }

  private:
    struct Part {
        bool is_property = false;
        std::string text;  // a property's name, or what stands between them
    };

    template <class Entry>
    std::string expanded(const Entry& entry) const;

    std::string text_;
    std::vector<Part> parts_;
};

// `name` as a file system can hold it, without an extension: slashes, backslashes, control
// characters and what else no common file system takes (`<>:"|?*`) become `_`, as does a dot at
// the front; spaces and dots at the end go; at most 200 bytes, cut between characters. Never empty
// unless `name` is; never `.` or `..`. The same for a name that is safe already.
std::string safe_file_name(std::string_view name);

// What names are compared by: safe, and A to Z as a to z.
std::string match_key(std::string_view name);

}  // namespace cameo::transfer
