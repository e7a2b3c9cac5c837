// A bearer token: no input may crash the verifier, and no token without the issuer's signature may
// be accepted. The claims are read too, as if the signature were valid.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "access/authenticator.h"
#include "access/builtin_issuer.h"
#include "access/claims.h"
#include "access/jwt.h"
#include "base/ids.h"

using namespace cameo;

namespace {

const SystemClock kClock;
const std::vector<directory::Tenant> kTenants{{.id = "t", .name = "default"}};

access::Authenticator& authenticator() {
    static access::Authenticator made = [] {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        const auto key = access::SigningKey::create(file);
        std::filesystem::remove(file);
        std::vector<access::Issuer> issuers;
        issuers.push_back(access::builtin_issuer(*key));
        return access::Authenticator(std::move(issuers), kTenants, kClock, 0);
    }();
    return made;
}

void read_claims(std::string_view text) {
    static const access::IssuerSettings kSettings{.discovery = "https://i.example",
                                                  .audiences = {"a"},
                                                  .tenant = "default",
                                                  .role_claim = "realm_access.roles"};
    const auto claims = access::parse_strict_json(text);
    if (!claims) return;
    (void)access::check_audience(*claims, kSettings);
    (void)access::check_times(*claims, kClock.now());
    (void)access::make_principal(*claims, kSettings, kTenants, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (authenticator().authenticate("Bearer " + std::string(text))) abort();
    read_claims(text);
    return 0;
}
