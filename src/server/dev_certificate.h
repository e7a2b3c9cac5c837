#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "server/development_ca.h"

// The development certificate authority of a data folder, in DIR/dev-ca; all files have mode 0600.
namespace cameo::server {

struct DevCaFiles {
    std::filesystem::path ca;  // what clients trust
    std::filesystem::path ca_key;
    std::filesystem::path certificate;  // the server's
    std::filesystem::path key;
};

DevCaFiles dev_ca_files(const std::filesystem::path& data);

struct DevCa {
    DevCaFiles files;
    std::vector<std::string> names;  // of the certificate
    bool is_new = false;
};

// Makes a server's certificate with a new key for all names of the CA; a running server loads it by
// itself. Makes the CA, for `names` and the names of this machine, if there is none or with
// `new_ca`. Fault::malformed if a name is invalid or the CA must not sign for it, or if the folder
// contains something other than a CA; Fault::internal if a file cannot be written.
Result<DevCa> make_dev_certificate(const std::filesystem::path& data,
                                   const std::vector<std::string>& names, bool new_ca, Instant now);

}  // namespace cameo::server
