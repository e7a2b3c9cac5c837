#include "fetch/https_get.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <utility>

namespace cameo::fetch {
namespace {

struct Free {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Free>;
using Fields = std::unique_ptr<curl_slist, Free>;

struct Body {
    std::string text;
    std::size_t most = 0;
};

// Fewer bytes than offered end the transfer.
std::size_t take(char* data, std::size_t, std::size_t size, void* into) {
    auto& body = *static_cast<Body*>(into);
    if (body.text.size() + size > body.most) return 0;
    body.text.append(data, size);
    return size;
}

int keep_on(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

bool begin() {
    static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return kReady;
}

void prepare(CURL* handle, const std::string& url, const GetOptions& options) {
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options.connect_time.count()));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.whole_time.count()));
    if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
}

}  // namespace

Result<std::string> get(const std::string& url, const GetOptions& options,
                        const std::stop_token& stop) {
    const Handle handle(begin() ? curl_easy_init() : nullptr);
    if (!handle) return fail(Fault::internal, "libcurl does not start");
    Body body{.most = options.most_bytes};
    std::array<char, CURL_ERROR_SIZE> reason{};
    std::stop_token watched = stop;
    const Fields fields(curl_slist_append(nullptr, "Accept: application/json"));
    prepare(handle.get(), url, options);
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, fields.get());
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, reason.data());
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(handle.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle.get(), CURLOPT_XFERINFOFUNCTION, keep_on);
    curl_easy_setopt(handle.get(), CURLOPT_XFERINFODATA, &watched);
    const CURLcode code = curl_easy_perform(handle.get());
    if (code != CURLE_OK)
        return fail(Fault::busy,
                    fmt::format("{}: {}", url,
                                reason.front() != '\0' ? reason.data() : curl_easy_strerror(code)));
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) return fail(Fault::busy, fmt::format("{}: status {}", url, status));
    return std::move(body.text);
}

}  // namespace cameo::fetch
