#include "directory/user_principal_name.h"

#include <algorithm>

#include "base/text.h"

namespace cameo::directory {

bool is_user_principal_name(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find('@', at + 1) == std::string_view::npos &&
           text.find_first_of(" \"/\\") == std::string_view::npos;
}

bool lies_in(std::string_view user_principal_name, const std::vector<std::string>& domains) {
    const auto domain = user_principal_name.substr(user_principal_name.find('@') + 1);
    return domains.empty() || std::ranges::any_of(domains, [&](const std::string& ours) {
               return equals_ignoring_case(ours, domain);
           });
}

}  // namespace cameo::directory
