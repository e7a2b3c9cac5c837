#include "http/certificate_watch.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/stat.h>

#include <exception>
#include <utility>

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

// A context holds the keys of its session tickets: who steals one reads no older session.
constexpr auto kOldest = 12h;

std::string stamp_of(const std::filesystem::path& file) {
    struct stat about{};
    if (::stat(file.c_str(), &about) != 0) return {};
    return fmt::format("{}/{}/{}.{}/{}.{}", about.st_ino, about.st_size, about.st_mtim.tv_sec,
                       about.st_mtim.tv_nsec, about.st_ctim.tv_sec, about.st_ctim.tv_nsec);
}

}  // namespace

Result<std::unique_ptr<CertificateWatch>> CertificateWatch::start(TlsSettings settings) {
    auto stamp = stamp_of(settings.certificate) + ' ' + stamp_of(settings.key);
    auto loaded = TlsContext::load(settings);
    if (!loaded) return std::unexpected(loaded.error());
    return std::unique_ptr<CertificateWatch>(
        new CertificateWatch(std::move(settings), std::move(*loaded), std::move(stamp)));
}

CertificateWatch::CertificateWatch(TlsSettings settings, TlsContext::Loaded loaded, Stamp stamp)
    : settings_(std::move(settings)),
      tried_(stamp),
      last_seen_(std::move(stamp)),
      made_(Clock::now()),
      current_(std::move(loaded.context)) {
    for (auto& warning : loaded.warnings) tell(true, std::move(warning));
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "certificates");
}

CertificateWatch::~CertificateWatch() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

std::shared_ptr<const TlsContext> CertificateWatch::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

void CertificateWatch::run() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, settings_.look_interval, [this] { return over_; })) {
        lock.unlock();
        look();
        lock.lock();
    }
}

// A changed pair is read once it has stood still for one interval: who renews writes two files, one
// after the other.
void CertificateWatch::look() {
    const auto now = stamp();
    const bool settled = now == std::exchange(last_seen_, now);
    const bool changed = now != tried_;
    if (changed && settled) return read_again(now, true);
    if (!changed && Clock::now() - made_ > kOldest) read_again(now, false);
}

void CertificateWatch::read_again(const Stamp& stamp, bool told) try {
    tried_ = stamp;
    made_ = Clock::now();
    auto loaded = TlsContext::load(settings_);
    if (!loaded) {
        if (told)
            tell(true, fmt::format("the certificate stays as it was: {}", loaded.error().detail));
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        current_ = std::move(loaded->context);
    }
    if (!told) return;
    tell(false, fmt::format("the certificate {} was read again", settings_.certificate.string()));
    for (auto& warning : loaded->warnings) tell(true, std::move(warning));
} catch (const std::exception& error) {
    tell(true, fmt::format("the certificate stays as it was: {}", error.what()));
}

void CertificateWatch::tell(bool is_trouble, std::string text) const {
    if (settings_.notify) settings_.notify({is_trouble, std::move(text)});
}

CertificateWatch::Stamp CertificateWatch::stamp() const {
    return stamp_of(settings_.certificate) + ' ' + stamp_of(settings_.key);
}

}  // namespace cameo::http
