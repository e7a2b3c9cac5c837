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

// Reads a CSV file (RFC 4180) record by record, in bounded memory. Accepts UTF-8, and UTF-16 with
// or without a byte order mark, any line ending, and as separator the comma, semicolon or tab that
// is most frequent in the first line. Skips empty lines, and before the header Excel's `sep=;` and
// PowerShell's `#TYPE`. One thread at a time.
class CsvReader {
  public:
    struct Row {
        std::size_t number = 0;  // from 1, the header's
        std::vector<std::string> fields;
    };

    // `longest_field`: in bytes. Borrows the stream.
    CsvReader(std::istream& stream, std::size_t longest_field);
    ~CsvReader();
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;

    // nullopt at the end. Fault::malformed, with the row, if quotes are misplaced, a field is too
    // long or the text is not valid UTF-16; reading cannot continue after that. The fields of a
    // UTF-16 file are in UTF-8, those of any other as they are.
    Result<std::optional<Row>> next();

  private:
    struct Parser;
    Result<void> read_more();

    std::istream& stream_;
    std::size_t longest_field_;
    std::unique_ptr<Parser> parser_;
};

}  // namespace cameo::transfer
