#pragma once

#include <string>
#include <string_view>
#include <vector>

// The rules of userPrincipalName, the name that a user signs in with. Pure functions.
namespace cameo::directory {

// `name@domain`, with one @ and without spaces, quotes and slashes.
bool is_user_principal_name(std::string_view text);

// Whether the name's domain is one of these, in lower case; any is where there are none.
bool lies_in(std::string_view user_principal_name, const std::vector<std::string>& domains);

}  // namespace cameo::directory
