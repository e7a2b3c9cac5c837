#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

namespace cameo::ops {

// Lines to standard output or to a file, written by a thread of its own, so that a slow reader does
// not slow the server. Thread-safe.
class LineLog {
  public:
    // To standard output; when 8,192 lines wait, the oldest are dropped.
    static std::unique_ptr<LineLog> to_stdout();
    // Appends to the file, which is made readable by its owner only; nothing is dropped: when 8,192
    // lines wait, so does the writer. Fault::internal where the file cannot be opened.
    static Result<std::unique_ptr<LineLog>> to_file(const std::filesystem::path& file);
    ~LineLog();  // writes what waits
    LineLog(const LineLog&) = delete;
    LineLog& operator=(const LineLog&) = delete;

    void write(const std::string& line);

  private:
    struct State;
    explicit LineLog(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace cameo::ops
