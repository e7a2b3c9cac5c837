// The documents of an identity provider, from another machine: its discovery document and its key
// set.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/issuer_document.h"

using namespace cameo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto discovery = access::parse_discovery(text))
        if (!access::is_fetchable(discovery->jwks_uri)) abort();
    if (const auto keys = access::parse_key_set(text))
        for (const auto& key : *keys) {
            if (key->about().id.empty()) abort();
            for (const auto algorithm : {access::Algorithm::rs256, access::Algorithm::es256})
                if (key->fits(algorithm) && key->verify(algorithm, "text", text)) abort();
        }
    (void)access::is_fetchable(text);
    return 0;
}
