#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "access/builtin_issuer.h"
#include "base/clock.h"
#include "base/result.h"
#include "directory/objects.h"
#include "directory/sign_in_codes.h"

namespace cameo::access {

inline constexpr std::chrono::minutes kCodeTime{10};
inline constexpr std::chrono::hours kSignInTime{1};

// The `appid` of the tokens of the web page.
inline constexpr std::string_view kWebApp = "cameo-web";

// Signing in to the web page with a one-time code: docs/identity.md, "Signing in with a code".
// Thread-safe; blocks. Borrows the store and the clock.
class SignIn {
  public:
    // Who signs in, with which permissions.
    struct Grant {
        std::string tenant;
        std::string user;                          // User::id
        std::string scopes;                        // separated by spaces
        std::vector<std::string> directory_roles;  // ids
    };
    struct Token {
        std::string text;
        Instant expires{};
    };

    SignIn(directory::SignInCodes& codes, SigningKey key, const Clock& clock)
        : codes_(codes), key_(std::move(key)), clock_(clock) {}

    // A new code for kCodeTime: 128 random bits in base64url. Only its SHA-256 is stored. Faults of
    // SignInCodes::add.
    Result<std::string> make_code(const Grant& grant, Deadline deadline);

    // What the code gives; it is used now. Fault::unauthenticated with one sentence for every code
    // that cannot be used: its hash is looked up, whatever its form.
    Result<Grant> redeem(std::string_view code, Deadline deadline);

    // A token of the built-in issuer for kSignInTime. REQUIRES: the user of the grant.
    Result<Token> issue(const Grant& grant, const directory::User& user) const;

  private:
    directory::SignInCodes& codes_;
    SigningKey key_;
    const Clock& clock_;
};

// The permissions that the page needs for one's own photo and the basic set of others, and, with a
// directory role that manages users, for everybody (docs/access.md).
std::string web_scopes(const std::vector<std::string>& directory_roles);

// The detail of Fault::unauthenticated.
inline constexpr std::string_view kUnusableCode =
    "The code cannot be used: it was used before, or is older than ten minutes. The command 'cameo "
    "token --web' makes another.";

}  // namespace cameo::access
