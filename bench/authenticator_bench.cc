// The cost of a bearer token: cached, and verified again (RS256).
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "access/authenticator.h"
#include "access/builtin_issuer.h"
#include "base/ids.h"

namespace {

using namespace cameo;

const access::SigningKey& key() {
    static const access::SigningKey kMade = [] {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        auto created = access::SigningKey::create(file);
        std::filesystem::remove(file);
        return std::move(*created);
    }();
    return kMade;
}

const SystemClock& system_clock() {
    static const SystemClock kClock;
    return kClock;
}

access::Authenticator& authenticator() {
    static access::Authenticator made = [] {
        std::vector<access::Issuer> issuers;
        issuers.push_back(access::builtin_issuer(key()));
        return access::Authenticator(std::move(issuers), {{.id = "t", .name = "default"}},
                                     system_clock(), 50'000);
    }();
    return made;
}

// As long as a token of a large organisation's identity provider.
std::string bearer(int number) {
    const access::Claims claims{
        .tenant = "t",
        .user = "user-" + std::to_string(number),
        .scopes = "User.Read User.ReadWrite User.ReadBasic.All " + std::string(600, 'x'),
        .expires = system_clock().now() + std::chrono::hours(1)};
    return "Bearer " + *access::issue_token(key(), claims, system_clock().now());
}

void remembered(benchmark::State& state) {
    const auto token = bearer(-1);
    while (state.KeepRunning())
        if (!authenticator().authenticate(token)) std::abort();
}
BENCHMARK(remembered);

void remembered_among_many(benchmark::State& state) {
    std::vector<std::string> tokens;
    for (int i = 0; i < 1'000; ++i) tokens.push_back(bearer(i));
    for (const auto& token : tokens)
        if (!authenticator().authenticate(token)) std::abort();
    std::size_t next = 0;
    while (state.KeepRunning())
        if (!authenticator().authenticate(tokens[next++ % tokens.size()])) std::abort();
}
BENCHMARK(remembered_among_many);

void verified_anew(benchmark::State& state) {
    std::vector<access::Issuer> issuers;
    issuers.push_back(access::builtin_issuer(key()));
    access::Authenticator forgetful(std::move(issuers), {{.id = "t", .name = "default"}},
                                    system_clock(), 0);
    const auto token = bearer(-2);
    while (state.KeepRunning())
        if (!forgetful.authenticate(token)) std::abort();
}
BENCHMARK(verified_anew);

}  // namespace

BENCHMARK_MAIN();
