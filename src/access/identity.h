#pragma once

#include <string>

namespace cameo::access {

// A person as an identity provider tells of them: what they are found in the directory by, or added
// to it with. Empty where the token does not say.
struct Identity {
    std::string issuer;          // iss
    std::string subject;         // the value of user_claim, as sent; never empty
    std::string name;            // the value of name_claim
    std::string mail;            // `email`, where the issuer says that it verified it
    std::string display_name;    // `name`
    bool match_by_name = false;  // may be the user of that name or address
    bool provision = false;      // may be added to the directory
};

}  // namespace cameo::access
