#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "directory/user.h"

// The rules that a user keeps, whichever way it came: by a request, or by a first sign-in. Pure
// functions.
namespace cameo::directory {

// `name@domain`, with one @ and without spaces, quotes and slashes.
bool is_user_principal_name(std::string_view text);

// The lengths and characters of every text, the form of id and userPrincipalName, what cannot be
// empty. Where `domains`, in lower case, has some, the userPrincipalName lies in one. With
// `before`, the user as it was, what has not changed may keep an older rule's form.
// Fault::malformed: `The property 'surname' is longer than 64 characters.`
Result<void> check(const User& user, const std::vector<std::string>& domains,
                   const User* before = nullptr);

}  // namespace cameo::directory
