#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace cameo::ops {

// The output of a log: standard output, a file or a FIFO. A pipe without an active reader does not
// block the caller. For one thread.
class LogOutput {
  public:
    static LogOutput standard();
    // Appends to the file, which is created with access for its owner only. Fault::internal if it
    // cannot be opened.
    static Result<LogOutput> file(const std::filesystem::path& file);

    // Returns the number of written bytes; 0 if none can be written now: then wait(). The error is
    // an errno.
    std::expected<std::size_t, int> write(std::string_view bytes);
    // Returns when more bytes can be written, or after that time.
    void wait(std::chrono::milliseconds time) const;
    // Opens the file again by its name; nothing for standard output. On an error the old one stays.
    Result<void> reopen();

    // For messages.
    const std::string& name() const { return name_; }

  private:
    LogOutput(Descriptor descriptor, std::string name, std::filesystem::path file);

    Descriptor descriptor_;
    std::string name_;
    std::filesystem::path file_;  // empty for standard output
    bool may_block_;
};

}  // namespace cameo::ops
