#include "store/sqlite/text_search.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "directory/property.h"
#include "directory/query.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {
namespace {

using directory::SearchTerm;
using Texts = std::vector<std::string>;

std::string joined(const Texts& texts, std::string_view between) {
    std::string whole;
    for (const auto& text : texts) {
        if (!whole.empty()) whole += between;
        whole += text;
    }
    return whole;
}

// Each word, quoted, as the beginning of a token. A word of words_of has no quote.
Texts prefixes(const SearchTerm& term) {
    Texts texts;
    for (const auto& text : term.words)
        for (const auto& word : directory::words_of(text)) texts.push_back('"' + word + "\"*");
    return texts;
}

template <class Object>
std::string term_text(const SearchTerm& term) {
    const Texts words = prefixes(term);
    if (words.empty()) return "";
    std::string all = '(' + joined(words, " AND ") + ')';
    if (words.size() == 1 && term.property.empty() && term.among.empty()) return all;
    Texts columns;
    for (const auto& property : directory::properties<Object>())
        if (property.searched && directory::searches_property(term, property.name))
            columns.push_back(directory::snake_case(property.name) + " : " + all);
    return columns.empty() ? "" : '(' + joined(columns, " OR ") + ')';
}

template <class Object>
std::string terms_text(const std::vector<SearchTerm>& terms) {
    Texts texts;
    for (const auto& term : terms) {
        texts.push_back(term_text<Object>(term));
        if (texts.back().empty()) return "";
    }
    return texts.empty() ? "" : '(' + joined(texts, " AND ") + ')';
}

using Tokens = std::vector<std::string>;
using Row = std::vector<Tokens>;  // of each text

// Each word as its tokens, which must follow each other in a text; the last may be the beginning of
// a token.
struct Term {
    int column = -1;
    std::vector<Tokens> words;
};
using Parsed = std::vector<std::vector<Term>>;  // as directory::Search

// The tokenizer of one connection, found at its first use.
class Tokenizer {
  public:
    explicit Tokenizer(sqlite3* database) : database_(database) {}
    ~Tokenizer() {
        if (made_ != nullptr) methods_.xDelete(made_);
    }
    Tokenizer(const Tokenizer&) = delete;
    Tokenizer& operator=(const Tokenizer&) = delete;

    Tokens tokens_of(std::string_view text) {
        if (made_ == nullptr) make();
        Tokens tokens;
        const int code = methods_.xTokenize(made_, &tokens, FTS5_TOKENIZE_DOCUMENT, text.data(),
                                            static_cast<int>(text.size()), take);
        if (code != SQLITE_OK) throw SqliteError(code, "FTS5's tokenizer failed");
        return tokens;
    }

  private:
    static int take(void* into, int, const char* token, int size, int, int) noexcept {
        try {
            static_cast<Tokens*>(into)->emplace_back(token, static_cast<std::size_t>(size));
            return SQLITE_OK;
        } catch (...) {
            return SQLITE_NOMEM;
        }
    }

    void make() {
        fts5_api* api = nullptr;
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database_, "SELECT fts5(?1)", -1, &statement, nullptr) ==
            SQLITE_OK) {
            sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
            sqlite3_step(statement);
        }
        sqlite3_finalize(statement);
        // As in the migrations for the indexed kinds.
        std::array arguments{"remove_diacritics", "2"};
        void* context = nullptr;
        if (api == nullptr ||
            api->xFindTokenizer(api, "unicode61", &context, &methods_) != SQLITE_OK ||
            methods_.xCreate(context, arguments.data(), static_cast<int>(arguments.size()),
                             &made_) != SQLITE_OK)
            throw SqliteError(SQLITE_ERROR, "the SQLite library lacks FTS5's tokenizer");
    }

    sqlite3* database_;
    fts5_tokenizer methods_{};
    Fts5Tokenizer* made_ = nullptr;
};

bool stands_at(const Tokens& text, std::size_t at, const Tokens& word) {
    for (std::size_t i = 0; i + 1 < word.size(); ++i)
        if (text[at + i] != word[i]) return false;
    return text[at + word.size() - 1].starts_with(word.back());
}

bool holds(const Tokens& text, const Tokens& word) {
    if (word.empty()) return false;  // a word of only separators matches nothing
    for (std::size_t at = 0; at + word.size() <= text.size(); ++at)
        if (stands_at(text, at, word)) return true;
    return false;
}

bool matches(const Row& row, const Term& term) {
    const auto holds_all = [&](const Tokens& text) {
        return std::ranges::all_of(term.words, [&](const auto& word) { return holds(text, word); });
    };
    if (term.column < 0) return std::ranges::any_of(row, holds_all);
    const auto column = static_cast<std::size_t>(term.column);
    return column < row.size() && holds_all(row[column]);
}

bool matches(const Row& row, const Parsed& search) {
    return std::ranges::any_of(search, [&](const auto& terms) {
        return !terms.empty() &&
               std::ranges::all_of(terms, [&](const Term& term) { return matches(row, term); });
    });
}

Parsed parse(std::string_view text, Tokenizer& tokenizer) {
    Parsed search(1);
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto pieces = split_list(text.substr(0, end), ' ');
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pieces.empty()) {
            search.emplace_back();
            continue;
        }
        Term term{.column = std::stoi(std::string(pieces.front())), .words = {}};
        for (const auto word : std::span(pieces).subspan(1))
            term.words.push_back(tokenizer.tokens_of(word));
        search.back().push_back(std::move(term));
    }
    return search;
}

std::string_view text_of(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    const int size = sqlite3_value_bytes(value);
    return text == nullptr ? std::string_view()
                           : std::string_view(text, static_cast<std::size_t>(size));
}

bool has_words(sqlite3_context* context, std::span<sqlite3_value*> values) {
    auto& tokenizer = *static_cast<Tokenizer*>(sqlite3_user_data(context));
    const auto* search = static_cast<const Parsed*>(sqlite3_get_auxdata(context, 0));
    std::unique_ptr<Parsed> parsed;
    if (search == nullptr) {
        parsed = std::make_unique<Parsed>(parse(text_of(values[0]), tokenizer));
        search = parsed.get();
    }
    Row row;
    for (auto* value : values.subspan(1)) row.push_back(tokenizer.tokens_of(text_of(value)));
    const bool found = matches(row, *search);
    // Cached for the statement's other rows; SQLite may also discard it at once.
    if (parsed)
        sqlite3_set_auxdata(context, 0, parsed.release(),
                            [](void* kept) { delete static_cast<Parsed*>(kept); });
    return found;
}

void call_has_words(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
    try {
        const bool found = has_words(context, {values, static_cast<std::size_t>(count)});
        sqlite3_result_int(context, found ? 1 : 0);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}

}  // namespace

template <class Object>
std::string match_text(const directory::Search& search) {
    Texts texts;
    for (const auto& terms : search)
        if (auto text = terms_text<Object>(terms); !text.empty()) texts.push_back(std::move(text));
    return joined(texts, " OR ");
}

template std::string match_text<directory::User>(const directory::Search&);
template std::string match_text<directory::Group>(const directory::Search&);

void add_has_words(sqlite3* database) {
    constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    auto tokenizer = std::make_unique<Tokenizer>(database);
    // SQLite owns the tokenizer now, even if the call fails.
    const int code = sqlite3_create_function_v2(
        database, "has_words", -1, kFlags, tokenizer.release(), call_has_words, nullptr, nullptr,
        [](void* owned) { delete static_cast<Tokenizer*>(owned); });
    if (code != SQLITE_OK)
        throw SqliteError(code, "has_words: " + std::string(sqlite3_errmsg(database)));
}

template <class Object>
std::string words_text(const directory::Search& search) {
    std::vector<std::string_view> searched;
    for (const auto& property : directory::properties<Object>())
        if (property.searched) searched.push_back(property.name);
    const auto line_of = [&](const directory::SearchTerm& term) -> std::string {
        const auto place = std::ranges::find(searched, term.property);
        if (place == searched.end() && !term.property.empty()) return {};
        std::string words;
        for (const auto& text : term.words)
            for (const auto& word : directory::words_of(text)) words += ' ' + word;
        if (words.empty()) return {};
        const auto column = term.property.empty() ? -1 : place - searched.begin();
        return std::to_string(column) + words + '\n';
    };
    std::string whole;
    for (const auto& terms : search) {
        std::string lines;
        for (const auto& term : terms) {
            auto line = line_of(term);
            if (line.empty()) {
                lines.clear();
                break;
            }
            lines += line;
        }
        if (lines.empty()) continue;
        if (!whole.empty()) whole += '\n';
        whole += lines;
    }
    return whole;
}

template std::string words_text<directory::User>(const directory::Search&);
template std::string words_text<directory::Group>(const directory::Search&);
template std::string words_text<directory::Contact>(const directory::Search&);
template std::string words_text<directory::ContactFolder>(const directory::Search&);

}  // namespace cameo::store::sqlite
