#include "graph/filter_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"
#include "graph/entity_schema.h"

namespace cameo::graph {
namespace {

using directory::Filter;
using Value = decltype(Filter::value);

constexpr int kMaxLevels = 20;
constexpr int kMaxComparisons = 100;
constexpr std::size_t kLongestText = 4096;  // bytes; no comparable property is longer

bool is_word(char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           c == '.';
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

// Recursive descent, one function for each rule. Each advances `at_` past what it parsed.
class Parser {
  public:
    Parser(std::string_view text, FilterProperties properties, FilterDialect dialect)
        : text_(text), properties_(properties), dialect_(dialect) {}

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

    std::unexpected<Error> unsupported(std::string_view what) {
        return fail(Fault::unsupported_query,
                    fmt::format("The query option $filter is not supported at position {}: {}.",
                                at_ + 1, what));
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
        auto first = part(level);
        if (!first) return first;
        Filter filter{.kind = kind, .parts = {}};
        filter.parts.push_back(*std::move(first));
        while (accept_word(keyword)) {
            auto next = part(level);
            if (!next) return next;
            filter.parts.push_back(*std::move(next));
        }
        if (filter.parts.size() > 1) return filter;
        Filter only = std::move(filter.parts.front());
        return only;
    }

    Result<Filter> any_of(int level) {
        return joined(Filter::Kind::any_of, "or", level, [this](int next) { return all_of(next); });
    }
    Result<Filter> all_of(int level) {
        return joined(Filter::Kind::all_of, "and", level, [this](int next) { return term(next); });
    }

    Result<Filter> term(int level) {
        if (level == kMaxLevels) return wrong("the parentheses are nested too deep");
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
        if (++comparisons_ > kMaxComparisons) return wrong("it has too many comparisons");
        for (const auto& [name, kind] : kFunctions)
            if (accept_word(name)) return function(name, kind);
        const auto property = named_property();
        if (!property) return std::unexpected(property.error());
        if (is_list(property->type)) return lambda(*property);
        return operation(*property);
    }

    struct Function {
        std::string_view name;
        Filter::Kind kind;
    };
    static constexpr std::array<Function, 2> kFunctions{
        {{"startsWith", Filter::Kind::starts_with}, {"endsWith", Filter::Kind::ends_with}}};

    static bool is_list(FilterType type) {
        return type == FilterType::texts || type == FilterType::addresses ||
               type == FilterType::team;
    }

    // What a comparison compares: a property, or an item of a list within any().
    struct Operand {
        std::string_view name;
        FilterType type = FilterType::text;
        Filter::Member member = Filter::Member::address;
    };

    Result<Filter> operation(const Operand& operand) {
        if (accept_word("eq")) return compare(operand, Filter::Kind::equals);
        if (operand.type != FilterType::key && accept_word("ne"))
            return none_of(compare(operand, Filter::Kind::equals));
        if (accept_word("in")) return in(operand);
        if (operand.type == FilterType::boolean) return wrong("'eq', 'ne' or 'in' is expected");
        if (operand.type == FilterType::key)
            return unsupported(fmt::format("{} is compared by 'eq' and 'in'", operand.name));
        if (accept_word("ge")) return compare(operand, Filter::Kind::at_least);
        if (accept_word("gt")) return none_of(compare(operand, Filter::Kind::at_most));
        if (accept_word("le")) return present(operand, compare(operand, Filter::Kind::at_most));
        if (accept_word("lt"))
            return present(operand, none_of(compare(operand, Filter::Kind::at_least)));
        return wrong("'eq', 'ne', 'in', 'ge', 'le', 'gt' or 'lt' is expected");
    }

    // null is less than nothing: an absent value equals the empty text, or 1970.
    static Result<Filter> present(const Operand& operand, Result<Filter> filter) {
        if (!filter) return filter;
        auto absent = comparison_of(operand, Filter::Kind::equals, absent_value(operand));
        Filter both{.kind = Filter::Kind::all_of, .parts = {}};
        both.parts.push_back(*std::move(filter));
        both.parts.push_back(*none_of(std::move(absent)));
        return both;
    }

    static Value absent_value(const Operand& operand) {
        return operand.type == FilterType::time ? Value(Instant()) : Value(std::string());
    }

    static Filter comparison_of(const Operand& operand, Filter::Kind kind, Value value) {
        return {.kind = kind,
                .property = std::string(operand.name),
                .value = std::move(value),
                .parts = {},
                .member = operand.member};
    }

    Result<FilterProperty> named_property_of(std::string_view name) {
        if (name.empty()) return wrong("a property is expected");
        const auto property = properties_(name);
        if (property.type == FilterType::none)
            return wrong("a property that can be compared is expected");
        if (property.type == FilterType::kept)
            return unsupported(fmt::format("{} is not compared", property.name));
        return property;
    }

    // The name of the list's type before a property.
    bool accept_type() {
        const auto name = word();
        if (dialect_.type.empty() || !equals_ignoring_case(cast_type(name), dialect_.type))
            return false;
        at_ += name.size();
        return true;
    }

    Result<Operand> named_property() {
        if (accept_type() && !accept('/')) return wrong("'/' is expected");
        const auto name = word();
        const auto property = named_property_of(name);
        if (!property) return std::unexpected(property.error());
        at_ += name.size();
        return Operand{property->name, property->type};
    }

    // `/any(c:c eq 'Unified' or c eq 'x')` behind the name of a list.
    Result<Filter> lambda(const Operand& list) {
        if (!accept('/')) return unsupported("a list is compared by any()");
        if (accept_word("all")) return unsupported("all() is not supported");
        if (!accept_word("any")) return wrong("'any' is expected");
        if (!accept('(')) return wrong("'(' is expected");
        const auto variable = word();
        if (variable.empty()) return unsupported("any() needs a condition");
        at_ += variable.size();
        if (!accept(':')) return wrong("':' is expected");
        auto condition = joined(Filter::Kind::any_of, "or", 0,
                                [&](int) { return item_comparison(list, variable); });
        if (condition && accept_word("and"))
            return unsupported("'and' within any() is not supported");
        if (condition && !accept(')')) return wrong("')' is expected");
        return condition;
    }

    Result<Filter> item_comparison(const Operand& list, std::string_view variable) {
        if (++comparisons_ > kMaxComparisons) return wrong("it has too many comparisons");
        for (const auto& [name, kind] : kFunctions)
            if (accept_word(name)) return item_function(list, variable, kind);
        const auto item = item_of(list, variable);
        if (!item) return std::unexpected(item.error());
        if (accept_word("in")) return in(*item);
        if (!accept_word("eq"))
            return unsupported("within any(), only 'eq', 'in', startsWith and endsWith are");
        return compare(*item, Filter::Kind::equals);
    }

    // The variable, or a member of it: `a/address`.
    Result<Operand> item_of(const Operand& list, std::string_view variable) {
        if (!accept_word(variable)) return wrong(fmt::format("'{}' is expected", variable));
        if (list.type != FilterType::addresses) return list;
        if (!accept('/')) return wrong("'/address' or '/name' is expected");
        Operand item = list;
        if (accept_word("name"))
            item.member = Filter::Member::name;
        else if (!accept_word("address"))
            return wrong("'address' or 'name' is expected");
        return item;
    }

    Result<Filter> item_function(const Operand& list, std::string_view variable,
                                 Filter::Kind kind) {
        if (list.type == FilterType::team)
            return unsupported("within any() of this list, only 'eq' and 'in' are");
        if (!accept('(')) return wrong("'(' is expected");
        const auto item = item_of(list, variable);
        if (!item) return std::unexpected(item.error());
        return function_value(*item, kind);
    }

    Result<Value> value(const Operand& operand) {
        if (accept_word("null")) return absent_value(operand);
        if (operand.type == FilterType::time) return time_value(operand.name);
        const bool boolean = operand.type == FilterType::boolean;
        if (boolean && accept_word("true")) return Value(true);
        if (boolean && accept_word("false")) return Value(false);
        if (boolean) return wrong(fmt::format("true or false is expected for {}", operand.name));
        return text_value(operand.name);
    }

    // `2026-11-30T10:00:00Z`, without quotes; a fraction of a second is optional.
    Result<Value> time_value(std::string_view name) {
        const auto text = rest().substr(0, rest().find_first_of(" ),"));
        const auto time = parse_utc(text);
        if (!time)
            return wrong(
                fmt::format("a time such as 2026-11-30T10:00:00Z is expected for {}", name));
        at_ += text.size();
        return Value(*time);
    }

    // 'text', in which two quotes mean one.
    Result<Value> text_value(std::string_view name) {
        const char quote = dialect_.double_quotes && rest().starts_with('"') ? '"' : '\'';
        if (!accept(quote))
            return wrong(fmt::format("a text in single quotes is expected for {}", name));
        std::string value;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (value.size() == kLongestText && c != quote)
                return wrong(fmt::format("a text of at most {} bytes is expected", kLongestText));
            if (c != quote) {
                value += c;
                continue;
            }
            if (at_ == text_.size() || text_[at_] != quote) return Value(std::move(value));
            value += quote;
            ++at_;
        }
        return wrong("the closing quote is missing");
    }

    Result<Filter> compare(const Operand& operand, Filter::Kind kind) {
        auto wanted = value(operand);
        if (!wanted) return std::unexpected(std::move(wanted.error()));
        if (operand.type == FilterType::team) return team_filter(std::get<std::string>(*wanted));
        return comparison_of(operand, kind, *std::move(wanted));
    }

    // Team is the only value that resourceProvisioningOptions can have.
    static Filter team_filter(std::string_view option) {
        if (!equals_ignoring_case(option, "Team"))
            return {.kind = Filter::Kind::any_of, .parts = {}};
        return {.kind = Filter::Kind::equals, .property = "isTeam", .value = true, .parts = {}};
    }

    Result<Filter> in(const Operand& operand) {
        if (!accept('(')) return wrong("'(' is expected");
        Filter filter{.kind = Filter::Kind::any_of, .parts = {}};
        do {
            if (++comparisons_ > kMaxComparisons) return wrong("it has too many comparisons");
            auto one = compare(operand, Filter::Kind::equals);
            if (!one) return one;
            filter.parts.push_back(*std::move(one));
        } while (accept(','));
        if (!accept(')')) return wrong("',' or ')' is expected");
        return filter;
    }

    // `startsWith(displayName,'a')`, with ` eq true` or ` eq false` behind it.
    Result<Filter> function(std::string_view function_name, Filter::Kind kind) {
        if (!accept('(')) return wrong("'(' is expected");
        const auto property = named_property();
        if (!property) return std::unexpected(property.error());
        if (property->type == FilterType::key)
            return unsupported(fmt::format("{} is compared by 'eq' and 'in'", property->name));
        if (property->type != FilterType::text)
            return wrong(
                fmt::format("{} compares texts; {} is not a text", function_name, property->name));
        auto filter = function_value(*property, kind);
        if (!filter || !accept_word("eq")) return filter;
        if (accept_word("true")) return filter;
        if (accept_word("false")) return none_of(std::move(filter));
        return wrong("true or false is expected");
    }

    Result<Filter> function_value(const Operand& operand, Filter::Kind kind) {
        if (!accept(',')) return wrong("',' is expected");
        auto text = text_value(operand.name);
        if (!text) return std::unexpected(std::move(text.error()));
        if (!accept(')')) return wrong("')' is expected");
        return comparison_of(operand, kind, *std::move(text));
    }

    std::string_view text_;
    FilterProperties properties_;
    FilterDialect dialect_;
    std::size_t at_ = 0;
    int comparisons_ = 0;
};

}  // namespace

Result<Filter> parse_filter(std::string_view text, FilterProperties properties,
                            FilterDialect dialect) {
    return Parser(text, properties, dialect).whole();
}

}  // namespace cameo::graph
