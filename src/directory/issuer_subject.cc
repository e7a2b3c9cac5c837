#include "directory/issuer_subject.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "base/text.h"

namespace cameo::directory {

Result<void> check_binding(const IssuerSubject& subject, const std::vector<IssuerSubject>& held) {
    for (const auto& other : held) {
        if (other == subject) continue;
        if (other.issuer == subject.issuer)
            return fail(Fault::conflict,
                        "the user is bound to another subject of the issuer, until the user is "
                        "removed");
        if (!is_guid(subject.subject) || !equals_ignoring_case(other.subject, subject.subject))
            return fail(Fault::conflict,
                        fmt::format("the user is bound to a subject of the issuer {}: if that is "
                                    "somebody else, rename or remove that user; if it is the same "
                                    "person, remove the user and add them again",
                                    other.issuer));
    }
    return {};
}

}  // namespace cameo::directory
