// A bearer token: no input may crash the verifier, and none that this key did not sign may be
// believed.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "access/token.h"
#include "base/ids.h"

using namespace cameo;

static const access::SigningKey& key() {
    static const access::SigningKey made = [] {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        auto created = access::SigningKey::create(file);
        std::filesystem::remove(file);
        return std::move(*created);
    }();
    return made;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view token(reinterpret_cast<const char*>(data), size);
    if (access::verify_token(key(), token, SystemClock().now())) abort();
    return 0;
}
