#include "ops/line_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/ids.h"

namespace cameo::ops {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// The longest wait of a test, so that a failure is not a hang.
Deadline timeout() { return deadline_in(60s); }

class LineLogTest : public testing::Test {
  protected:
    void SetUp() override { std::filesystem::create_directory(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path file(const std::string& name = "log") const { return folder_ / name; }
    static std::unique_ptr<LineLog> open(const std::filesystem::path& file) {
        auto log = LineLog::to_file(file);
        EXPECT_TRUE(log) << log.error().detail;
        return std::move(*log);
    }
    static std::string text_of(const std::filesystem::path& file) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }
    static std::vector<std::string> lines_of(const std::filesystem::path& file) {
        std::istringstream text(text_of(file));
        std::vector<std::string> lines;
        for (std::string line; std::getline(text, line);) lines.push_back(line);
        return lines;
    }

    // The number in each line of `text` about dropped lines.
    static std::vector<std::uint64_t> counts_of_drops(std::string_view text) {
        constexpr std::string_view kMark = "\"log\":\"dropped\",\"lines\":";
        std::vector<std::uint64_t> counts;
        for (auto at = text.find(kMark); at != text.npos; at = text.find(kMark, at + 1))
            counts.push_back(std::stoull(std::string(text.substr(at + kMark.size(), 20))));
        return counts;
    }

  private:
    std::filesystem::path folder_ = std::filesystem::temp_directory_path() / new_guid();
};

// Reads a FIFO in a separate thread, from the call of start.
class FifoReader {
  public:
    explicit FifoReader(const std::filesystem::path& file)
        : descriptor_(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}

    void start() {
        thread_ = std::jthread([this](const std::stop_token& ended) { read_until(ended); });
    }
    // The bytes that were read; the log must have ended.
    std::string finish() {
        thread_.request_stop();
        thread_.join();
        return text_;
    }

  private:
    void read_until(const std::stop_token& ended) {
        std::array<char, 65'536> piece{};
        for (;;) {
            const bool last = ended.stop_requested();
            const auto got = ::read(descriptor_.number(), piece.data(), piece.size());
            if (got > 0)
                text_.append(piece.data(), static_cast<std::size_t>(got));
            else if (last)
                return;
            else
                std::this_thread::sleep_for(1ms);
        }
    }

    Descriptor descriptor_;
    std::string text_;
    std::jthread thread_;
};

TEST_F(LineLogTest, AppendsToAPrivateFile) {
    for (int i = 0; i < 2; ++i) open(file())->write("line", Loss::allowed);
    EXPECT_EQ(text_of(file()), "line\nline\n");
    struct stat about{};
    ASSERT_EQ(::stat(file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(LineLogTest, AFileThatCannotBeOpenedIsAnError) {
    const auto log = LineLog::to_file("/nonexistent/audit.log");
    ASSERT_FALSE(log);
    EXPECT_THAT(log.error().detail, HasSubstr("/nonexistent/audit.log"));
}

TEST_F(LineLogTest, LinesOfEachThreadAreWrittenInOrder) {
    constexpr int kThreads = 8;
    constexpr int kLines = 5'000;
    {
        const auto log = open(file());
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&log, t] {
                for (int i = 0; i < kLines; ++i)
                    log->write(std::to_string(t) + ' ' + std::to_string(i),
                               i % 2 == 0 ? Loss::allowed : Loss::refused);
            });
        threads.clear();
        EXPECT_EQ(log->counts().dropped_lines, 0U);
    }
    std::array<int, kThreads> next{};
    for (const auto& line : lines_of(file())) {
        const auto thread = static_cast<std::size_t>(line.front() - '0');
        EXPECT_EQ(line.substr(2), std::to_string(next[thread]++));
    }
    for (const int lines : next) EXPECT_EQ(lines, kLines);
}

TEST_F(LineLogTest, FlushReturnsWhenTheLinesAreInTheFile) {
    const auto log = open(file());
    for (int i = 0; i < 20; ++i) {
        log->write("line", Loss::allowed);
        ASSERT_TRUE(log->flush(timeout()));
        ASSERT_EQ(lines_of(file()).size(), static_cast<std::size_t>(i) + 1);
    }
}

TEST_F(LineLogTest, ALineAfterALongPauseIsWritten) {
    const auto log = open(file());
    log->write("first", Loss::allowed);
    std::this_thread::sleep_for(1'200ms);  // the writing thread sleeps by now
    log->write("second", Loss::allowed);
    const auto end = timeout();
    while (lines_of(file()).size() < 2 && !has_passed(end)) std::this_thread::sleep_for(1ms);
    EXPECT_THAT(lines_of(file()), ElementsAre("first", "second"));
}

TEST_F(LineLogTest, AnUnreadFifoNeitherBlocksNorGrowsAndDropsAreCounted) {
    ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
    FifoReader reader(file());
    std::uint64_t dropped = 0;
    constexpr std::size_t kLines = 40'000;
    {
        const auto log = open(file());
        const std::string line(200, 'x');
        for (std::size_t i = 0; i < kLines; ++i) log->write(line, Loss::allowed);
        dropped = log->counts().dropped_lines;
        EXPECT_GT(dropped, 0U);
        EXPECT_FALSE(log->flush(deadline_in(50ms)));
        reader.start();
        EXPECT_TRUE(log->flush(timeout()));
        EXPECT_TRUE(log->flush(timeout()));  // the lines that filled the buffer
    }
    const auto text = reader.finish();
    // There is one line with a count for each round of the writing thread with new drops.
    const auto told = counts_of_drops(text);
    EXPECT_EQ(std::accumulate(told.begin(), told.end(), std::uint64_t{0}), dropped);
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')),
              kLines - dropped + told.size());
}

TEST_F(LineLogTest, AFifoWithoutAReaderOpensAndItsLogEnds) {
    ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
    const auto log = open(file());
    const std::string line(1'000, 'x');
    for (int i = 0; i < 200; ++i) log->write(line, Loss::allowed);
    EXPECT_FALSE(log->flush(deadline_in(50ms)));
}

TEST_F(LineLogTest, ALineThatMustBeKeptWaitsForSpaceAndIsNotLost) {
    ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
    FifoReader reader(file());
    constexpr int kLines = 20'000;
    const std::string padding(1'000, 'x');
    std::atomic<int> written = 0;
    {
        const auto log = open(file());
        std::jthread writer([&] {
            for (int i = 0; i < kLines; ++i) {
                log->write(std::to_string(i) + ' ' + padding, Loss::refused);
                written = i + 1;
            }
        });
        const auto end = timeout();
        while (log->has_room() && !has_passed(end)) std::this_thread::sleep_for(1ms);
        int before = -1;  // until it no longer changes: the writer waits
        while (std::exchange(before, written.load()) != written) std::this_thread::sleep_for(50ms);
        EXPECT_FALSE(log->has_room());
        EXPECT_LT(before, kLines);
        log->write("of a read", Loss::allowed);  // another thread is not blocked
        reader.start();
        writer.join();
        EXPECT_TRUE(log->flush(timeout()));
        EXPECT_TRUE(log->has_room());
        EXPECT_EQ(log->counts().dropped_lines, 0U);
    }
    std::istringstream text(reader.finish());
    int next = 0;
    for (std::string line; std::getline(text, line);)
        if (line != "of a read") EXPECT_EQ(std::stoi(line), next++);
    EXPECT_EQ(next, kLines);
}

TEST_F(LineLogTest, LinesRefusedByAFullDiskAreWrittenLater) {
    std::filesystem::create_symlink("/dev/full", file());
    testing::internal::CaptureStderr();
    std::string told;
    {
        const auto log = open(file());
        log->write("kept", Loss::refused);
        const auto end = timeout();
        while (log->counts().write_failures < 2 && !has_passed(end))
            std::this_thread::sleep_for(1ms);
        log->write("later", Loss::allowed);
        std::filesystem::remove(file());
        log->reopen();
        EXPECT_TRUE(log->flush(timeout()));
        EXPECT_TRUE(log->flush(timeout()));
        told = testing::internal::GetCapturedStderr();
    }
    EXPECT_THAT(lines_of(file()), ElementsAre("kept", "later"));
    EXPECT_THAT(told, HasSubstr("No space left on device"));
    EXPECT_EQ(told.find("No space left"), told.rfind("No space left")) << "told once";
    EXPECT_THAT(told, HasSubstr("can be written again"));
}

TEST_F(LineLogTest, LinesThatCannotBeWrittenAtTheEndAreReported) {
    testing::internal::CaptureStderr();
    {
        const auto log = open("/dev/full");
        for (int i = 0; i < 3; ++i) log->write("line", Loss::allowed);
    }
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                HasSubstr("3 lines of the log /dev/full are lost"));
}

TEST_F(LineLogTest, ReopensTheFileByItsName) {
    const auto log = open(file());
    log->write("before", Loss::allowed);
    ASSERT_TRUE(log->flush(timeout()));
    std::filesystem::rename(file(), file("log.1"));
    log->reopen();
    log->write("after", Loss::allowed);
    ASSERT_TRUE(log->flush(timeout()));
    EXPECT_THAT(lines_of(file("log.1")), ElementsAre("before"));
    EXPECT_THAT(lines_of(file()), ElementsAre("after"));
}

TEST_F(LineLogTest, ThreadsAndLogsThatHaveEndedLeakNothing) {
    for (int i = 0; i < 20; ++i) {
        const auto log = open(file());
        std::jthread([&] { log->write("other", Loss::allowed); }).join();
        log->write("own", Loss::allowed);
    }
    const auto lines = lines_of(file());
    EXPECT_EQ(std::ranges::count(lines, "other"), 20);
    EXPECT_EQ(std::ranges::count(lines, "own"), 20);
}

}  // namespace
}  // namespace cameo::ops
