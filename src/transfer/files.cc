#include "transfer/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/encoding.h"
#include "base/file.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

// The current bytes of the file, which may be fewer than `size`.
Result<Bytes> read_all(int descriptor, std::size_t size, const fs::path& file) {
    Bytes bytes(size);
    std::size_t have = 0;
    while (have < size) {
        const auto got = ::read(descriptor, bytes.data() + have, size - have);
        if (got < 0 && errno != EINTR) return std::unexpected(system_error("cannot read", file));
        if (got == 0) break;
        if (got > 0) have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
}

struct Opened {
    Descriptor descriptor;
    std::size_t size;
};

Result<Opened> open_to_read(const fs::path& file) {
    // NONBLOCK: opening a FIFO of that name must not block.
    Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat about{};
    if (!opened.is_open() || ::fstat(opened.number(), &about) != 0)
        return std::unexpected(system_error("cannot read", file));
    if (!S_ISREG(about.st_mode))
        return fail(Fault::internal, fmt::format("{} is not a file", file.native()));
    return Opened{std::move(opened), static_cast<std::size_t>(about.st_size)};
}

}  // namespace

Result<Bytes> read_upload(const fs::path& file, std::size_t limit) {
    auto opened = open_to_read(file);
    if (!opened) return fail(Fault::malformed, std::move(opened.error().detail));
    if (opened->size > limit)
        return fail(Fault::too_large, fmt::format("The file has {} bytes; at most {} are allowed.",
                                                  opened->size, limit));
    auto bytes = read_all(opened->descriptor.number(), opened->size, file);
    if (!bytes) return fail(Fault::malformed, std::move(bytes.error().detail));
    return bytes;
}

Result<Bytes> read_file(const fs::path& file) {
    auto opened = open_to_read(file);
    if (!opened) return std::unexpected(std::move(opened.error()));
    return read_all(opened->descriptor.number(), opened->size, file);
}

Result<void> sync_file_system(const fs::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open() && ::syncfs(opened.number()) == 0) return {};
    return std::unexpected(system_error("cannot write to disk", folder));
}

Result<void> make_private_folders(const fs::path& folder) {
    if (folder.empty() || ::mkdir(folder.c_str(), 0700) == 0) return {};
    if (errno == ENOENT && folder.has_relative_path()) {
        if (auto above = make_private_folders(folder.parent_path()); !above) return above;
        if (::mkdir(folder.c_str(), 0700) == 0) return {};
    }
    std::error_code error;
    if (errno == EEXIST && fs::is_directory(folder, error)) return {};
    return std::unexpected(system_error("cannot make the folder", folder));
}

Result<std::string> sha256_of_file(const fs::path& file) {
    auto opened = open_to_read(file);
    if (!opened) return std::unexpected(std::move(opened.error()));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(),
                                                                       EVP_MD_CTX_free);
    if (!hash || EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) != 1)
        return fail(Fault::internal, "SHA-256 is not available");
    constexpr std::size_t kChunk = 1 << 20;
    while (true) {
        const auto chunk = read_all(opened->descriptor.number(), kChunk, file);
        if (!chunk) return std::unexpected(chunk.error());
        if (chunk->empty()) break;
        EVP_DigestUpdate(hash.get(), chunk->data(), chunk->size());
    }
    std::array<std::uint8_t, 32> digest{};
    EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr);
    return to_hex(digest);
}

}  // namespace cameo::transfer
