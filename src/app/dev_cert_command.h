#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cameo::app {

struct DevCertOptions {
    std::filesystem::path data;
    std::vector<std::string> hosts;  // beside localhost, 127.0.0.1 and ::1
    bool new_ca = false;
};

// `cameo dev-cert`: makes or renews the development certificate and prints how to serve with it and
// how to trust it. Returns the exit code.
int make_dev_cert(const DevCertOptions& options);

}  // namespace cameo::app
