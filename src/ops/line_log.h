#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace cameo::ops {

// Whether a line may be dropped if its destination does not accept lines fast enough.
enum class Loss : std::uint8_t { allowed, refused };

// Writes lines to standard output or to a file. Each thread appends to its own buffer; one thread
// collects the buffers every 20 ms and writes up to 64 KB at once. Lines that cannot be written (a
// full disk, a pipe without a reader) are queued and written again each second. The failure is
// reported once on standard error, and after it a line of the log has the number of dropped lines.
// The lines of one thread keep their order. Memory: at most 2 MB for each thread that writes, and
// 16 MB for lines that must not be dropped. Thread-safe.
class LineLog {
  public:
    struct Counts {
        std::uint64_t dropped_lines = 0;
        std::uint64_t write_failures = 0;  // failed calls, except for an unread pipe
    };

    static std::unique_ptr<LineLog> to_stdout();
    // Appends to the file, which is created with access for its owner only. A FIFO needs no reader.
    // Fault::internal if the file cannot be opened.
    static Result<std::unique_ptr<LineLog>> to_file(const std::filesystem::path& file);
    // Writes the queued lines, for at most a second, and reports the number of lost lines on
    // standard error. No other thread may write any more.
    ~LineLog();
    LineLog(const LineLog&) = delete;
    LineLog& operator=(const LineLog&) = delete;

    // `line` has no line end. With Loss::allowed it never blocks: the line is dropped and counted
    // if 1 MB of this thread's lines are queued. With Loss::refused it blocks while 16 MB of such
    // lines are queued, so it must not be called on an I/O thread.
    void write(std::string_view line, Loss loss);

    // False while 8 MB of lines that must not be dropped are queued: then nothing that needs such a
    // line should begin.
    bool has_room() const;

    // Whether all lines that were written before the call were handed to the kernel in time.
    bool flush(Deadline deadline);

    // Opens the file again by its name, after a rename; queued lines are written to the new file.
    // Does nothing for standard output. If the file cannot be opened, the old one stays in use.
    void reopen();

    Counts counts() const;

  private:
    class Writer;
    explicit LineLog(std::unique_ptr<Writer> writer);
    std::unique_ptr<Writer> writer_;
};

}  // namespace cameo::ops
