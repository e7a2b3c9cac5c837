#include "http/read_buffer.h"

#include <gmock/gmock.h>

#include <string>

namespace cameo::http {
namespace {

TEST(ReadBuffer, KeepsTheOrderThroughMovesAndGrowth) {
    ReadBuffer buffer;
    std::string expected;
    char next = 'a';
    for (std::size_t i = 1; i < 300; ++i) {
        const std::string piece(i * 7 % 90, next = next == 'z' ? 'a' : static_cast<char>(next + 1));
        buffer.append(piece);
        expected += piece;
        const auto used = std::min(i * 5 % 80, expected.size());
        buffer.consume(used);
        expected.erase(0, used);
        ASSERT_EQ(buffer.data(), expected);
    }
}

TEST(ReadBuffer, LeavesConsumedBytesReadable) {
    ReadBuffer buffer;
    EXPECT_EQ(buffer.data(), "");
    buffer.append("head body");
    const auto head = buffer.data().substr(0, 4);
    buffer.consume(9);
    EXPECT_EQ(head, "head");
    EXPECT_EQ(buffer.data(), "");
    EXPECT_GE(buffer.prepare(10'000).size(), 10'000U);
}

}  // namespace
}  // namespace cameo::http
