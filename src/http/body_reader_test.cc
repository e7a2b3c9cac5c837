#include "http/body_reader.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cameo::http {
namespace {

using State = ChunkedDecoder::State;

struct Decoded {
    std::string content;
    State state = State::more;
    std::size_t consumed = 0;
};

// Feeds `pieces` one after the other, as they would be read.
Decoded decode(const std::vector<std::string_view>& pieces) {
    ChunkedDecoder decoder;
    Decoded decoded;
    for (auto piece : pieces) {
        while (!piece.empty() && decoder.state() == State::more) {
            const auto step = decoder.step(piece);
            decoded.content += step.content;
            decoded.consumed += step.consumed;
            piece.remove_prefix(step.consumed);
        }
    }
    decoded.state = decoder.state();
    return decoded;
}

TEST(Chunked, DecodesTheSameBodyHoweverItIsSplit) {
    const std::string body =
        "5\r\nhello\r\n00B;name=\"a b\"\r\n, big world\r\n0\r\nTrailer: x\r\n\r\n";
    const std::string next = "GET";
    const auto all = body + next;
    for (std::size_t i = 0; i <= all.size(); ++i) {
        for (std::size_t j = i; j <= all.size(); ++j) {
            const std::string_view view(all);
            const auto decoded = decode({view.substr(0, i), view.substr(i, j - i), view.substr(j)});
            ASSERT_EQ(decoded.state, State::done) << i << ' ' << j;
            ASSERT_EQ(decoded.content, "hello, big world");
            ASSERT_EQ(decoded.consumed, body.size());
        }
    }
}

TEST(Chunked, EveryPrefixIsIncomplete) {
    const std::string body = "3\r\nabc\r\n0\r\nA: b\r\n\r\n";
    for (std::size_t size = 0; size < body.size(); ++size)
        EXPECT_EQ(decode({std::string_view(body).substr(0, size)}).state, State::more) << size;
}

TEST(Chunked, AcceptsAnEmptyBody) {
    const auto decoded = decode({"0\r\n\r\n"});
    EXPECT_EQ(decoded.state, State::done);
    EXPECT_EQ(decoded.content, "");
}

class MalformedChunks : public testing::TestWithParam<std::string> {};

TEST_P(MalformedChunks, AreRejected) {
    EXPECT_EQ(decode({GetParam()}).state, State::malformed) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(All, MalformedChunks,
                         testing::Values("\r\n", ";\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n",
                                         " 1\r\n", "1 \r\n", "1 ;a\r\n", "1\n", "1\rx", "1\r\r\n",
                                         "00000000000000001\r\n", "11111111111111111\r\n", "1;a\n",
                                         "1;a\x01\r\n", "1;a\rb\r\n", "1\r\naX", "1\r\na\n",
                                         "1\r\na\rX", "1\r\nab\r\n", "0\r\nX\r\n", "0\r\n: a\r\n",
                                         "0\r\n a\r\n", "0\r\nA b: c\r\n", "0\r\nA: b\n",
                                         "0\r\nA: b\r\n\n", "0\r\nA: b\r\n c\r\n",
                                         "0\r\nA: \x02\r\n", "0\r\n\rX", std::string("1\0\r\n", 4),
                                         "1;" + std::string(20'000, 'a'),
                                         "0\r\nA: " + std::string(20'000, 'a')));

TEST(Chunked, LimitsTheExtensionsOfAllChunksTogether) {
    std::string body;
    for (int i = 0; i < 200; ++i) body += "1;" + std::string(100, 'x') + "\r\na\r\n";
    EXPECT_EQ(decode({body}).state, State::malformed);
}

BodyReader::State read(BodyFraming framing, std::string_view bytes, std::size_t limit) {
    BodyReader reader(framing, limit);
    reader.feed(bytes);
    return reader.state();
}

TEST(BodyReader, LeavesTheBytesAfterTheBody) {
    BodyReader counted({.length = 3}, 10);
    EXPECT_EQ(counted.feed("ab"), 2U);
    EXPECT_EQ(counted.feed("cGET"), 1U);
    EXPECT_EQ(counted.state(), BodyReader::State::complete);
    EXPECT_EQ(counted.take().view(), "abc");
    BodyReader chunked({.chunked = true}, 10);
    EXPECT_EQ(chunked.feed("1\r\na\r\n2\r\nbc\r\n0\r\n\r\nGET"), 18U);
    EXPECT_EQ(chunked.take().view(), "abc");
}

// Copies `bytes` as a read from a socket would; what is left of them.
std::string_view read_into(BodyReader& reader, std::string_view bytes) {
    reader.reserve(reader.capacity_for(1));
    const auto space = reader.prepare();
    const auto size = std::min(space.size(), bytes.size());
    std::ranges::copy(bytes.substr(0, size), space.begin());
    reader.reserve(reader.capacity_for(size));
    const std::string behind(reader.commit(size));
    EXPECT_TRUE(bytes.substr(0, size).ends_with(behind));
    return bytes.substr(size - behind.size());
}

TEST(BodyReader, ReadsNothingBeyondABodyOfKnownLength) {
    BodyReader reader({.length = 200'003}, 1'000'000);
    EXPECT_EQ(reader.feed("abc"), 3U);
    const std::string sent = std::string(200'000, 'x') + "GET";
    std::string_view left = sent;
    while (reader.state() == BodyReader::State::more) left = read_into(reader, left);
    EXPECT_EQ(left, "GET");
    EXPECT_EQ(reader.take().view(), "abc" + std::string(200'000, 'x'));
}

TEST(BodyReader, ReturnsTheBytesAfterAChunkedBody) {
    BodyReader reader({.chunked = true}, 1'000'000);
    std::string sent = "30d40\r\n" + std::string(200'000, 'x') + "\r\n0\r\n\r\nGET";
    std::string_view left = sent;
    while (reader.state() == BodyReader::State::more) left = read_into(reader, left);
    EXPECT_EQ(left, "GET");
    EXPECT_EQ(reader.take().view(), std::string(200'000, 'x'));
}

TEST(BodyReader, GrowsWithTheBytesThatHaveArrived) {
    BodyReader reader({.length = 1'000'000}, 4'000'000);
    EXPECT_EQ(reader.capacity_for(1), 65'536U);
    reader.feed(std::string(65'536, 'x'));
    EXPECT_EQ(reader.capacity_for(1), 131'072U);
    reader.feed(std::string(600'000, 'x'));
    EXPECT_EQ(reader.capacity_for(1), 1'000'000U);
}

TEST(BodyReader, StopsAtTheLimit) {
    using enum BodyReader::State;
    EXPECT_EQ(read({.length = 4}, "abcd", 4), complete);
    EXPECT_EQ(read({.length = 5}, "", 4), too_large);
    EXPECT_EQ(read({.length = UINT64_MAX}, "", 4), too_large);
    EXPECT_EQ(read({.chunked = true}, "4\r\nabcd\r\n0\r\n\r\n", 4), complete);
    EXPECT_EQ(read({.chunked = true}, "4\r\nabcd\r\n1\r\ne", 4), too_large);
    EXPECT_EQ(read({.chunked = true}, "ffffffffffffffff\r\nabcde", 4), too_large);
    EXPECT_EQ(read({.chunked = true}, "x", 4), malformed);
}

}  // namespace
}  // namespace cameo::http
