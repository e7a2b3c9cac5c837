#include "store/sqlite/text_search.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <random>

#include "directory/objects.h"
#include "store/contract/temporary_folder.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {
namespace {

using directory::Search;

class WordSearchTest : public testing::Test {
  protected:
    bool has(const std::string& search, const std::vector<std::string>& texts) {
        std::string sql = "SELECT has_words(?1";
        for (std::size_t i = 0; i < texts.size(); ++i) sql += ", ?" + std::to_string(i + 2);
        auto query = connection_.query_once(sql + ")");
        query.bind(1, search);
        for (std::size_t i = 0; i < texts.size(); ++i)
            query.bind(static_cast<int>(i) + 2, texts[i]);
        return query.step() && query.integer(0) != 0;
    }
    bool has(const Search& search, const std::vector<std::string>& texts) {
        return has(words_text<directory::Contact>(search), texts);
    }
    static Search word(std::string text) { return {{{.words = {std::move(text)}}}}; }

    TemporaryFolder folder_;
    std::filesystem::path file_ = [this] {
        auto file = folder_.path() / "words.db";
        std::ofstream(file).close();
        return file;
    }();
    Connection connection_{file_, Connection::Access::read_write};
};

TEST_F(WordSearchTest, TheSearchTextHasALineForEachTerm) {
    const directory::SearchTerm two{.words = {"Ada", "b-c"}},
        named{.property = "surname", .words = {"x"}}, empty{.words = {"--"}},
        unknown{.property = "nothing", .words = {"x"}};
    EXPECT_EQ(words_text<directory::Contact>({{two, named}, {two}}),
              "-1 ada b c\n2 x\n\n-1 ada b c\n");
    EXPECT_EQ(words_text<directory::Contact>({{two, empty}, {unknown}, {}}), "");
    EXPECT_EQ(words_text<directory::Contact>({{two, empty}, {named}}), "2 x\n");
}

TEST_F(WordSearchTest, FindsTheBeginningsOfWords) {
    EXPECT_TRUE(has(word("jose"), {"Jos\xc3\xa9 \xc3\x81lvarez"}));
    EXPECT_TRUE(has(word("\xc3\x81LV"), {"Jos\xc3\xa9 \xc3\x81lvarez"}));
    EXPECT_FALSE(has(word("varez"), {"Jos\xc3\xa9 \xc3\x81lvarez"}));
    EXPECT_TRUE(has(word("neill"), {"", "O\xe2\x80\x99Neill"}));
    EXPECT_TRUE(has(word("o\xe2\x80\x99ne"), {"O Neill"})) << "two words, one behind the other";
    EXPECT_FALSE(has(word("o\xe2\x80\x99ne"), {"O X Neill"}));
    EXPECT_FALSE(has(word("\xe2\x80\x93"), {"a \xe2\x80\x93 b"}));
    EXPECT_FALSE(has(word("\xff\xfe"), {"a"}));
    EXPECT_FALSE(has("", {"a"}));
    EXPECT_FALSE(has(word("a"), {}));
}

// Compared with the full-text index of users and groups.
TEST_F(WordSearchTest, FindsWhatFts5Finds) {
    connection_.execute(
        "BEGIN; CREATE VIRTUAL TABLE words USING fts5(display_name, given_name, job_title, mail, "
        "surname, "
        "user_principal_name, mail_nickname, tokenize='unicode61 remove_diacritics 2')");
    constexpr std::array kPieces{"ada",
                                 "ad",
                                 "Love",
                                 "l\xc3\xb6ve",
                                 "A.",
                                 "-",
                                 " ",
                                 " ",
                                 "99",
                                 "\xe2\x80\x99",
                                 "b",
                                 "B",
                                 "ab",
                                 "\xe6\x9d\x8e",
                                 "_",
                                 "ba@",
                                 "\xf0\x9f\x98\x80"};
    std::mt19937 random(7);
    const auto text = [&](unsigned most) {
        std::string made;
        for (unsigned i = random() % (most + 1); i > 0; --i)
            made += kPieces[random() % kPieces.size()];
        return made;
    };
    const std::array properties{"", "", "displayName", "surname"};
    int found = 0;
    for (int round = 0; round < 3'000; ++round) {
        connection_.execute("DELETE FROM words");
        const std::vector<std::string> texts{text(5), text(2), "", text(3), text(2), "", text(1)};
        auto insert = connection_.query("INSERT INTO words VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        for (std::size_t i = 0; i < texts.size(); ++i)
            insert.bind(static_cast<int>(i) + 1, texts[i]);
        insert.step();
        Search search(1 + random() % 2);
        for (auto& terms : search)
            for (unsigned i = 0; i < 1 + random() % 2; ++i)
                terms.push_back({.property = properties[random() % properties.size()],
                                 .words = {text(2), text(1) + "a"}});
        const auto match = match_text<directory::User>(search);
        bool expected = false;
        if (!match.empty()) {
            auto query = connection_.query("SELECT count(*) FROM words WHERE words MATCH ?1");
            query.bind(1, match).step();
            expected = query.integer(0) > 0;
        }
        found += expected ? 1 : 0;
        EXPECT_EQ(has(words_text<directory::User>(search), texts), expected)
            << match << " in " << texts[0] << '|' << texts[1] << '|' << texts[3] << '|' << texts[4];
    }
    EXPECT_GT(found, 300);
    EXPECT_LT(found, 2'700);
}

}  // namespace
}  // namespace cameo::store::sqlite
