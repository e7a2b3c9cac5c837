#include "http/certificate_reloader.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/stat.h>

#include <exception>
#include <utility>

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

// Each context has its own session ticket keys, so a stolen context decrypts no older session.
constexpr auto kMaxAge = 12h;

std::string version_of(const std::filesystem::path& file) {
    struct stat about{};
    if (::stat(file.c_str(), &about) != 0) return {};
    return fmt::format("{}/{}/{}.{}/{}.{}", about.st_ino, about.st_size, about.st_mtim.tv_sec,
                       about.st_mtim.tv_nsec, about.st_ctim.tv_sec, about.st_ctim.tv_nsec);
}

}  // namespace

Result<std::unique_ptr<CertificateReloader>> CertificateReloader::start(TlsSettings settings) {
    auto version = version_of(settings.certificate) + ' ' + version_of(settings.key);
    auto loaded = TlsContext::load(settings);
    if (!loaded) return std::unexpected(loaded.error());
    return std::unique_ptr<CertificateReloader>(
        new CertificateReloader(std::move(settings), std::move(*loaded), std::move(version)));
}

CertificateReloader::CertificateReloader(TlsSettings settings, TlsContext::Loaded loaded,
                                         Version version)
    : settings_(std::move(settings)),
      tried_(version),
      last_seen_(std::move(version)),
      loaded_at_(Clock::now()),
      current_(std::move(loaded.context)) {
    for (auto& warning : loaded.warnings) notify(true, std::move(warning));
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "certificates");
}

CertificateReloader::~CertificateReloader() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

std::shared_ptr<const TlsContext> CertificateReloader::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

void CertificateReloader::run() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, settings_.check_interval, [this] { return stopping_; })) {
        lock.unlock();
        check_files();
        lock.lock();
    }
}

// A changed pair is read once it has not changed for one interval: a renewal writes two files, one
// after the other.
void CertificateReloader::check_files() {
    const auto now = version();
    const bool settled = now == std::exchange(last_seen_, now);
    const bool changed = now != tried_;
    if (changed && settled) return read_again(now, true);
    if (!changed && Clock::now() - loaded_at_ > kMaxAge) read_again(now, false);
}

void CertificateReloader::read_again(const Version& version, bool changed) try {
    tried_ = version;
    loaded_at_ = Clock::now();
    auto loaded = TlsContext::load(settings_);
    if (!loaded) {
        if (changed)
            notify(true,
                   fmt::format("the earlier certificate stays in use: {}", loaded.error().detail));
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        current_ = std::move(loaded->context);
    }
    if (!changed) return;
    notify(false, fmt::format("the certificate {} was reloaded", settings_.certificate.string()));
    for (auto& warning : loaded->warnings) notify(true, std::move(warning));
} catch (const std::exception& error) {
    notify(true, fmt::format("the earlier certificate stays in use: {}", error.what()));
}

void CertificateReloader::notify(bool is_warning, std::string text) const {
    if (settings_.notify) settings_.notify({is_warning, std::move(text)});
}

CertificateReloader::Version CertificateReloader::version() const {
    return version_of(settings_.certificate) + ' ' + version_of(settings_.key);
}

}  // namespace cameo::http
