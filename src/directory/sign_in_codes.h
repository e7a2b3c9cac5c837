#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace cameo::directory {

using CodeHash = std::array<std::uint8_t, 32>;  // SHA-256

// A one-time code of a sign-in, and what it gives: docs/identity.md, "Signing in with a code".
struct SignInCode {
    CodeHash hash{};
    std::string tenant;
    std::string user;             // User::id
    std::string scopes;           // separated by spaces
    std::string directory_roles;  // ids, separated by spaces
    Instant ends{};

    bool operator==(const SignInCode&) const = default;
};

// How many codes may be open at once, of all tenants.
inline constexpr std::size_t kMaxSignInCodes = 1'000;

// The detail of Fault::conflict.
inline constexpr std::string_view kTooManyCodes =
    "There are too many unused codes of sign-ins. Try again in ten minutes.";

// Port: the one-time codes that are not used yet. A part of store::Store. Implementations: memory,
// SQLite. They pass the suite in store/contract. Thread-safe; calls block, with the faults of
// directory::Store.
class SignInCodes {
  public:
    virtual ~SignInCodes() = default;

    // Removes the codes that have ended by `now`, then adds this one. Fault::no_owner where the
    // user does not exist, Fault::conflict where kMaxSignInCodes are open. The code is removed with
    // its user.
    virtual Result<void> add(const SignInCode& code, Instant now, Deadline deadline) = 0;

    // Removes the code with this hash and returns it: one of several concurrent calls gets it.
    // nullopt, without a write, if there is none; nullopt too if it has ended by `now`.
    virtual Result<std::optional<SignInCode>> take(const CodeHash& hash, Instant now,
                                                   Deadline deadline) = 0;
};

}  // namespace cameo::directory
