#pragma once

#include "store/files/file_system.h"

namespace cameo::store::files {

// The operating system's. Holds no state.
class RealFileSystem final : public FileSystem {
  public:
    Result<void> make_folder(const std::filesystem::path& folder) override;
    Result<void> sync_folder(const std::filesystem::path& folder) override;
    Result<std::unique_ptr<NewFile>> create(const std::filesystem::path& file) override;
    Result<void> rename(const std::filesystem::path& from,
                        const std::filesystem::path& to) override;
    Result<bool> touch(const std::filesystem::path& file) override;
    Result<void> remove(const std::filesystem::path& file) override;
    Result<std::optional<Bytes>> read(const std::filesystem::path& file, std::uint64_t offset,
                                      std::uint64_t length) override;
    Result<std::optional<std::uint64_t>> length(const std::filesystem::path& file) override;
    Result<bool> has_folder(const std::filesystem::path& folder) override;
    Result<std::vector<Object>> list(const std::filesystem::path& folder) override;
};

}  // namespace cameo::store::files
