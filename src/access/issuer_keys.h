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

// The keys of one issuer. A thread fetches them at the start, daily, and when a token names an
// unknown key. While the issuer does not answer, the fetched keys stay valid; keys that it no
// longer publishes are withdrawn. Thread-safe.
class IssuerKeys {
  public:
    // GETs a URL: returns its body, or the reason of the failure for the log. Blocks until done or
    // stopped.
    using Fetch = std::function<Result<std::string>(const std::string& url, std::stop_token stop)>;
    // Called once per change of state: at the first failure of a kind, and after the recovery.
    using Report = std::function<void(const std::string& text)>;

    // Whether a document may name this issuer; else Fault::malformed. Null: any.
    using Accept = std::function<Result<void>(const std::string& issuer)>;

    struct Timing {
        std::chrono::milliseconds refresh = std::chrono::hours(24);
        // The wait after a failure; doubles with each further failure, up to last_retry.
        std::chrono::milliseconds first_retry = std::chrono::seconds(5);
        std::chrono::milliseconds last_retry = std::chrono::minutes(5);
        // Refreshes for unknown keys: a burst, then one per interval.
        unsigned unknown_key_burst = 4;
        std::chrono::milliseconds unknown_key_interval = std::chrono::seconds(10);
        // How long a key that was not found is not looked for again.
        std::chrono::milliseconds absent = std::chrono::minutes(1);
    };

    // Constant keys, of the built-in issuer.
    explicit IssuerKeys(IssuerDocument fixed);
    // Fetches from the start, in the background. `discovery` is the URL of the discovery document.
    IssuerKeys(std::string discovery, Fetch fetch, Report report, Timing timing,
               Accept accept = {});
    ~IssuerKeys();  // stops the thread and waits for it
    IssuerKeys(const IssuerKeys&) = delete;
    IssuerKeys& operator=(const IssuerKeys&) = delete;

    // The last published document; null before the first success. Never blocks.
    std::shared_ptr<const IssuerDocument> current() const;

    // Whether a refresh that is in progress or allowed may bring the key. Never blocks.
    bool may_find(std::string_view key_id) const;

    // If may_find: requests a refresh unless one is in progress, and waits until it is done.
    void look_for(std::string_view key_id, Deadline deadline);

    // Empty if the last fetch succeeded, else a name: `pending` before the end of the first fetch,
    // `unreachable`, or `invalid` for documents that cannot be parsed. Contains no details, because
    // /readyz is public; Report gets the details.
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
    std::string reported_;      // identifies the state that was reported last
    bool fetching_ = false;
    bool requested_ = false;
    std::uint64_t fetches_ = 0;  // finished, successful or not
    unsigned failures_ = 0;      // since the last success
    Steady allowance_{};         // when the full burst of refreshes for unknown keys is available
    std::unordered_map<std::string, Steady> absent_;  // keys that were not found, and when
    std::jthread thread_;                             // last: it uses all the others
};

// An accepted issuer: its keys and the meaning of its claims.
struct Issuer {
    IssuerSettings settings;
    std::unique_ptr<IssuerKeys> keys;  // never null
};

}  // namespace cameo::access
