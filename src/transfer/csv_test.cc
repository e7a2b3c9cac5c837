#include "transfer/csv.h"

#include <gmock/gmock.h>

#include <sstream>

#include "transfer/picture_source.h"
#include "transfer/transfer_testing.h"

namespace cameo::transfer {
namespace {

using testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

Result<Rows> rows_of(const std::string& text, std::size_t longest_field = 1'000) {
    std::istringstream stream(text);
    CsvReader reader(stream, longest_field);
    Rows rows;
    while (true) {
        auto row = reader.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return rows;
        rows.push_back((*row)->fields);
    }
}

TEST(CsvReader, ReadsFieldsAndRowsWithAnyLineEnding) {
    const Rows wanted{{"a", "b"}, {"1", "2"}};
    for (const auto* text : {"a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\n1,2", "a,b\r1,2\r",
                             "\xef\xbb\xbf"
                             "a,b\n\n\n1,2\n"})
        EXPECT_EQ(rows_of(text), wanted) << text;
}

TEST(CsvReader, QuotedFieldsHoldCommasQuotesAndLines) {
    EXPECT_EQ(rows_of("\"a,\"\"b\"\"\r\nc\",d\n"), (Rows{{"a,\"b\"\r\nc", "d"}}));
}

TEST(CsvReader, UsesTheSeparatorOfTheFirstLine) {
    EXPECT_EQ(rows_of("a;b\n1,5;2\n"), (Rows{{"a", "b"}, {"1,5", "2"}}));
    EXPECT_EQ(rows_of("a\tb\n1\t2\n"), (Rows{{"a", "b"}, {"1", "2"}}));
}

std::string utf16(std::u16string_view text, bool big_endian, bool mark = true) {
    std::string bytes;
    const auto add = [&](unsigned unit) {
        const char high = static_cast<char>(unit >> 8);
        const char low = static_cast<char>(unit & 0xffU);
        bytes += {big_endian ? high : low, big_endian ? low : high};
    };
    if (mark) add(0xfeff);
    for (const char16_t unit : text) add(unit);
    return bytes;
}

TEST(CsvReader, EmptyFirstLinesDoNotHideTheSeparator) {
    EXPECT_EQ(rows_of("\r\n\na;b\n1,5;2\n"), (Rows{{"a", "b"}, {"1,5", "2"}}));
}

TEST(CsvReader, TakesUtf16OfEitherByteOrderWithAMarkOrWithout) {
    const Rows wanted{{"a", "b"}, {"j\xc3\xb6rg", "\xe2\x82\xac\xf0\x9f\x98\x80"}};
    for (const bool big_endian : {false, true})
        for (const bool mark : {false, true})
            EXPECT_EQ(rows_of(utf16(u"a\tb\r\nj\u00f6rg\t\u20ac\U0001f600\r\n", big_endian, mark)),
                      wanted);
}

// The chunks end within characters.
TEST(CsvReader, TakesUtf16OfManyChunks) {
    std::u16string text = u"a;b\n";
    for (int i = 0; i < 40'000; ++i) text += u"\U0001f600\u00f6;2\n";
    const auto rows = rows_of(utf16(text, false));
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 40'001U);
    for (std::size_t i = 1; i < rows->size(); ++i)
        ASSERT_EQ(rows->at(i).at(0), "\xf0\x9f\x98\x80\xc3\xb6") << i;
}

TEST(CsvReader, DamagedUtf16IsNamedWithItsRow) {
    for (const auto& text : {utf16(u"a,b\n1,\xd83d\n", false), utf16(u"a,b\n1,\xde00\n", true),
                             utf16(u"a,b\n1,2", false) + "x", utf16(u"a,b\n1,\xd83d", false)}) {
        const auto rows = rows_of(text);
        ASSERT_FALSE(rows);
        EXPECT_THAT(rows.error().detail, HasSubstr("UTF-16"));
    }
    using std::string_literals::operator""s;
    EXPECT_THAT(rows_of("\xff\xfe\0\0a\0\0\0"s).error().detail, HasSubstr("UTF-32"));
}

TEST(CsvReader, PassesOverExcelsSeparatorLineAndUsesIt) {
    const Rows wanted{{"a", "b,c"}, {"1", "2"}};
    for (const auto* text : {"sep=;\r\na;b,c\r\n1;2\r\n", "\"sep=;\"\na;b,c\n1;2\n",
                             "\xef\xbb\xbfSEP=;\na;b,c\n1;2\n"})
        EXPECT_EQ(rows_of(text), wanted) << text;
    EXPECT_EQ(rows_of("sep=|\na|b\n1|2\n"), (Rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(rows_of(utf16(u"sep=\t\na\tb\n", false)), (Rows{{"a", "b"}}));
    EXPECT_EQ(rows_of("sep=,;\n1,2\n"), (Rows{{"sep=", ";"}, {"1", "2"}}));
}

TEST(CsvReader, PassesOverTheTypeLineOfPowerShell) {
    const Rows wanted{{"a", "b"}, {"#TYPE 1", "2"}};
    for (const auto* text : {"#TYPE Selected.ADUser\r\n\"a\",\"b\"\r\n\"#TYPE 1\",\"2\"\r\n",
                             "\"#TYPE x\"\na;b\n#TYPE 1;2\n"})
        EXPECT_EQ(rows_of(text), wanted) << text;
}

TEST(CsvReader, MisplacedAndOpenQuotesAreNamedWithTheirRow) {
    EXPECT_THAT(rows_of("a,b\n1,\"2\"x\n").error().detail, HasSubstr("row 2"));
    EXPECT_THAT(rows_of("a,b\n1,\"2\n").error().detail, HasSubstr("row 2"));
}

TEST(CsvReader, AFieldThatIsTooLongFailsInBoundedMemory) {
    const auto read = rows_of("a,b\n1," + std::string(1'000'000, 'x'), 1'000);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().detail, HasSubstr("1000 bytes"));
    EXPECT_FALSE(rows_of(std::string(5'000, ',')));
}

TEST(CsvReader, AnEmptyFileHasNoRows) {
    EXPECT_EQ(rows_of(""), Rows{});
    EXPECT_EQ(rows_of("\n\n"), Rows{});
}

TEST(CsvField, IsQuotedIfNecessary) {
    EXPECT_EQ(csv_field("plain"), "plain");
    EXPECT_EQ(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    EXPECT_EQ(csv_field(" a"), "\" a\"") << "a reader removes the space otherwise";
    EXPECT_EQ(csv_field("a "), "\"a \"");
}

class CsvSourceTest : public TransferTest {
  protected:
    Result<CsvSource> open(const std::string& text, std::string_view preferred = "") {
        write("people.csv", text);
        return open_csv_source(folder_.path() / "people.csv", OwnerKind::user, preferred,
                               {.bytes = 100, .crop_bytes = 110});
    }
    static std::string content(CsvSource& csv, std::size_t position) {
        const auto picture = csv.source->loader(position)();
        return picture ? std::string(as_text(picture->bytes)) : picture.error().detail;
    }
};

TEST_F(CsvSourceTest, GivesNamesFirstAndPhotosAfterwards) {
    auto csv = open("userPrincipalName,photo\nada@x,YWRh\nbob@x,Ym9i\n");
    ASSERT_TRUE(csv) << csv.error().detail;
    EXPECT_EQ(csv->pattern.text(), "{userPrincipalName}");
    ASSERT_EQ(csv->source->items().size(), 2U);
    EXPECT_EQ(csv->source->items()[1].name, "bob@x");
    EXPECT_EQ(csv->source->items()[1].label, "people.csv row 3");
    EXPECT_EQ(content(*csv, 0), "ada");
    EXPECT_EQ(content(*csv, 1), "bob");
}

TEST_F(CsvSourceTest, RowsMayBeSkipped) {
    auto csv = open("photo;MAIL\nYWRh;ada@x\nYm9i;bob@x\nY2hp;chi@x\n");
    ASSERT_TRUE(csv) << csv.error().detail;
    EXPECT_EQ(csv->pattern.text(), "{mail}");
    EXPECT_EQ(content(*csv, 0), "ada");
    EXPECT_EQ(content(*csv, 2), "chi");
}

TEST_F(CsvSourceTest, FilePathsAreRelativeToTheCsvFile) {
    write("faces/a.jpg", "picture");
    auto csv = open("id,file\n1,faces/a.jpg\n2,faces/missing.jpg\n");
    ASSERT_TRUE(csv) << csv.error().detail;
    EXPECT_EQ(content(*csv, 0), "picture");
    EXPECT_THAT(content(*csv, 1), HasSubstr("No such file"));
}

TEST_F(CsvSourceTest, ThePreferredNamingColumnIsUsed) {
    EXPECT_EQ(open("mail,id,photo\n", "{mail}")->pattern.text(), "{mail}");
    EXPECT_EQ(open("mail,id,photo\n", "{userPrincipalName}")->pattern.text(), "{id}");
}

TEST_F(CsvSourceTest, InvalidBase64AndLargePicturesAreReportedPerRow) {
    auto csv = open("id,photo\n1,***\n2,\n3," + std::string(160, 'A') + "\n4\n");
    ASSERT_TRUE(csv) << csv.error().detail;
    EXPECT_THAT(content(*csv, 0), HasSubstr("not base64"));
    EXPECT_THAT(content(*csv, 1), HasSubstr("empty"));
    EXPECT_THAT(content(*csv, 2), HasSubstr("120 bytes; at most 100"));
    EXPECT_THAT(content(*csv, 3), HasSubstr("empty"));
}

TEST_F(CsvSourceTest, TheColumnCropGivesTheSquareOfARow) {
    write("b.jpg", std::string(110, 'b'));
    auto csv = open(
        "id,photo,Crop\n1,YWRh,\"x=120, y=80, side=900, rotate=90\"\n2,YWRh,\n"
        "3,YWRh,x=1\n4,YWRh\n");
    ASSERT_TRUE(csv) << csv.error().detail;
    EXPECT_EQ(csv->source->loader(0)()->crop, (photo::Crop{120, 80, 900, 90}));
    EXPECT_EQ(csv->source->loader(1)()->crop, std::nullopt);
    EXPECT_THAT(content(*csv, 2), HasSubstr("needs x, y and side"));
    EXPECT_EQ(csv->source->loader(3)()->crop, std::nullopt);
    auto files = open("id;crop;file\n1;;b.jpg\n2;side=48,y=0,x=0;b.jpg\n");
    ASSERT_TRUE(files) << files.error().detail;
    EXPECT_THAT(content(*files, 0), HasSubstr("at most 100"));
    EXPECT_EQ(content(*files, 1).size(), 110U);
}

TEST_F(CsvSourceTest, AHeaderWithoutARequiredColumnIsRefused) {
    EXPECT_THAT(open("photo\nYQ==\n").error().detail, HasSubstr("identifies the owner"));
    EXPECT_THAT(open("id\n1\n").error().detail, HasSubstr("'photo'"));
    EXPECT_THAT(open("id,photo,file\n").error().detail, HasSubstr("'photo'"));
    EXPECT_THAT(open("").error().detail, HasSubstr("empty"));
}

TEST_F(CsvSourceTest, AFileThatChangesBetweenTheReadsIsDetected) {
    auto csv = open("id,photo\n1,YQ==\n2,YQ==\n");
    ASSERT_TRUE(csv);
    std::filesystem::resize_file(folder_.path() / "people.csv", 0);
    write("people.csv", "id,photo\n7,YQ==\n");
    // Rows that were read ahead may still be returned; missing rows must not become another
    // owner's.
    const auto first = content(*csv, 0);
    EXPECT_TRUE(first == "a" || first.contains("changed")) << first;
}

}  // namespace
}  // namespace cameo::transfer
