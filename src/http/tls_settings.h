#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace cameo::http {

// What the operator should know.
struct Notice {
    bool is_trouble = false;
    std::string text;  // a sentence without its full stop
};

// Where and how a server speaks HTTPS. Both files are PEM. They are looked at every
// `look_interval`, and read again where they have changed; a pair that is no good leaves the old
// one in use.
struct TlsSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8443;          // 0 takes any free port
    std::filesystem::path certificate;  // [tls] cert: the server's, then those that signed it
    std::filesystem::path key;          // [tls] key: without a passphrase
    bool only_tls13 = false;            // [tls] min_version = "1.3"; else 1.2 too
    std::chrono::milliseconds handshake_timeout{10'000};  // [tls] handshake_seconds
    std::chrono::milliseconds look_interval{1'000};
    // Called at start, and on a thread of the server's own when the files have changed; may be
    // null.
    std::function<void(const Notice&)> notify;
};

}  // namespace cameo::http
