#include "store/memory/memory_store.h"

namespace cameo::store::memory {

using directory::SignInCode;

Result<void> MemorySignInCodes::add(const SignInCode& code, Instant now, Deadline) {
    const std::lock_guard lock(memory_.mutex);
    std::erase_if(memory_.sign_in_codes, [&](const auto& one) { return one.second.ends <= now; });
    if (memory_.find<directory::User>(code.tenant, code.user) == nullptr)
        return fail(Fault::no_owner, "");
    if (memory_.sign_in_codes.size() >= directory::kMaxSignInCodes)
        return fail(Fault::conflict, std::string(directory::kTooManyCodes));
    memory_.sign_in_codes.emplace(code.hash, code);
    return {};
}

Result<std::optional<SignInCode>> MemorySignInCodes::take(const directory::CodeHash& hash,
                                                          Instant now, Deadline) {
    const std::lock_guard lock(memory_.mutex);
    auto taken = memory_.sign_in_codes.extract(hash);
    if (taken.empty() || taken.mapped().ends <= now) return std::nullopt;
    return std::move(taken.mapped());
}

}  // namespace cameo::store::memory
