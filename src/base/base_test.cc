#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/crc32c.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "base/text.h"

namespace cameo {
namespace {

using Pieces = std::vector<std::string_view>;

// RFC 4648 section 10, without the padding.
TEST(Base64Url, HasTheExamplesOfTheRfcBothWays) {
    const std::vector<std::pair<std::string, std::string>> examples{
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, coded] : examples) {
        EXPECT_EQ(to_base64url(as_bytes(plain)), coded);
        EXPECT_EQ(from_base64url(coded), plain);
    }
}

TEST(Base64Url, UsesTheUrlSafeLetters) {
    const Bytes bytes{0xfb, 0xff, 0xbf};
    EXPECT_EQ(to_base64url(bytes), "-_-_");
    EXPECT_EQ(from_base64url("-_-_"), std::string(as_text(bytes)));
    EXPECT_FALSE(from_base64url("+/+/"));
}

TEST(Base64Url, DecodesEveryByteAtEveryPosition) {
    for (std::size_t length = 1; length < 6; ++length)
        for (int value = 0; value < 256; ++value) {
            const std::string plain(length, static_cast<char>(value));
            EXPECT_EQ(from_base64url(to_base64url(as_bytes(plain))), plain);
        }
}

TEST(Base64Url, RejectsPaddingForeignLettersAndImpossibleLengths) {
    for (const char* text :
         {"Zg==", "Zg=", "Z", "Zm9vY", "Zm 9", "Zm9v\n", "Zm\xc3\xa4", "Zm9v.Zm9v"})
        EXPECT_FALSE(from_base64url(text)) << text;
    EXPECT_FALSE(from_base64url(std::string_view("Zm\0v", 4)));
}

TEST(Base64Url, RejectsBitsPastTheLastByteSoThatEncodingsAreUnique) {
    EXPECT_TRUE(from_base64url("Zg"));
    EXPECT_FALSE(from_base64url("Zh"));
    EXPECT_TRUE(from_base64url("Zm8"));
    EXPECT_FALSE(from_base64url("Zm9"));
}

// RFC 3720 appendix B.4.
TEST(Crc32c, HasTheExamplesOfTheRfc) {
    Bytes ascending(32), descending(32);
    for (std::uint8_t i = 0; i < 32; ++i) {
        ascending[i] = i;
        descending[i] = static_cast<std::uint8_t>(31 - i);
    }
    EXPECT_EQ(crc32c(Bytes(32, 0)), 0x8a9136aaU);
    EXPECT_EQ(crc32c(Bytes(32, 0xff)), 0x62a8ab43U);
    EXPECT_EQ(crc32c(ascending), 0x46dd794eU);
    EXPECT_EQ(crc32c(descending), 0x113fdb5cU);
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
    EXPECT_EQ(crc32c({}), 0U);
}

std::uint32_t crc32c_bit_by_bit(ByteView bytes) {
    std::uint32_t crc = ~0U;
    for (const auto byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0);
    }
    return ~crc;
}

TEST(Crc32c, IsRightForEveryLengthAndAlignment) {
    Bytes bytes(300);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 37);
    for (std::size_t from = 0; from < 9; ++from)
        for (std::size_t length = 0; length + from <= bytes.size(); length += 1 + length / 20) {
            const auto range = ByteView(bytes).subspan(from, length);
            EXPECT_EQ(crc32c(range), crc32c_bit_by_bit(range)) << from << " " << length;
        }
}

TEST(Crc32c, DetectsASingleBit) {
    Bytes bytes(1'000, 7);
    const auto before = crc32c(bytes);
    bytes[777] ^= 0x10;
    EXPECT_NE(crc32c(bytes), before);
}

TEST(Hex, WritesAndReadsBothCases) {
    const Bytes bytes{0x00, 0x7f, 0x80, 0xab, 0xff};
    EXPECT_EQ(to_hex(bytes), "007f80abff");
    EXPECT_EQ(to_hex(bytes, HexCase::upper), "007F80ABFF");
    EXPECT_EQ(from_hex("007f80ABfF"), bytes);
    EXPECT_EQ(from_hex(""), Bytes());
}

TEST(Hex, RejectsOddLengthsAndForeignLetters) {
    for (const char* text : {"0", "abc", "0g", "g0", "0x", " 0", "+1", "\xc3\xa4"})
        EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Ids, RandomKeysHaveTheirLengthAndCaseAndDiffer) {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const auto lower = random_hex128_lower();
        const auto upper = random_hex128_upper();
        EXPECT_EQ(lower.size(), 32U);
        EXPECT_EQ(lower.find_first_not_of("0123456789abcdef"), std::string::npos);
        EXPECT_EQ(upper.size(), 32U);
        EXPECT_EQ(upper.find_first_not_of("0123456789ABCDEF"), std::string::npos);
        EXPECT_TRUE(seen.insert(lower).second);
        EXPECT_TRUE(seen.insert(upper).second);
    }
}

void expect_version_4(const std::string& guid) {
    EXPECT_TRUE(is_guid(guid)) << guid;
    EXPECT_EQ(guid[14], '4') << guid;
    EXPECT_NE(std::string("89ab").find(guid[19]), std::string::npos) << guid;
    EXPECT_EQ(to_lower(guid), guid);
}

TEST(Ids, GuidsAndRequestIdsAreVersion4AndDiffer) {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        std::string request(36, '?');
        write_request_id(request.data());
        for (const auto& guid : {new_guid(), request}) {
            expect_version_4(guid);
            EXPECT_TRUE(seen.insert(guid).second);
        }
    }
}

TEST(Ids, ARequestIdIsExactly36Characters) {
    std::string text(40, '#');
    write_request_id(text.data() + 2);
    EXPECT_TRUE(text.starts_with("##") && text.ends_with("##"));
}

TEST(Ids, AcceptsAGuidInEitherCaseAndNothingElse) {
    EXPECT_TRUE(is_guid("00000000-0000-0000-0000-000000000000"));
    EXPECT_TRUE(is_guid("ABCDEFab-cdef-1234-5678-90abcdef1234"));
    for (const char* text :
         {"", "ABCDEFab-cdef-1234-5678-90abcdef123", "x", "adele@contoso.example",
          "ABCDEFab-cdef-1234-5678-90abcdef12345", "{BCDEFab-cdef-1234-5678-90abcdef1234}",
          "ABCDEFabc-def-1234-5678-90abcdef1234", "ABCDEFag-cdef-1234-5678-90abcdef1234",
          "ABCDEFab0cdef01234056780090abcdef123"})
        EXPECT_FALSE(is_guid(text)) << text;
}

TEST(Text, FoldsTheLettersAToZAndNoOthers) {
    EXPECT_EQ(to_lower("AZaz09@[`{\xc3\x9c"), "azaz09@[`{\xc3\x9c");
    for (int c = 0; c < 256; ++c) {
        const bool letter = c >= 'A' && c <= 'Z';
        EXPECT_EQ(to_lower(static_cast<char>(c)), static_cast<char>(letter ? c + 32 : c));
    }
}

TEST(Text, ComparesWithoutRegardToCase) {
    EXPECT_TRUE(equals_ignoring_case("Content-TYPE", "content-type"));
    EXPECT_TRUE(equals_ignoring_case("", ""));
    EXPECT_FALSE(equals_ignoring_case("content-type", "content-typ"));
    EXPECT_FALSE(equals_ignoring_case("[", "{"));
    EXPECT_FALSE(equals_ignoring_case("\xc3\x9c", "\xc3\xbc"));
}

TEST(Text, TrimsSpacesAndTabsAtBothEnds) {
    EXPECT_EQ(trim(" \t a b\t "), "a b");
    EXPECT_EQ(trim("a"), "a");
    EXPECT_EQ(trim(" \t"), "");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim("\na\r"), "\na\r");
}

TEST(Text, DetectsMalformedUtf8) {
    for (const auto* text : {"", "plain", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x7f"})
        EXPECT_TRUE(is_utf8(text)) << text;
    for (const auto* text : {"\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                             "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "a\xe2\x82"})
        EXPECT_FALSE(is_utf8(text)) << text;
}

TEST(Text, SplitsAListAndLeavesOutEmptyPieces) {
    EXPECT_EQ(split_list("a, b ,,c ,", ','), (Pieces{"a", "b", "c"}));
    EXPECT_EQ(split_list("a", ','), Pieces{"a"});
    EXPECT_EQ(split_list(" , ,", ','), Pieces());
    EXPECT_EQ(split_list("", ','), Pieces());
    EXPECT_EQ(split_list("User.Read  Group.Read.All", ' '),
              (Pieces{"User.Read", "Group.Read.All"}));
}

TEST(Clock, ReadsTimesOfRfc3339) {
    const auto text_of = [](std::string_view text) {
        const auto time = parse_utc(text);
        if (!time) return std::string("none");
        const auto second = std::chrono::floor<std::chrono::seconds>(*time);
        return utc_text(second) + '.' + std::to_string((*time - second).count());
    };
    EXPECT_EQ(text_of("2024-02-29T12:34:56Z"), "2024-02-29T12:34:56.0");
    EXPECT_EQ(text_of("2024-02-29t12:34:56.1239z"), "2024-02-29T12:34:56.123");
    EXPECT_EQ(text_of("2024-02-29T12:34Z"), "2024-02-29T12:34:00.0");
    EXPECT_EQ(text_of("2024-02-29"), "2024-02-29T00:00:00.0");
    EXPECT_EQ(text_of("2024-02-29T00:30:00+01:00"), "2024-02-28T23:30:00.0");
    EXPECT_EQ(text_of("2024-02-29T00:30:00-05:30"), "2024-02-29T06:00:00.0");
    EXPECT_EQ(text_of("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59.500");
    for (const auto* text :
         {"", "2024", "2023-02-29", "2024-13-01", "2024-02-29T", "2024-02-29T24:00Z",
          "2024-02-29T12:34:56", "2024-02-29T12:34:60Z", "2024-02-29T12:34:56Zx",
          "2024-02-29T12:34:56+1:00", "24-02-29", "2024-02-29 12:34:56Z"})
        EXPECT_EQ(text_of(text), "none") << text;
}

TEST(Utc, IsIndependentOfTheTimeZone) {
    using std::chrono::seconds;
    EXPECT_EQ(utc_text(std::chrono::sys_seconds(seconds(1'700'000'000))), "2023-11-14T22:13:20");
    EXPECT_EQ(utc_text(std::chrono::sys_seconds(seconds(0))), "1970-01-01T00:00:00");
    EXPECT_EQ(utc_text(std::chrono::sys_seconds(seconds(-1))), "1969-12-31T23:59:59");
    EXPECT_EQ(utc_text(std::chrono::sys_seconds(seconds(1'709'210'096))), "2024-02-29T12:34:56");
    EXPECT_EQ(utc_text(std::chrono::sys_seconds(seconds(253'402'300'799))), "9999-12-31T23:59:59");
}

// RFC 4648 section 10.
TEST(Base64, HasTheVectorsOfTheRfc) {
    const std::vector<std::pair<std::string_view, std::string_view>> vectors{{"", ""},
                                                                             {"f", "Zg=="},
                                                                             {"fo", "Zm8="},
                                                                             {"foo", "Zm9v"},
                                                                             {"foob", "Zm9vYg=="},
                                                                             {"fooba", "Zm9vYmE="},
                                                                             {"foobar", "Zm9vYmFy"},
                                                                             {"\xfb\xff", "+/8="}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
        EXPECT_EQ(as_text(*from_any_base64(encoded)), plain);
    }
}

TEST(Base64, EitherAlphabetIsReadPaddedOrNot) {
    for (const auto* text :
         {"+/8=", "-_8", "-_8=", "+/8", " +/\r\n8\n= ", "data:image/png;base64,+/8="})
        EXPECT_EQ(as_text(*from_any_base64(text)), "\xfb\xff") << text;
    EXPECT_EQ(as_text(*from_any_base64("Y\n Q =\n=")), "a");
    EXPECT_EQ(from_any_base64(""), Bytes{});
    for (const auto* text : {"+", "A", "*", "+/8===", "a b*",
                             "data:image/png,+/8=", "data:image/png,abcd", "Zg=g", "YQ==YQ=="})
        EXPECT_FALSE(from_any_base64(text)) << text;
}

TEST(CsvField, IsQuotedIfNecessary) {
    EXPECT_EQ(csv_field("plain"), "plain");
    EXPECT_EQ(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    EXPECT_EQ(csv_field(" a"), "\" a\"") << "a reader removes the space otherwise";
    EXPECT_EQ(csv_field("a "), "\"a \"");
}

}  // namespace
}  // namespace cameo
