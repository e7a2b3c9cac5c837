#include "transfer/csv.h"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cameo::transfer {
namespace {

constexpr std::size_t kChunk = 65'536;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kMostFields = 1'000;  // columns of one row

// Excel uses semicolons in locales with a decimal comma.
char delimiter_of(std::string_view start) {
    const auto line = start.substr(0, start.find_first_of("\r\n"));
    char best = ',';
    for (const char candidate : {';', '\t'})
        if (std::ranges::count(line, candidate) > std::ranges::count(line, best)) best = candidate;
    return best;
}

}  // namespace

struct CsvReader::Parser {
    Parser() { csv_init(&state, CSV_STRICT | CSV_STRICT_FINI); }
    ~Parser() { csv_free(&state); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    static void on_field(void* text, std::size_t length, void* self) {
        auto& parser = *static_cast<Parser*>(self);
        if (parser.fields.size() >= kMostFields) parser.has_too_many = true;
        if (!parser.has_too_many)
            parser.fields.emplace_back(static_cast<const char*>(text), length);
    }
    static void on_row(int /*end*/, void* self) {
        auto& parser = *static_cast<Parser*>(self);
        parser.rows.push_back({++parser.count, std::exchange(parser.fields, {})});
    }

    csv_parser state{};
    std::vector<std::string> fields;  // of the row that is being read
    bool has_too_many = false;
    std::size_t count = 0;  // rows that are complete
    std::deque<Row> rows;
    bool started = false;
    bool ended = false;
};

CsvReader::CsvReader(std::istream& stream, std::size_t longest_field)
    : stream_(stream), longest_field_(longest_field), parser_(std::make_unique<Parser>()) {}

CsvReader::~CsvReader() = default;

Result<void> CsvReader::read_more() {
    Parser& parser = *parser_;
    std::array<char, kChunk> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into
    stream_.read(buffer.data(), buffer.size());
    std::string_view chunk(buffer.data(), static_cast<std::size_t>(stream_.gcount()));
    if (!std::exchange(parser.started, true)) {
        if (chunk.starts_with(kByteOrderMark)) chunk.remove_prefix(kByteOrderMark.size());
        csv_set_delim(&parser.state, static_cast<unsigned char>(delimiter_of(chunk)));
    }
    const auto wrong = [&](std::string_view what) {
        return fail(Fault::malformed,
                    fmt::format("row {} of the CSV file {}", parser.count + 1, what));
    };
    if (csv_parse(&parser.state, chunk.data(), chunk.size(), Parser::on_field, Parser::on_row,
                  &parser) != chunk.size())
        return wrong(fmt::format("cannot be read: {}", csv_strerror(csv_error(&parser.state))));
    if (csv_get_buffer_size(&parser.state) > longest_field_ + kChunk)
        return wrong(fmt::format("has a field of over {} bytes", longest_field_));
    if (parser.has_too_many) return wrong(fmt::format("has over {} fields", kMostFields));
    if (stream_.bad()) return fail(Fault::internal, "the CSV file cannot be read");
    if (!stream_.eof()) return {};
    parser.ended = true;
    if (csv_fini(&parser.state, Parser::on_field, Parser::on_row, &parser) != 0)
        return wrong("has a quoted field that does not end");
    return {};
}

Result<std::optional<CsvReader::Row>> CsvReader::next() {
    Parser& parser = *parser_;
    while (parser.rows.empty()) {
        if (parser.ended) return std::nullopt;
        if (auto read = read_more(); !read) {
            parser.ended = true;
            return std::unexpected(std::move(read.error()));
        }
    }
    Row row = std::move(parser.rows.front());
    parser.rows.pop_front();
    return row;
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n;\t") == std::string_view::npos) return std::string(text);
    std::string quoted(2 * text.size() + 2, '\0');
    quoted.resize(csv_write(quoted.data(), quoted.size(), text.data(), text.size()));
    return quoted;
}

}  // namespace cameo::transfer
