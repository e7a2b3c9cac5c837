#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "http/tls_context.h"

namespace cameo::http {

// The certificate in use, and a thread that looks whether its files have changed. Thread-safe.
class CertificateWatch {
  public:
    // As TlsContext::load; warnings go to the settings' notify.
    static Result<std::unique_ptr<CertificateWatch>> start(TlsSettings settings);
    ~CertificateWatch();
    CertificateWatch(const CertificateWatch&) = delete;
    CertificateWatch& operator=(const CertificateWatch&) = delete;

    // For the next handshake.
    std::shared_ptr<const TlsContext> current() const;

  private:
    using Clock = std::chrono::steady_clock;
    // What tells one version of the two files from another; empty where one is missing.
    using Stamp = std::string;

    CertificateWatch(TlsSettings settings, TlsContext::Loaded loaded, Stamp stamp);
    void run();
    void look();
    void read_again(const Stamp& stamp, bool told);
    void tell(bool is_trouble, std::string text) const;
    Stamp stamp() const;

    const TlsSettings settings_;
    Stamp tried_;      // of what was read last, well or not
    Stamp last_seen_;  // at the last look
    Clock::time_point made_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<const TlsContext> current_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace cameo::http
