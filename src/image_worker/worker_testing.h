#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "image_worker/worker_renderer.h"

namespace cameo::image_worker {

// Paths of the built worker program, and of worker_program_testing.cc.
extern const char* const kWorkerProgram;
extern const char* const kTestWorkerProgram;

// Runs the built worker program.
inline WorkerRenderer::Settings real_worker(std::size_t workers = 1) {
    return {.program = kWorkerProgram, .workers = workers};
}

// A folder with links to the test worker; the name of a link is the behaviour of the worker.
class WorkerTest : public testing::Test {
  protected:
    void SetUp() override { std::filesystem::create_directories(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    const std::filesystem::path& folder() const { return folder_; }

    // One worker of that behaviour, with its log.
    WorkerRenderer::Settings test_worker(const std::string& name) {
        const auto link = folder_ / name;
        if (!exists(symlink_status(link)))
            std::filesystem::create_symlink(kTestWorkerProgram, link);
        WorkerRenderer::Settings settings{.program = link, .workers = 1};
        settings.process.log = [this](std::string_view line) {
            const std::lock_guard lock(mutex_);
            logged_.emplace_back(line);
        };
        return settings;
    }

    std::vector<std::string> logged() {
        const std::lock_guard lock(mutex_);
        return logged_;
    }

  private:
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("cameo_workers_" + std::to_string(getpid()));
    std::mutex mutex_;
    std::vector<std::string> logged_;
};

}  // namespace cameo::image_worker
