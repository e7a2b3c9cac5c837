#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <fstream>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace cameo::transfer {

// One record of a CSV file after the other (RFC 4180), in bounded memory. Takes a byte order mark,
// any line ending, and the comma, semicolon or tab that its first line has more of. Lines that are
// empty are passed over. One thread at a time.
class CsvReader {
  public:
    struct Row {
        std::size_t number = 0;  // from 1, the header's
        std::vector<std::string> fields;
    };

    // `longest_field` in bytes. Borrows the stream.
    CsvReader(std::istream& stream, std::size_t longest_field);
    ~CsvReader();
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;

    // nullopt at the end. Fault::malformed, with the row, where quotes are misplaced or a field is
    // too long; nothing can be read behind that.
    Result<std::optional<Row>> next();

  private:
    struct Parser;
    Result<void> read_more();

    std::istream& stream_;
    std::size_t longest_field_;
    std::unique_ptr<Parser> parser_;
};

// `text` as one field of a CSV file: in quotes where it must be.
std::string csv_field(std::string_view text);

}  // namespace cameo::transfer
