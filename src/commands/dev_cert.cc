#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>

#include "base/clock.h"
#include "commands/commands.h"
#include "server/dev_certificate.h"
#include "server/program.h"

namespace cameo::commands {
namespace {

// {0} is the CA's file, {1} the data folder. Both are absolute, so that the lines work in any
// working directory.
constexpr const char* kAdvice = R"(Serve with it:
  cameo serve --data {1} --tls-listen 127.0.0.1:8443

Let clients trust it:
  curl                 curl --cacert {0} https://localhost:8443/healthz
  Node                 export NODE_EXTRA_CA_CERTS={0}
  Python requests      export REQUESTS_CA_BUNDLE={0}
  Python httpx, Go     export SSL_CERT_FILE={0}
  Java                 keytool -importcert -noprompt -alias cameo-dev -file {0} -keystore cameo-dev.p12 -storetype PKCS12 -storepass changeit
                       java -Djavax.net.ssl.trustStore=cameo-dev.p12 -Djavax.net.ssl.trustStorePassword=changeit ...
  .NET, all of Debian  sudo install -m 644 {0} /usr/local/share/ca-certificates/cameo-dev.crt && sudo update-ca-certificates
  PHP                  php -d openssl.cafile={0} -d curl.cainfo={0} ...
)";

}  // namespace

int dev_cert_command(const DevCertArguments& options) {
    const auto made = server::make_dev_certificate(options.data, options.hosts, options.new_ca,
                                                   SystemClock().now());
    if (!made) {
        fmt::print(stderr, "cameo: {}\n", made.error().detail);
        return made.error().fault == Fault::malformed ? server::kWrongUsage : server::kFailed;
    }
    const auto whole = [](const std::filesystem::path& file) {
        return std::filesystem::absolute(file).lexically_normal().string();
    };
    fmt::print("{} development CA  {}\n", made->is_new ? "A new" : "The same",
               whole(made->files.ca));
    fmt::print("A new certificate      {}\n  with its key         {}\n",
               whole(made->files.certificate), whole(made->files.key));
    fmt::print("  for                  {}\n\n", fmt::join(made->names, ", "));
    fmt::print(fmt::runtime(kAdvice), whole(made->files.ca), options.data.string());
    return server::kDone;
}

}  // namespace cameo::commands
