#include "access/issuer_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cameo::access {
namespace {

// Bounds the memory that forged key ids use.
constexpr std::size_t kMaxAbsent = 256;
constexpr std::size_t kLongestKeyId = 256;  // longer ones are never looked for
constexpr std::string_view kInvalid = "invalid";

// Keys that are published again remain the same objects, so that cached tokens with them remain
// valid; the others are withdrawn.
void carry_over(const IssuerDocument& before, IssuerDocument& now) {
    for (const auto& old : before.keys) {
        const auto same =
            std::ranges::find_if(now.keys, [&](const auto& key) { return *key == *old; });
        if (same == now.keys.end() || before.issuer != now.issuer)
            old->withdraw();
        else
            *same = old;
    }
}

}  // namespace

IssuerKeys::IssuerKeys(IssuerDocument fixed)
    : document_(std::make_shared<const IssuerDocument>(std::move(fixed))) {}

IssuerKeys::IssuerKeys(std::string discovery, Fetch fetch, Report report, Timing timing,
                       Accept accept)
    : discovery_(std::move(discovery)),
      fetch_(std::move(fetch)),
      report_(std::move(report)),
      timing_(timing),
      accept_(std::move(accept)),
      failure_("pending"),
      requested_(true),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

IssuerKeys::~IssuerKeys() = default;

std::shared_ptr<const IssuerDocument> IssuerKeys::current() const {
    const std::lock_guard lock(mutex_);
    return document_;
}

std::string_view IssuerKeys::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

bool IssuerKeys::may_find(std::string_view key_id) const {
    const std::lock_guard lock(mutex_);
    return fetch_ && key_id.size() <= kLongestKeyId &&
           (is_fetching() || may_request(key_id, std::chrono::steady_clock::now()));
}

void IssuerKeys::look_for(std::string_view key_id, Deadline deadline) {
    std::unique_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!fetch_ || key_id.size() > kLongestKeyId) return;
    if (!is_fetching()) {
        if (!may_request(key_id, now)) return;
        allowance_ = std::max(allowance_, now) + timing_.unknown_key_interval;
        requested_ = true;
        changed_.notify_all();
    }
    const auto before = fetches_;
    if (!changed_.wait_until(lock, deadline, [&] { return fetches_ != before; })) return;
    if (!has(key_id)) remember_absent(key_id, now);
}

bool IssuerKeys::may_request(std::string_view key_id, Steady now) const {
    const auto looked_for = absent_.find(std::string(key_id));
    if (looked_for != absent_.end() && now - looked_for->second < timing_.absent) return false;
    return allowance_ - now <= timing_.unknown_key_interval * (timing_.unknown_key_burst - 1);
}

void IssuerKeys::remember_absent(std::string_view key_id, Steady now) {
    if (absent_.size() >= kMaxAbsent) absent_.clear();
    absent_[std::string(key_id)] = now;
}

bool IssuerKeys::has(std::string_view key_id) const {
    return document_ && std::ranges::any_of(document_->keys, [&](const auto& key) {
               return key->about().id == key_id;
           });
}

void IssuerKeys::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        requested_ = false;
        fetching_ = true;
        lock.unlock();
        auto fetched = fetch_document(stop);
        lock.lock();
        fetching_ = false;
        if (stop.stop_requested()) return;
        store_result(std::move(fetched));
        ++fetches_;
        changed_.notify_all();
        changed_.wait_for(lock, stop, next_wait(), [this] { return requested_; });
    }
}

Result<IssuerDocument> IssuerKeys::fetch_document(const std::stop_token& stop) const {
    const auto text = fetch_(discovery_, stop);
    if (!text) return std::unexpected(text.error());
    const auto about = parse_discovery(*text);
    if (!about) return std::unexpected(about.error());
    if (accept_)
        if (auto accepted = accept_(about->issuer); !accepted)
            return std::unexpected(std::move(accepted.error()));
    // A remote document must not make this server send requests to itself.
    if (about->jwks_uri.starts_with("http://") && !discovery_.starts_with("http://"))
        return fail(Fault::malformed, "the discovery document's jwks_uri is not https");
    const auto key_set = fetch_(about->jwks_uri, stop);
    if (!key_set) return std::unexpected(key_set.error());
    auto keys = parse_key_set(*key_set);
    if (!keys) return std::unexpected(keys.error());
    return IssuerDocument{.issuer = about->issuer, .keys = std::move(*keys)};
}

void IssuerKeys::store_result(Result<IssuerDocument> fetched) {
    if (fetched) {
        if (!failure_.empty())
            report_(fmt::format("issuer {}: {} keys fetched", discovery_, fetched->keys.size()));
        failures_ = 0;
        failure_ = {};
        reported_.clear();
        publish(std::move(*fetched));
        return;
    }
    ++failures_;
    failure_ = fetched.error().fault == Fault::malformed ? kInvalid : "unreachable";
    // The reason why a provider is unreachable varies between attempts.
    auto state = failure_ == kInvalid ? fetched.error().detail : std::string(failure_);
    if (state == reported_) return;
    reported_ = std::move(state);
    report_(fmt::format("issuer {}: {}; {}", discovery_, fetched.error().detail,
                        document_ ? "the keys fetched before are kept" : "its tokens are refused"));
}

void IssuerKeys::publish(IssuerDocument document) {
    if (document_) carry_over(*document_, document);
    document_ = std::make_shared<const IssuerDocument>(std::move(document));
}

std::chrono::milliseconds IssuerKeys::next_wait() const {
    if (failures_ == 0) return timing_.refresh;
    const auto doublings = std::min(failures_ - 1, 16U);
    return std::min(timing_.last_retry, timing_.first_retry * (1U << doublings));
}

}  // namespace cameo::access
