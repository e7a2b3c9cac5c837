#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace cameo::ops {

// Whether a line may be dropped where its destination does not take lines fast enough.
enum class Loss : std::uint8_t { allowed, refused };

// Lines to standard output or to a file. Each thread appends to a buffer of its own; one thread
// collects the buffers every 20 ms and writes up to 64 KB at once. What cannot be written (a full
// disk, a pipe that is not read) waits and is tried again each second; the failure is reported once
// on standard error, and after it a line of the log has the number of dropped lines. The
// lines of one thread keep their order. Memory: at most 2 MB for each thread that writes, and 16 MB
// for lines that may not be dropped. Thread-safe.
class LineLog {
  public:
    struct Counts {
        std::uint64_t dropped_lines = 0;
        std::uint64_t write_failures = 0;  // calls that failed, an unread pipe aside
    };

    static std::unique_ptr<LineLog> to_stdout();
    // Appends to the file, which is made readable by its owner only. A FIFO needs no reader.
    // Fault::internal where the file cannot be opened.
    static Result<std::unique_ptr<LineLog>> to_file(const std::filesystem::path& file);
    // Writes what waits, for at most a second, and says on standard error how many lines were lost.
    // No other thread may write any more.
    ~LineLog();
    LineLog(const LineLog&) = delete;
    LineLog& operator=(const LineLog&) = delete;

    // `line` has no line end. With Loss::allowed it never blocks: the line is dropped and counted
    // where 1 MB of this thread's lines wait. With Loss::refused it blocks while 16 MB of such
    // lines wait, so it is not for an I/O thread.
    void write(std::string_view line, Loss loss);

    // False while 8 MB of lines that may not be dropped wait: nothing that needs such a line should
    // be begun.
    bool has_room() const;

    // Whether all lines that were written before the call were handed to the kernel in time.
    bool flush(Deadline deadline);

    // Opens the file again by its name, for one that was renamed; what waits is written there. Does
    // nothing for standard output. Where the file cannot be opened, the old one stays in use.
    void reopen();

    Counts counts() const;

  private:
    class Writer;
    explicit LineLog(std::unique_ptr<Writer> writer);
    std::unique_ptr<Writer> writer_;
};

}  // namespace cameo::ops
