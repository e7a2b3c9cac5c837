#include "http/content_coding.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <new>

#include "base/text.h"

namespace cameo::http {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib.h, inflateInit2
constexpr std::size_t kStep = 32'768;

// One inflate stream, ended with its scope.
class Inflater {
  public:
    Inflater() : ready_(inflateInit2(&stream_, kGzipOnly) == Z_OK) {}
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    Result<std::string> run(std::string_view body, std::size_t limit);

  private:
    z_stream stream_{};
    bool ready_;
};

std::unexpected<Error> damaged() {
    return fail(Fault::malformed, "The gzip content coding of the body is damaged or truncated.");
}

// The result grows with the inflated bytes, so a small bomb cannot use much memory. A gzip
// file may consist of several members (RFC 1952 section 2.2).
Result<std::string> Inflater::run(std::string_view body, std::size_t limit) {
    if (!ready_) return fail(Fault::internal, "zlib has no memory for a stream.");
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream_.avail_in = static_cast<uInt>(body.size());
    std::string plain;
    std::array<char, kStep> step{};
    int status = Z_OK;
    do {
        if (status == Z_STREAM_END && inflateReset(&stream_) != Z_OK) return damaged();
        stream_.next_out = reinterpret_cast<Bytef*>(step.data());
        stream_.avail_out = static_cast<uInt>(step.size());
        status = inflate(&stream_, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END) return damaged();
        const auto size = step.size() - stream_.avail_out;
        if (size > limit - plain.size())
            return fail(Fault::too_large,
                        fmt::format("The inflated body is larger than {} bytes.", limit));
        plain.append(step.data(), size);
    } while (status != Z_STREAM_END || stream_.avail_in > 0);
    return plain;
}

// A weight of 0 refuses the coding (RFC 9110 section 12.4.2).
bool is_refused(std::string_view weight) {
    weight = trim(weight);
    return (weight.starts_with("q=") || weight.starts_with("Q=")) &&
           weight.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool is_identity(std::string_view coding) {
    coding = trim(coding);
    return coding.empty() || equals_ignoring_case(coding, "identity");
}

Result<std::string> decode_content(std::string_view coding, std::string_view body,
                                   std::size_t limit) {
    coding = trim(coding);
    if (is_identity(coding)) {
        if (body.size() <= limit) return std::string(body);
        return fail(Fault::too_large, fmt::format("The body is larger than {} bytes.", limit));
    }
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
        return Inflater().run(body, limit);
    return fail(
        Fault::unsupported_format,
        fmt::format("The content coding '{}' is not supported; gzip is.", coding.substr(0, 40)));
}

std::string encode_gzip(std::string_view plain) {
    z_stream stream{};
    constexpr int kMemory = 8;  // zlib's default
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipOnly, kMemory,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    std::string packed(deflateBound(&stream, plain.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);  // in one step: deflateBound
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    for (const auto element : split_list(accept_encoding, ',')) {
        const auto semicolon = element.find(';');
        const auto coding = trim(element.substr(0, semicolon));
        const bool refused =
            semicolon != std::string_view::npos && is_refused(element.substr(semicolon + 1));
        if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
            return !refused;
        if (coding == "*") any = !refused;
    }
    return any;
}

}  // namespace cameo::http
