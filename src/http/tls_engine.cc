#include "http/tls_engine.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <new>

namespace cameo::http {
namespace {

constexpr std::size_t kRecord = 16'384;         // RFC 8446 section 5.1
constexpr std::size_t kMaxWrite = 4 * kRecord;  // what most sockets accept at once
constexpr std::size_t kOverhead = 256;          // of that many records
constexpr std::size_t kIdleOutput = 1'024;      // the buffer of an idle connection

struct FreeMethod {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace

TlsEngine::TlsEngine(const TlsContext& context) : ssl_(context.connection()) {
    BIO* bio = BIO_new(transport());
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
}

const BIO_METHOD* TlsEngine::transport() {
    static const std::unique_ptr<BIO_METHOD, FreeMethod> kMethod = [] {
        std::unique_ptr<BIO_METHOD, FreeMethod> method(
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "cameo"));
        if (!method) throw std::bad_alloc();
        BIO_meth_set_read(method.get(), bio_read);
        BIO_meth_set_write(method.get(), bio_write);
        BIO_meth_set_ctrl(method.get(), control);
        return method;
    }();
    return kMethod.get();
}

int TlsEngine::bio_read(BIO* bio, char* space, int size) {
    auto& input = static_cast<TlsEngine*>(BIO_get_data(bio))->input_;
    BIO_clear_retry_flags(bio);
    const auto taken = input.data().substr(0, static_cast<std::size_t>(size));
    if (taken.empty()) {
        BIO_set_retry_read(bio);
        return -1;
    }
    std::ranges::copy(taken, space);
    input.consume(taken.size());
    return static_cast<int>(taken.size());
}

int TlsEngine::bio_write(BIO* bio, const char* bytes, int size) {
    static_cast<TlsEngine*>(BIO_get_data(bio))
        ->output_.append(bytes, static_cast<std::size_t>(size));
    return size;
}

// After an upload the buffer shrinks to the size of a usual request head.
std::span<char> TlsEngine::input_space(std::size_t size) {
    if (input_.data().empty() && input_.capacity() > 4 * size) input_ = {};
    return input_.prepare(size);
}

TlsEngine::State TlsEngine::handshake() {
    if (failed_) return State::closed;
    ERR_clear_error();
    return state_of(SSL_do_handshake(ssl_.get()));
}

TlsEngine::Read TlsEngine::read(std::span<char> space) {
    if (failed_) return {};
    // OpenSSL would allocate a record first.
    if (input_.data().empty() && SSL_has_pending(ssl_.get()) == 0) return {State::wants_input, 0};
    ERR_clear_error();
    std::size_t size = 0;
    const auto state = state_of(SSL_read_ex(ssl_.get(), space.data(), space.size(), &size));
    return {state, size};
}

TlsEngine::State TlsEngine::state_of(int result) {
    if (result > 0) return State::ready;
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return State::wants_input;
        case SSL_ERROR_ZERO_RETURN:
            return State::closed;
        default:
            failed_ = true;
            return State::closed;
    }
}

std::optional<std::size_t> TlsEngine::write(std::string_view head, std::string_view body) {
    std::size_t taken = 0;
    output_.reserve(output_.size() + std::min(head.size() + body.size(), kMaxWrite) + kOverhead);
    if (!head.empty()) {
        std::array<char, kRecord> record;  // NOLINT(cppcoreguidelines-pro-type-member-init)
        if (head.size() < kRecord) taken = std::min(body.size(), kRecord - head.size());
        if (taken == 0) {
            if (!encrypt(head)) return std::nullopt;
        } else {
            std::ranges::copy(head, record.begin());
            std::ranges::copy(body.substr(0, taken), record.begin() + head.size());
            if (!encrypt({record.data(), head.size() + taken})) return std::nullopt;
        }
    }
    const auto rest = body.substr(taken, kMaxWrite - taken);
    if (!rest.empty() && !encrypt(rest)) return std::nullopt;
    return taken + rest.size();
}

// The transport accepts all bytes, so that a write is never partial.
bool TlsEngine::encrypt(std::string_view plain) {
    if (failed_) return false;
    ERR_clear_error();
    std::size_t written = 0;
    return state_of(SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written)) == State::ready;
}

void TlsEngine::close() {
    if (failed_ || !SSL_is_init_finished(ssl_.get())) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

void TlsEngine::consume_output(std::size_t size) {
    sent_ += size;
    if (sent_ < output_.size()) return;
    sent_ = 0;
    output_.clear();
    if (output_.capacity() > kIdleOutput) std::string().swap(output_);
}

}  // namespace cameo::http
