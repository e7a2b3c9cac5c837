#include "fetch/unix_client.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "base/file.h"

namespace cameo::fetch {
namespace {

constexpr std::size_t kMaxResponse = 1'048'576;  // bytes

struct Free {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Free>;
using Fields = std::unique_ptr<curl_slist, Free>;

// Returns fewer bytes than offered to end the transfer.
std::size_t append(char* data, std::size_t, std::size_t size, void* into) {
    auto& body = *static_cast<std::string*>(into);
    if (body.size() + size > kMaxResponse) return 0;
    body.append(data, size);
    return size;
}

Handle new_handle() {
    static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return Handle(kReady ? curl_easy_init() : nullptr);
}

long info_of(CURL* handle, CURLINFO what) {
    long value = 0;
    curl_easy_getinfo(handle, what, &value);
    return value;
}

UnixError::Kind kind_of(CURLcode code, CURL* handle) {
    using enum UnixError::Kind;
    const long os_error = info_of(handle, CURLINFO_OS_ERRNO);
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            return os_error == ENOENT || os_error == ECONNREFUSED ? nothing_listens : not_connected;
        case CURLE_OPERATION_TIMEDOUT:
            return timed_out;
        case CURLE_UNSUPPORTED_PROTOCOL:  // a response without a status line, which is HTTP/0.9
        case CURLE_WEIRD_SERVER_REPLY:
            return not_http;
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return info_of(handle, CURLINFO_NUM_CONNECTS) > 0 &&
                           info_of(handle, CURLINFO_HEADER_SIZE) == 0
                       ? closed
                       : broken;
        default:
            return broken;
    }
}

std::unexpected<UnixError> failure(CURLcode code, CURL* handle) {
    const auto os_error = static_cast<int>(info_of(handle, CURLINFO_OS_ERRNO));
    const char* reason = code == CURLE_COULDNT_CONNECT ? strerrordesc_np(os_error) : nullptr;
    if (reason == nullptr || os_error == 0) reason = curl_easy_strerror(code);
    return std::unexpected(UnixError{kind_of(code, handle), reason});
}

Fields fields_of(const UnixRequest& request) {
    // No Expect: it would cost a round trip for each upload.
    Fields fields(curl_slist_append(nullptr, "Expect:"));
    curl_slist_append(fields.get(), "Content-Type: application/octet-stream");
    if (!request.field.empty()) curl_slist_append(fields.get(), request.field.c_str());
    return fields;
}

void add_body(CURL* handle, const UnixRequest& request) {
    if (request.method != "PUT" && request.method != "POST") return;
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    // Not null if the body is empty: libcurl would read standard input.
    curl_easy_setopt(
        handle, CURLOPT_POSTFIELDS,
        request.body.empty() ? "" : reinterpret_cast<const char*>(request.body.data()));
}

}  // namespace

struct UnixClient::Pool {
    Descriptor folder;
    std::string address;
    std::mutex mutex;
    std::vector<Handle> idle;

    Handle take() {
        const std::lock_guard lock(mutex);
        if (idle.empty()) return new_handle();
        auto handle = std::move(idle.back());
        idle.pop_back();
        return handle;
    }
    void give_back(Handle handle) {
        const std::lock_guard lock(mutex);
        idle.push_back(std::move(handle));
    }
};

UnixClient::UnixClient(const std::filesystem::path& socket)
    : pool_(new Pool{.folder = Descriptor(
                         ::open(socket.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))}) {
    pool_->address =
        fmt::format("/proc/self/fd/{}/{}", pool_->folder.number(), socket.filename().native());
}

UnixClient::~UnixClient() = default;

std::expected<UnixResponse, UnixError> UnixClient::send(const UnixRequest& request) {
    auto handle = pool_->take();
    if (!handle) return std::unexpected(UnixError{.detail = "libcurl does not start"});
    UnixResponse response;
    const auto url = "http://localhost" + request.target;
    const auto fields = fields_of(request);
    curl_easy_reset(handle.get());  // keeps the connection
    curl_easy_setopt(handle.get(), CURLOPT_UNIX_SOCKET_PATH, pool_->address.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");  // also where the environment names one
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, fields.get());
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &response.body);
    add_body(handle.get(), request);
    curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
    const CURLcode code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) return failure(code, handle.get());
    response.status = static_cast<int>(info_of(handle.get(), CURLINFO_RESPONSE_CODE));
    pool_->give_back(std::move(handle));
    return response;
}

}  // namespace cameo::fetch
