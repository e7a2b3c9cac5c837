#include "http/server_testing.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "base/encoding.h"
#include "base/ids.h"
#include "base/text.h"

namespace cameo::http::testing {
namespace {

using namespace std::chrono_literals;

std::string_view name_of(BodyState state) {
    constexpr std::array<std::string_view, 4> kNames{"none", "pending", "complete", "too_large"};
    return kNames.at(static_cast<std::size_t>(state));
}

}  // namespace

StartResult TestHandler::start(const Request& request) {
    if (request.target == "/fast")
        return Reply{200,
                     request.secure ? "X-Step: start\r\nX-Secure: yes\r\n"
                                    : "X-Step: start\r\nX-Secure: no\r\n",
                     "fast"};
    if (request.target == "/204") return Reply{204, {}, "omitted"};
    if (request.target == "/304") return Reply{304, {}, "omitted"};
    if (request.target == "/large") return Reply{200, {}, std::string(kLargeBody, 'x')};
    if (request.target == "/throw-fast") throw std::runtime_error("fast");
    return Continuation{request.target == "/full" ? full_ : pool_, "",
                        [this, &request] { return answer(request); },
                        request.target == "/pieces-elsewhere" ? &body_pool_ : nullptr,
                        request.target == "/large-body" ? kLargeBody : 0};
}

namespace {

// Counts from 1 to `count`, a piece each; throws at `throws_at`.
class Counting final : public BodySource {
  public:
    Counting(int count, int throws_at) : count_(count), throws_at_(throws_at) {}

    std::optional<std::string> next() override {
        ++at_;
        if (at_ == throws_at_) throw std::runtime_error("no more");
        if (at_ > count_) return std::nullopt;
        return at_ == 2 ? std::string() : fmt::format("piece {}\n", at_);
    }

  private:
    int count_;
    int throws_at_;
    int at_ = 0;
};

// The name of the thread that makes it, in one piece.
class ThreadName final : public BodySource {
  public:
    std::optional<std::string> next() override {
        if (std::exchange(ended_, true)) return std::nullopt;
        std::array<char, 16> name{};
        pthread_getname_np(pthread_self(), name.data(), name.size());
        return std::string(name.data());
    }

  private:
    bool ended_ = false;
};

}  // namespace

Reply TestHandler::answer(const Request& request) {
    if (request.target == "/pieces") return {.source = std::make_shared<Counting>(4, 0)};
    if (request.target == "/pieces-cut") return {.source = std::make_shared<Counting>(4, 3)};
    if (request.target == "/pieces-elsewhere") return {.source = std::make_shared<ThreadName>()};
    if (request.target == "/pieces-many") entered.release();
    if (request.target == "/pieces-many") return {.source = std::make_shared<Counting>(1 << 30, 0)};
    if (request.target.starts_with("/throw")) throw std::runtime_error("slow");
    if (request.target == "/wait") {
        entered.release();
        released.acquire();
    }
    if (request.target == "/echo") {
        const std::lock_guard lock(mutex_);
        echoed_.emplace_back(request.body);
    }
    return Reply{
        200, "X-Step: continuation\r\n",
        fmt::format("{} {} {}", request.method_text, name_of(request.body_state), request.body)};
}

Reply TestHandler::error_reply(const ProtocolError& error, const Request& request) {
    if (request.target == "/throw-all") throw std::runtime_error("error_reply");
    if (!error.detail.empty()) {
        const std::lock_guard lock(mutex_);
        thrown_.emplace_back(error.detail);
    }
    return Reply{error.status, "X-Step: error\r\n", std::string(error.reason)};
}

void TestHandler::finished(const FinishedRequest& request) {
    const std::lock_guard lock(mutex_);
    statuses_.push_back(request.status);
    remote_ = request.remote;
}

std::vector<int> TestHandler::finished_statuses() const {
    const std::lock_guard lock(mutex_);
    return statuses_;
}

std::vector<std::string> TestHandler::thrown() const {
    const std::lock_guard lock(mutex_);
    return thrown_;
}

std::string TestHandler::last_remote() const {
    const std::lock_guard lock(mutex_);
    return remote_;
}

std::vector<std::string> TestHandler::echoed() const {
    const std::lock_guard lock(mutex_);
    return echoed_;
}

RunningServer::RunningServer(const ServerSettings& settings, Handler& handler) {
    server_ = Server::listen(settings, handler).value();
    thread_ = std::thread([this] { server_->run(); });
}

RunningServer::~RunningServer() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
}

void RunningServer::join() { thread_.join(); }

std::string Answer::field(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name))
            return std::string(line.substr(colon + 2));
    }
    return "(none)";
}

namespace {

std::string text_of(BIO* bio) {
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio, &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return text_of(bio.get());
}

// Null `issuer`: signs itself.
X509Ptr certify(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* issuer_key, Instant now) {
    X509Ptr certificate(X509_new());
    auto* raw = certificate.get();
    X509_set_version(raw, X509_VERSION_3);
    const auto serial = random_hex128_lower();
    ASN1_STRING_set(X509_get_serialNumber(raw), serial.data(), 16);
    const auto begin = std::chrono::system_clock::to_time_t(now - 5min);
    const auto end = std::chrono::system_clock::to_time_t(now + 24h * 365);
    ASN1_TIME_set(X509_getm_notBefore(raw), begin);
    ASN1_TIME_set(X509_getm_notAfter(raw), end);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(raw, X509_get_subject_name(issuer != nullptr ? issuer : raw));
    X509_set_pubkey(raw, key);
    const auto* value = issuer != nullptr ? "DNS:localhost" : "critical,CA:TRUE";
    const int kind = issuer != nullptr ? NID_subject_alt_name : NID_basic_constraints;
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(raw, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(raw, issuer_key, EVP_sha256());
    return certificate;
}

}  // namespace

TestCa::TestCa()
    : key_(EVP_EC_gen("P-256")),
      certificate_(certify(key_.get(), ("test CA " + new_guid()).c_str(), nullptr, key_.get(),
                           SystemClock().now() - 24h * 300)),
      pem_(pem_of(certificate_.get())) {}

PemPair TestCa::issue(Instant now) const {
    const KeyPtr key(EVP_EC_gen("P-256"));
    const auto certificate = certify(key.get(), "localhost", certificate_.get(), key_.get(), now);
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {pem_of(certificate.get()), text_of(bio.get())};
}

TestCertificate::TestCertificate()
    : folder_(std::filesystem::temp_directory_path() / ("cameo-tls-" + new_guid())) {
    std::filesystem::create_directory(folder_);
    write(ca_.issue(SystemClock().now()));
}

TestCertificate::~TestCertificate() { std::filesystem::remove_all(folder_); }

TlsSettings TestCertificate::settings() const {
    return {.port = 0,
            .certificate = folder_ / "server.pem",
            .key = folder_ / "server-key.pem",
            .check_interval = 5ms};
}

void TestCertificate::write(const PemPair& pair) const {
    std::ofstream(settings().certificate) << pair.certificate;
    std::ofstream(settings().key) << pair.key;
    std::filesystem::permissions(
        settings().key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

Client::Client(std::uint16_t port, int receive_buffer, std::string_view trusted)
    : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval timeout{.tv_sec = 5, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (receive_buffer > 0)
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("connect");
    if (!trusted.empty()) handshake(trusted);
}

void Client::handshake(std::string_view trusted) {
    (void)std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    const BioPtr text(BIO_new_mem_buf(trusted.data(), static_cast<int>(trusted.size())));
    const X509Ptr ca(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    ssl_.reset(SSL_new(context.get()));
    SSL_set1_host(ssl_.get(), "localhost");
    constexpr std::string_view kOffer = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(kOffer.data()),
                        kOffer.size());
    SSL_set_fd(ssl_.get(), socket_);
    if (SSL_connect(ssl_.get()) == 1) return;
    close(socket_);
    throw std::runtime_error("handshake: " + openssl_error());
}

std::string Client::serial() const {
    const X509Ptr certificate(SSL_get1_peer_certificate(ssl_.get()));
    const auto* number = X509_get0_serialNumber(certificate.get());
    return to_hex(
        {ASN1_STRING_get0_data(number), static_cast<std::size_t>(ASN1_STRING_length(number))});
}

std::string Client::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

Client::~Client() {
    if (socket_ >= 0) close(socket_);
}

bool Client::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// With TLS the end is clean only after a close_notify.
long Client::read_some(std::span<char> space) const {
    if (!ssl_) return recv(socket_, space.data(), space.size(), 0);
    const int size = SSL_read(ssl_.get(), space.data(), static_cast<int>(space.size()));
    if (size > 0) return size;
    return SSL_get_error(ssl_.get(), size) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

bool Client::receive() {
    std::array<char, 65536> step{};
    const auto size = read_some(step);
    if (size > 0) received_.append(step.data(), static_cast<std::size_t>(size));
    return size > 0;
}

Answer Client::answer(bool without_body) {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
        if (!receive()) return {};
    Answer answer{.head = received_.substr(0, end + 2)};
    received_.erase(0, end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    std::size_t length = 0;
    const auto text = answer.field("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    if (without_body) length = 0;
    while (received_.size() < length)
        if (!receive()) return {};
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
}

std::optional<std::string> Client::rest() {
    while (receive()) {
    }
    std::array<char, 1> byte{};
    if (read_some(byte) != 0) return std::nullopt;
    return std::exchange(received_, {});
}

bool Client::has_ended() {
    while (receive()) {
    }
    std::array<char, 1> byte{};
    return read_some(byte) == 0 || errno != EAGAIN;
}

void Client::half_close() const {
    if (ssl_) SSL_shutdown(ssl_.get());
    shutdown(socket_, SHUT_WR);
}

void Client::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(std::exchange(socket_, -1));
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 5000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

}  // namespace cameo::http::testing
