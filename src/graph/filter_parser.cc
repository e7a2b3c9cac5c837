#include "graph/filter_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"

namespace cameo::graph {
namespace {

using directory::Filter;
using Value = std::variant<std::string, bool>;

constexpr int kMostLevels = 20;
constexpr int kMostComparisons = 100;
constexpr std::size_t kLongestText = 1024;  // bytes; no comparable property is longer

bool is_word(char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           c == '.' || c == '/';
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

// Recursive descent, one function for each rule. Each advances `at_` past what it parsed.
class Parser {
  public:
    Parser(std::string_view text, FilterTypes types) : text_(text), types_(types) {}

    Result<Filter> whole() {
        auto filter = any_of(0);
        if (filter && !rest().empty()) return wrong("'and' or 'or' is expected");
        return filter;
    }

  private:
    std::string_view rest() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        return text_.substr(at_);
    }

    std::unexpected<Error> wrong(std::string_view what) {
        const auto found = rest();
        const auto shown = word().empty() ? found.substr(0, 1) : word().substr(0, 30);
        return fail(
            Fault::malformed,
            fmt::format("The query option $filter is not understood at position {}: {}{}.", at_ + 1,
                        what,
                        is_ascii(shown) && !shown.empty() ? fmt::format(", not '{}'", shown) : ""));
    }

    // The next word, without consuming it.
    std::string_view word() {
        const auto text = rest();
        std::size_t end = 0;
        while (end < text.size() && is_word(text[end])) ++end;
        return text.substr(0, end);
    }

    bool accept_word(std::string_view wanted) {
        const auto next = word();
        if (!equals_ignoring_case(next, wanted)) return false;
        at_ += next.size();
        return true;
    }

    bool accept(char wanted) {
        if (!rest().starts_with(wanted)) return false;
        ++at_;
        return true;
    }

    // Parts joined by `keyword`.
    template <class Part>
    Result<Filter> joined(Filter::Kind kind, std::string_view keyword, int level, Part part) {
        auto first = (this->*part)(level);
        if (!first) return first;
        Filter filter{.kind = kind, .parts = {}};
        filter.parts.push_back(*std::move(first));
        while (accept_word(keyword)) {
            auto next = (this->*part)(level);
            if (!next) return next;
            filter.parts.push_back(*std::move(next));
        }
        if (filter.parts.size() > 1) return filter;
        Filter only = std::move(filter.parts.front());
        return only;
    }

    Result<Filter> any_of(int level) {
        return joined(Filter::Kind::any_of, "or", level, &Parser::all_of);
    }
    Result<Filter> all_of(int level) {
        return joined(Filter::Kind::all_of, "and", level, &Parser::term);
    }

    Result<Filter> term(int level) {
        if (level == kMostLevels) return wrong("the parentheses are nested too deep");
        if (accept_word("not")) return none_of(term(level + 1));
        if (!accept('(')) return comparison();
        auto inner = any_of(level + 1);
        if (inner && !accept(')')) return wrong("')' is expected");
        return inner;
    }

    static Result<Filter> none_of(Result<Filter> inner) {
        if (!inner) return inner;
        Filter filter{.kind = Filter::Kind::none_of, .parts = {}};
        filter.parts.push_back(*std::move(inner));
        return filter;
    }

    Result<Filter> comparison() {
        if (++comparisons_ > kMostComparisons) return wrong("it has too many comparisons");
        if (accept_word("startsWith")) return starts_with();
        const auto name = property();
        if (!name) return std::unexpected(name.error());
        if (accept_word("eq")) return equals(*name);
        if (accept_word("ne")) return none_of(equals(*name));
        if (accept_word("in")) return in(*name);
        return wrong("'eq', 'ne' or 'in' is expected");
    }

    Result<std::string> property() {
        const auto name = word();
        if (name.empty()) return wrong("a property is expected");
        if (types_(name) == FilterType::none)
            return wrong("a property that can be compared is expected");
        at_ += name.size();
        return std::string(name);
    }

    Result<Value> value(std::string_view name) {
        if (accept_word("null")) return Value(std::string());
        const bool boolean = types_(name) == FilterType::boolean;
        if (boolean && accept_word("true")) return Value(true);
        if (boolean && accept_word("false")) return Value(false);
        if (boolean) return wrong(fmt::format("true or false is expected for {}", name));
        return text_value(name);
    }

    // 'text', in which two quotes mean one.
    Result<Value> text_value(std::string_view name) {
        if (!accept('\''))
            return wrong(fmt::format("a text in single quotes is expected for {}", name));
        std::string value;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (value.size() == kLongestText && c != '\'')
                return wrong(fmt::format("a text of at most {} bytes is expected", kLongestText));
            if (c != '\'') {
                value += c;
                continue;
            }
            if (at_ == text_.size() || text_[at_] != '\'') return Value(std::move(value));
            value += '\'';
            ++at_;
        }
        return wrong("the closing quote is missing");
    }

    Result<Filter> equals(const std::string& name) {
        auto operand = value(name);
        if (!operand) return std::unexpected(std::move(operand.error()));
        return Filter{.kind = Filter::Kind::equals,
                      .property = name,
                      .value = *std::move(operand),
                      .parts = {}};
    }

    Result<Filter> in(const std::string& name) {
        if (!accept('(')) return wrong("'(' is expected");
        Filter filter{.kind = Filter::Kind::any_of, .parts = {}};
        do {
            if (++comparisons_ > kMostComparisons) return wrong("it has too many comparisons");
            auto one = equals(name);
            if (!one) return one;
            filter.parts.push_back(*std::move(one));
        } while (accept(','));
        if (!accept(')')) return wrong("',' or ')' is expected");
        return filter;
    }

    Result<Filter> starts_with() {
        if (!accept('(')) return wrong("'(' is expected");
        const auto name = property();
        if (!name) return std::unexpected(name.error());
        if (types_(*name) != FilterType::text)
            return wrong(fmt::format("startsWith compares texts; {} is none", *name));
        if (!accept(',')) return wrong("',' is expected");
        auto prefix = text_value(*name);
        if (!prefix) return std::unexpected(std::move(prefix.error()));
        if (!accept(')')) return wrong("')' is expected");
        return Filter{.kind = Filter::Kind::starts_with,
                      .property = *name,
                      .value = *std::move(prefix),
                      .parts = {}};
    }

    std::string_view text_;
    FilterTypes types_;
    std::size_t at_ = 0;
    int comparisons_ = 0;
};

}  // namespace

Result<Filter> parse_filter(std::string_view text, FilterTypes types) {
    return Parser(text, types).whole();
}

}  // namespace cameo::graph
