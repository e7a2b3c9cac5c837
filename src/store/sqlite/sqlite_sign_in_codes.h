#pragma once

#include "directory/sign_in_codes.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// The table sign_in_codes. Borrows the engine.
class SqliteSignInCodes final : public directory::SignInCodes {
  public:
    explicit SqliteSignInCodes(Engine& engine) : engine_(engine) {}

    Result<void> add(const directory::SignInCode& code, Instant now, Deadline deadline) override;
    Result<std::optional<directory::SignInCode>> take(const directory::CodeHash& hash, Instant now,
                                                      Deadline deadline) override;

  private:
    Engine& engine_;
};

}  // namespace cameo::store::sqlite
