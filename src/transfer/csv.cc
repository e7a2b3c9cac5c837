#include "transfer/csv.h"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"

namespace cameo::transfer {
namespace {

constexpr std::size_t kChunk = 65'536;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kMaxFields = 1'000;  // columns of one row

// Excel uses semicolons in locales with a decimal comma.
char delimiter_of(std::string_view start) {
    const auto line = start.substr(0, start.find_first_of("\r\n"));
    char best = ',';
    for (const char candidate : {';', '\t'})
        if (std::ranges::count(line, candidate) > std::ranges::count(line, best)) best = candidate;
    return best;
}

// Excel's first line `sep=;`, with or without quotes: the separator.
std::optional<char> separator_line(std::string_view line) {
    if (line.starts_with('"') && line.ends_with('"') && line.size() >= 2)
        line = line.substr(1, line.size() - 2);
    constexpr std::string_view kName = "sep=";
    if (line.size() != kName.size() + 1 ||
        !equals_ignoring_case(line.substr(0, kName.size()), kName))
        return std::nullopt;
    return line.back();
}

// Export-Csv of Windows PowerShell writes the type of its objects before the header.
bool is_type_line(std::string_view line) {
    return line.starts_with("#TYPE ") || line.starts_with("\"#TYPE ");
}

// Removes the lines before the header, and gives the separator of the rest.
char take_preamble(std::string_view& text) {
    std::optional<char> separator;
    const auto skip_line_ends = [&] {
        text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
    };
    skip_line_ends();
    while (true) {
        const auto line = text.substr(0, text.find_first_of("\r\n"));
        const auto said = separator_line(line);
        if (!said && !is_type_line(line)) break;
        if (said) separator = said;
        text.remove_prefix(line.size());
        skip_line_ends();
    }
    return separator.value_or(delimiter_of(text));
}

enum class Encoding : std::uint8_t { bytes, utf16_le, utf16_be, utf32 };

struct FoundEncoding {
    Encoding encoding = Encoding::bytes;
    std::size_t mark = 0;  // bytes of the byte order mark
};

// By the byte order mark; without one, by the zero byte of the header's first letter.
FoundEncoding encoding_of(std::string_view start) {
    using std::string_view_literals::operator""sv;
    if (start.starts_with(kByteOrderMark)) return {Encoding::bytes, kByteOrderMark.size()};
    if (start.starts_with("\xff\xfe\0\0"sv) || start.starts_with("\0\0\xfe\xff"sv))
        return {Encoding::utf32, 4};
    if (start.starts_with("\xff\xfe")) return {Encoding::utf16_le, 2};
    if (start.starts_with("\xfe\xff")) return {Encoding::utf16_be, 2};
    if (start.size() >= 2 && start[0] == '\0' && start[1] != '\0') return {Encoding::utf16_be, 0};
    if (start.size() >= 2 && start[0] != '\0' && start[1] == '\0') return {Encoding::utf16_le, 0};
    return {};
}

// UTF-16 to UTF-8, in pieces that may end within a character.
class Utf16Decoder {
  public:
    explicit Utf16Decoder(bool big_endian) : big_endian_(big_endian) {}

    // False for a surrogate without its other half.
    bool append(std::string_view bytes, std::string& out) {
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            if (!half_) {
                half_ = byte;
                continue;
            }
            const auto unit =
                static_cast<std::uint32_t>(big_endian_ ? *half_ << 8 | byte : byte << 8 | *half_);
            half_.reset();
            if (!append_unit(unit, out)) return false;
        }
        return true;
    }
    // Whether the text may end here.
    bool is_complete() const { return !half_ && high_ == 0; }

  private:
    bool append_unit(std::uint32_t unit, std::string& out) {
        const bool is_low = unit >= 0xdc00 && unit < 0xe000;
        if (is_low != (high_ != 0)) return false;
        if (unit >= 0xd800 && unit < 0xdc00) {
            high_ = unit;
            return true;
        }
        append_utf8(out, is_low ? 0x10000 + ((high_ - 0xd800) << 10) + (unit - 0xdc00) : unit);
        high_ = 0;
        return true;
    }

    bool big_endian_;
    std::optional<unsigned char> half_;  // the first byte of a code unit
    std::uint32_t high_ = 0;             // the first surrogate of a pair; 0 for none
};

}  // namespace

struct CsvReader::Parser {
    Parser() { csv_init(&state, CSV_STRICT | CSV_STRICT_FINI); }
    ~Parser() { csv_free(&state); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    static void on_field(void* text, std::size_t length, void* self) {
        auto& parser = *static_cast<Parser*>(self);
        if (parser.fields.size() >= kMaxFields) parser.has_too_many = true;
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
    std::optional<Utf16Decoder> utf16;
    std::string decoded;  // of the chunk
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
    const auto wrong = [&](std::string_view what) {
        return fail(Fault::malformed,
                    fmt::format("row {} of the CSV file {}", parser.count + 1, what));
    };
    const bool first = !std::exchange(parser.started, true);
    if (first) {
        const auto [encoding, mark] = encoding_of(chunk);
        if (encoding == Encoding::utf32)
            return fail(Fault::malformed, "the CSV file is in UTF-32; save it as UTF-8");
        if (encoding != Encoding::bytes) parser.utf16.emplace(encoding == Encoding::utf16_be);
        chunk.remove_prefix(mark);
    }
    if (parser.utf16) {
        parser.decoded.clear();
        const bool whole = parser.utf16->append(chunk, parser.decoded) &&
                           (!stream_.eof() || parser.utf16->is_complete());
        if (!whole) return wrong("is not valid UTF-16, as the start of the file is");
        chunk = parser.decoded;
    }
    if (first) csv_set_delim(&parser.state, static_cast<unsigned char>(take_preamble(chunk)));
    if (csv_parse(&parser.state, chunk.data(), chunk.size(), Parser::on_field, Parser::on_row,
                  &parser) != chunk.size())
        return wrong(fmt::format("cannot be read: {}", csv_strerror(csv_error(&parser.state))));
    if (csv_get_buffer_size(&parser.state) > longest_field_ + kChunk)
        return wrong(fmt::format("has a field of over {} bytes", longest_field_));
    if (parser.has_too_many) return wrong(fmt::format("has over {} fields", kMaxFields));
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

}  // namespace cameo::transfer
