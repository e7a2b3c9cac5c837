#include "http/content_coding.h"

#include <gmock/gmock.h>
#include <zlib.h>

namespace cameo::http {
namespace {

std::string gzip(const std::string& plain) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(packed.size() - stream.avail_out);
    deflateEnd(&stream);
    return packed;
}

Fault fault_of(std::string_view coding, std::string_view body, std::size_t limit = 1000) {
    const auto result = decode_content(coding, body, limit);
    EXPECT_FALSE(result.has_value());
    return result ? Fault::internal : result.error().fault;
}

TEST(ContentCoding, InflatesGzipUnderBothNames) {
    for (const auto* coding : {"gzip", "x-gzip", " GZIP "})
        EXPECT_EQ(decode_content(coding, gzip("hello"), 5).value(), "hello");
    const std::string large(300'000, 'x');
    EXPECT_EQ(decode_content("gzip", gzip(large), 300'000).value(), large);
    EXPECT_EQ(decode_content("gzip", gzip(""), 5).value(), "");
}

TEST(ContentCoding, JoinsSeveralMembers) {
    EXPECT_EQ(decode_content("gzip", gzip("hel") + gzip("") + gzip("lo"), 5).value(), "hello");
}

TEST(ContentCoding, LeavesIdentityUnchanged) {
    EXPECT_EQ(decode_content("", "abc", 3).value(), "abc");
    EXPECT_EQ(decode_content("Identity", "abc", 3).value(), "abc");
    EXPECT_EQ(fault_of("identity", "abcd", 3), Fault::too_large);
}

TEST(ContentCoding, StopsAtTheLimit) {
    EXPECT_EQ(fault_of("gzip", gzip("hello!"), 5), Fault::too_large);
    EXPECT_EQ(fault_of("gzip", gzip(std::string(5'000'000, '\0')), 400'000), Fault::too_large);
}

TEST(ContentCoding, RejectsDamagedAndTruncatedBodies) {
    const auto packed = gzip("hello, hello, hello");
    for (std::size_t size = 0; size < packed.size(); ++size)
        EXPECT_EQ(fault_of("gzip", packed.substr(0, size)), Fault::malformed) << size;
    auto damaged = packed;
    damaged[packed.size() - 6] ^= 1;  // the CRC
    EXPECT_EQ(fault_of("gzip", damaged), Fault::malformed);
    EXPECT_EQ(fault_of("gzip", packed + "x"), Fault::malformed);
    EXPECT_EQ(fault_of("gzip", "hello"), Fault::malformed);
}

TEST(ContentCoding, TheErrorNamesTheUnsupportedCoding) {
    const auto result = decode_content("br", "x", 10);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().fault, Fault::unsupported_format);
    EXPECT_THAT(result.error().detail, testing::HasSubstr("'br'"));
    EXPECT_EQ(fault_of("deflate", "x"), Fault::unsupported_format);
    EXPECT_EQ(fault_of("gzip, gzip", "x"), Fault::unsupported_format);
}

TEST(ContentCoding, EncodesWhatItDecodes) {
    for (const auto& plain : {std::string(), std::string("hello"), std::string(300'000, 'x')}) {
        const auto packed = encode_gzip(plain);
        EXPECT_EQ(decode_content("gzip", packed, 300'000).value(), plain);
        if (plain.size() > 1'000) {
            EXPECT_LT(packed.size(), plain.size() / 100);
        }
    }
}

TEST(ContentCoding, AcceptsGzipWhereAcceptEncodingAllowsIt) {
    for (const auto* value : {"gzip", "GZIP", "x-gzip", "deflate, gzip;q=1.0, *;q=0.5", "*",
                              "br, gzip; q=0.001", "identity;q=1, *", "*;q=0, gzip"})
        EXPECT_TRUE(accepts_gzip(value)) << value;
    for (const auto* value : {"", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0",
                              "*, gzip;Q=0", "gzipped", "br;gzip"})
        EXPECT_FALSE(accepts_gzip(value)) << value;
    EXPECT_FALSE(accepts_gzip({}));
}

}  // namespace
}  // namespace cameo::http
