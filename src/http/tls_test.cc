#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/server.h"
#include "http/server_testing.h"
#include "http/tls_engine.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;
using testing::Client;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RunningServer;
using ::testing::StartsWith;
using testing::TestCertificate;
using testing::TestHandler;

const std::string kFast = "GET /fast HTTP/1.1\r\nHost: a\r\n\r\n";

// The messages that the server reported to the operator.
class Notices {
  public:
    std::function<void(const Notice&)> callback() {
        return [this](const Notice& notice) {
            const std::lock_guard lock(mutex_);
            texts_.push_back((notice.is_warning ? "warning: " : "") + notice.text);
        };
    }

    std::vector<std::string> all() const {
        const std::lock_guard lock(mutex_);
        return texts_;
    }

    bool contain(std::string_view part) const {
        return testing::eventually([&] {
            for (const auto& text : all())
                if (text.contains(part)) return true;
            return false;
        });
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

class TlsServer : public ::testing::Test {
  protected:
    ServerSettings settings() {
        auto tls = certificate.settings();
        tls.notify = notices.callback();
        return {.plain = false, .threads = 1, .tls = tls};
    }

    Client connect() const { return Client(server.tls_port(), 0, certificate.trusted()); }

    std::string error_of(const std::string& trusted) const {
        try {
            const Client client(server.tls_port(), 0, trusted);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }

    testing::PemPair another() const { return certificate.ca().issue(SystemClock().now()); }

    TestCertificate certificate;
    Notices notices;
    TestHandler handler;
    RunningServer server{settings(), handler};
};

TEST_F(TlsServer, NegotiatesTls13AndHttp11AndListensWithTlsOnly) {
    Client client(connect());
    EXPECT_EQ(client.version(), "TLSv1.3");
    EXPECT_EQ(client.protocol(), "http/1.1");
    EXPECT_EQ(client.ask(kFast).body, "fast");
    EXPECT_EQ(server.port(), 0);
    EXPECT_THAT(notices.all(), IsEmpty());
}

TEST_F(TlsServer, AClientThatTrustsAnotherCaRejectsTheCertificate) {
    EXPECT_THAT(error_of(TestCertificate().trusted()), HasSubstr("certificate verify failed"));
    EXPECT_EQ(connect().ask(kFast).body, "fast");
}

TEST_F(TlsServer, AnswersPlainHttpWithAnExplanation) {
    Client client(server.tls_port());
    const auto answer =
        client.ask("GET /fast HTTP/1.1\r\nHost: a\r\nclient-request-id: mine\r\n\r\n");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("HTTPS"));
    EXPECT_EQ(answer.field("client-request-id"), "mine");
    EXPECT_EQ(answer.field("Connection"), "close");
    client.half_close();
    EXPECT_TRUE(client.is_closed());
}

TEST_F(TlsServer, EndsAMalformedHandshake) {
    for (const auto& bytes : {std::string(300, '\0'), "\x16\x03\x01" + std::string(300, 'x'),
                              "\x16\x03\x01\x01" + std::string("\x00", 1)}) {
        Client client(server.tls_port());
        client.send(bytes);
        client.half_close();
        EXPECT_TRUE(client.rest().has_value());
    }
    EXPECT_EQ(connect().ask(kFast).body, "fast");
}

TEST_F(TlsServer, ClosesASlowHandshake) {
    auto short_timeouts = settings();
    short_timeouts.tls->handshake_timeout = 60ms;
    const RunningServer other(short_timeouts, handler);
    Client silent(other.tls_port());
    Client slow(other.tls_port());
    const auto started = std::chrono::steady_clock::now();
    slow.send("\x16\x03\x01\x02");
    while (slow.send("\x01") && std::chrono::steady_clock::now() - started < 4s)
        std::this_thread::sleep_for(10ms);
    EXPECT_LT(std::chrono::steady_clock::now() - started, 4s);
    EXPECT_TRUE(silent.is_closed());
    EXPECT_THAT(handler.finished_statuses(), IsEmpty());
}

TEST_F(TlsServer, EveryHandshakeThatArrivesByteByByteAcrossTheDeadlineIsClosed) {
    auto short_timeouts = settings();
    short_timeouts.tls->handshake_timeout = 400ms;
    const RunningServer other(short_timeouts, handler);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(std::make_unique<Client>(other.tls_port()));
        clients.back()->send(std::string("\x16\x03\x01\x3f\xff\x01\0\x3f\xfb", 9));
    }
    const auto end = std::chrono::steady_clock::now() + 2 * short_timeouts.tls->handshake_timeout;
    while (std::chrono::steady_clock::now() < end)
        for (const auto& client : clients) client->send("x");
    EXPECT_TRUE(std::ranges::all_of(clients, [](auto& client) { return client->has_ended(); }));
}

TEST_F(TlsServer, LoadsANewCertificateWhileConnectionsAreOpen) {
    Client old(connect());
    EXPECT_EQ(old.ask(kFast).body, "fast");
    certificate.write(another());
    EXPECT_TRUE(notices.contain("was reloaded"));
    Client fresh(connect());
    EXPECT_NE(fresh.serial(), old.serial());
    EXPECT_EQ(fresh.ask(kFast).body, "fast");
    EXPECT_EQ(old.ask(kFast).body, "fast");
}

TEST_F(TlsServer, KeepsTheOldCertificateWhereTheNewPairIsBroken) {
    const auto before = connect().serial();
    auto mixed = another();
    mixed.key = another().key;
    certificate.write(mixed);
    EXPECT_TRUE(notices.contain("warning: the earlier certificate stays in use: "));
    EXPECT_THAT(notices.all(), Contains(HasSubstr("is not the key of the certificate")));
    EXPECT_EQ(connect().serial(), before);
    std::filesystem::remove(certificate.settings().certificate);
    EXPECT_TRUE(notices.contain("No such file"));
    EXPECT_EQ(connect().serial(), before);
    certificate.write(another());
    EXPECT_TRUE(notices.contain("was reloaded"));
    EXPECT_NE(connect().serial(), before);
}

TEST_F(TlsServer, ClosesAboveTheLimitWithoutAHandshake) {
    auto full = settings();
    full.max_connections = 1;
    RunningServer other(full, handler);
    Client first(other.tls_port(), 0, certificate.trusted());
    EXPECT_EQ(first.ask(kFast).body, "fast");
    EXPECT_TRUE(Client(other.tls_port()).is_closed());
}

TEST_F(TlsServer, StopSendsCloseNotify) {
    Client idle(connect());
    EXPECT_EQ(idle.ask(kFast).body, "fast");
    Client in_handshake(server.tls_port());
    in_handshake.send("\x16\x03\x01");
    server.stop();
    EXPECT_TRUE(idle.is_closed());
    server.join();
}

TEST(TlsOnly13, RejectsTls12) {
    const TestCertificate certificate;
    auto tls = certificate.settings();
    const auto handshake = [&](int most) {
        const auto context = TlsContext::load(tls).value().context;
        const SslContextPtr client_context(SSL_CTX_new(TLS_client_method()));
        SSL_CTX_set_max_proto_version(client_context.get(), most);
        const SslPtr client(SSL_new(client_context.get()));
        BIO* in = BIO_new(BIO_s_mem());
        BIO* out = BIO_new(BIO_s_mem());
        SSL_set_bio(client.get(), in, out);
        TlsEngine engine(*context);
        auto state = TlsEngine::State::wants_input;
        for (int i = 0; i < 10 && state == TlsEngine::State::wants_input; ++i) {
            SSL_connect(client.get());
            std::array<char, 8192> step{};
            const int size = BIO_read(out, step.data(), step.size());
            if (size > 0) {
                std::ranges::copy(std::span(step).first(static_cast<std::size_t>(size)),
                                  engine.input_space(step.size()).begin());
                engine.commit_input(static_cast<std::size_t>(size));
            }
            state = engine.handshake();
            BIO_write(in, engine.output().data(), static_cast<int>(engine.output().size()));
            engine.consume_output(engine.output().size());
        }
        return state == TlsEngine::State::ready ? std::string(SSL_get_version(client.get())) : "";
    };
    EXPECT_EQ(handshake(TLS1_3_VERSION), "TLSv1.3");
    EXPECT_EQ(handshake(TLS1_2_VERSION), "TLSv1.2");
    tls.only_tls13 = true;
    EXPECT_EQ(handshake(TLS1_3_VERSION), "TLSv1.3");
    EXPECT_EQ(handshake(TLS1_2_VERSION), "");
}

std::string error_of(const TlsSettings& settings) {
    const auto loaded = TlsContext::load(settings);
    return loaded ? "" : loaded.error().detail;
}

TEST(TlsFiles, TheErrorNamesTheFileAndTheReason) {
    const TestCertificate certificate;
    const auto good = certificate.settings();
    EXPECT_EQ(error_of(good), "");

    auto bad = good;
    bad.certificate += ".missing";
    EXPECT_EQ(error_of(bad),
              fmt::format("cannot read the certificate {}: No such file or directory",
                          bad.certificate.string()));
    bad.certificate = good.key;
    EXPECT_THAT(error_of(bad), HasSubstr("server-key.pem is not a usable certificate in PEM form"));
    bad = good;
    bad.key += ".missing";
    EXPECT_THAT(error_of(bad), StartsWith("cannot read the key " + bad.key.string()));
    bad.key = good.certificate;
    EXPECT_THAT(error_of(bad), HasSubstr("server.pem is not a private key in PEM form"));
    bad.key = "/";
    EXPECT_THAT(error_of(bad), HasSubstr("/ is not a private key"));
}

TEST(TlsFiles, RejectsAKeyWithAPassphraseAndDoesNotPrompt) {
    const TestCertificate certificate;
    const auto settings = certificate.settings();
    const KeyPtr key(EVP_EC_gen("P-256"));
    const FilePtr file(std::fopen(settings.key.c_str(), "w"));
    const std::array<unsigned char, 4> pass{'o', 'p', 'e', 'n'};
    PEM_write_PrivateKey(file.get(), key.get(), EVP_aes_128_cbc(), pass.data(), pass.size(),
                         nullptr, nullptr);
    (void)std::fflush(file.get());
    EXPECT_THAT(error_of(settings), HasSubstr("server-key.pem has a passphrase"));
}

std::vector<std::string> warnings(const TlsSettings& settings) {
    return TlsContext::load(settings).value().warnings;
}

TEST(TlsFiles, WarnsOfACertificateThatIsNotValidNowAndOfAKeyThatAllUsersCanRead) {
    const TestCertificate certificate;
    const auto settings = certificate.settings();
    const auto now = SystemClock().now();
    EXPECT_THAT(warnings(settings), IsEmpty());
    certificate.write(certificate.ca().issue(now - 24h * 400));
    EXPECT_THAT(warnings(settings), ElementsAre(HasSubstr("server.pem has expired")));
    certificate.write(certificate.ca().issue(now + 24h));
    EXPECT_THAT(warnings(settings), ElementsAre(HasSubstr("server.pem is not valid yet")));
    certificate.write(certificate.ca().issue(now));
    ::chmod(settings.key.c_str(), 0640);  // a group of certificate readers is usual
    EXPECT_THAT(warnings(settings), IsEmpty());
    ::chmod(settings.key.c_str(), 0644);
    EXPECT_THAT(warnings(settings),
                ElementsAre(HasSubstr("server-key.pem can be read by all users")));
}

TEST(TlsFiles, AServerDoesNotStartWithoutThem) {
    TestHandler handler;
    const auto server = Server::listen(
        {.port = 0, .threads = 1, .tls = TlsSettings{.port = 0, .certificate = "missing.pem"}},
        handler);
    ASSERT_FALSE(server.has_value());
    EXPECT_THAT(server.error().detail, StartsWith("cannot read the certificate missing.pem"));
}

}  // namespace
}  // namespace cameo::http
