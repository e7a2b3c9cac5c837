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

// The certificate in use, and a thread that reads it again when its files have changed.
// Thread-safe.
class CertificateReloader {
  public:
    // As TlsContext::load; warnings go to the settings' notify.
    static Result<std::unique_ptr<CertificateReloader>> start(TlsSettings settings);
    ~CertificateReloader();
    CertificateReloader(const CertificateReloader&) = delete;
    CertificateReloader& operator=(const CertificateReloader&) = delete;

    // For the next handshake.
    std::shared_ptr<const TlsContext> current() const;

  private:
    using Clock = std::chrono::steady_clock;
    // Differs between two versions of the files; empty if one is missing.
    using Version = std::string;

    CertificateReloader(TlsSettings settings, TlsContext::Loaded loaded, Version version);
    void run();
    void check_files();
    void read_again(const Version& version, bool changed);
    void notify(bool is_warning, std::string text) const;
    Version version() const;

    const TlsSettings settings_;
    Version tried_;      // the last one that was read, with or without success
    Version last_seen_;  // at the last check
    Clock::time_point loaded_at_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<const TlsContext> current_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace cameo::http
