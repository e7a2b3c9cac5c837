#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "access/issuer_document.h"
#include "access/issuer_settings.h"
#include "base/clock.h"
#include "base/result.h"

namespace cameo::access {

// The keys of one issuer, kept up to date by a thread of their own: fetched at the start, daily,
// and when a token names a key that is not known. Keys once fetched stay while the issuer does not
// answer; keys that it publishes no more are withdrawn. Thread-safe.
class IssuerKeys {
  public:
    // GETs a URL: its body, or why there is none, in words for the log. Blocks; gives up when asked
    // to stop.
    using Fetch = std::function<Result<std::string>(const std::string& url, std::stop_token stop)>;
    // Told once when the state changes: at the first failure of a kind, and when the keys come.
    using Report = std::function<void(const std::string& text)>;

    // Whether a document may name this issuer: Fault::malformed where not. Null: any.
    using Accept = std::function<Result<void>(const std::string& issuer)>;

    struct Timing {
        std::chrono::milliseconds refresh = std::chrono::hours(24);
        // After a failure, then twice as long each time.
        std::chrono::milliseconds first_retry = std::chrono::seconds(5);
        std::chrono::milliseconds last_retry = std::chrono::minutes(5);
        // Refreshes for unknown keys: so many at once, then one in this time.
        unsigned unknown_key_burst = 4;
        std::chrono::milliseconds unknown_key_interval = std::chrono::seconds(10);
        // How long a key that was looked for and not found is not looked for again.
        std::chrono::milliseconds absent = std::chrono::minutes(1);
    };

    // Keys that never change: the built-in issuer's.
    explicit IssuerKeys(IssuerDocument fixed);
    // Fetches from the start, in the background. `discovery` is the URL of the discovery document.
    IssuerKeys(std::string discovery, Fetch fetch, Report report, Timing timing,
               Accept accept = {});
    ~IssuerKeys();  // asks the thread to stop and waits for it
    IssuerKeys(const IssuerKeys&) = delete;
    IssuerKeys& operator=(const IssuerKeys&) = delete;

    // What the issuer published last; null before the first success. Never blocks.
    std::shared_ptr<const IssuerDocument> current() const;

    // Whether waiting for a refresh may bring the key: one is under way, or may be asked for. Never
    // blocks.
    bool may_find(std::string_view key_id) const;

    // Where may_find: asks for a refresh if none is under way, and waits until it is done.
    void look_for(std::string_view key_id, Deadline deadline);

    // Empty where the last fetch succeeded, else why it did not, by name: `pending` before the
    // first fetch has ended, `unreachable`, `invalid` for documents that are not understood. Report
    // has been told the details, which may name hosts and are not for every reader.
    std::string_view failure() const;
    const std::string& discovery() const { return discovery_; }

  private:
    using Steady = std::chrono::steady_clock::time_point;

    void run(const std::stop_token& stop);
    Result<IssuerDocument> fetch_document(const std::stop_token& stop) const;
    void store_result(Result<IssuerDocument> fetched);
    void publish(IssuerDocument document);
    std::chrono::milliseconds next_wait() const;
    bool is_fetching() const { return fetching_ || requested_; }
    bool may_request(std::string_view key_id, Steady now) const;
    void remember_absent(std::string_view key_id, Steady now);
    bool has(std::string_view key_id) const;

    const std::string discovery_;
    const Fetch fetch_;
    const Report report_;
    const Timing timing_;
    const Accept accept_;

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::shared_ptr<const IssuerDocument> document_;
    std::string_view failure_;  // a literal
    std::string reported_;      // what makes the state that was reported last
    bool fetching_ = false;
    bool requested_ = false;
    std::uint64_t fetches_ = 0;  // finished, well or not
    unsigned failures_ = 0;      // since the last success
    Steady allowance_{};         // when the allowance of refreshes for unknown keys is whole again
    std::unordered_map<std::string, Steady> absent_;  // keys looked for in vain, and when
    std::jthread thread_;                             // last: it uses all the others
};

// Whose tokens are believed, and what they mean.
struct Issuer {
    IssuerSettings settings;
    std::unique_ptr<IssuerKeys> keys;  // never null
};

}  // namespace cameo::access
