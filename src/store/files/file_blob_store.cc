#include "store/files/file_blob_store.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "store/files/real_file_system.h"

namespace cameo::store::files {
namespace {

using std::filesystem::path;

constexpr std::string_view kSuffix = ".blob";
constexpr std::size_t kKeyDigits = 32;
constexpr std::size_t kFolderDigits = 4;  // ab/cd
// Longer than any deadline, so that no write of a running process is taken for a dead one's.
constexpr std::chrono::hours kTemporaryLife{1};

FileSystem& real_file_system() {
    static RealFileSystem file_system;  // holds no state
    return file_system;
}

bool are_hex_digits(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Also what keeps a key from being a path.
bool is_key(std::string_view text) { return text.size() == kKeyDigits && are_hex_digits(text); }

std::unexpected<Error> no_key(const std::string& text) {
    return fail(Fault::internal, "\"" + text + "\" is not the key of a blob");
}

std::unexpected<Error> late() {
    return fail(Fault::busy, "The blob store did not answer in time.");
}

std::vector<std::string> two_digit_folders(const std::vector<FileSystem::Entry>& entries) {
    std::vector<std::string> names;
    for (const auto& entry : entries)
        if (entry.is_folder && entry.name.size() == 2 && are_hex_digits(entry.name))
            names.push_back(entry.name);
    return names;
}

std::optional<std::string> key_of(const FileSystem::Entry& entry) {
    if (entry.is_folder || !entry.name.ends_with(kSuffix)) return std::nullopt;
    auto key = entry.name.substr(0, entry.name.size() - kSuffix.size());
    if (!is_key(key)) return std::nullopt;
    return key;
}

}  // namespace

FileBlobStore::FileBlobStore(path root) : FileBlobStore(std::move(root), real_file_system()) {}

FileBlobStore::FileBlobStore(path root, FileSystem& file_system)
    : root_(std::move(root)), file_system_(file_system) {
    // What fails here fails again, and is told, at the first put.
    (void)ensure_folder("");
    (void)file_system_.make_folder(temporary_folder());
    remove_abandoned();
}

path FileBlobStore::temporary_folder() const { return root_ / "tmp"; }

path FileBlobStore::folder_of(std::string_view digits) const {
    path folder = root_;
    for (; !digits.empty(); digits.remove_prefix(2)) folder /= digits.substr(0, 2);
    return folder;
}

path FileBlobStore::file_of(const std::string& key) const {
    return folder_of(key.substr(0, kFolderDigits)) / (key + std::string(kSuffix));
}

void FileBlobStore::remove_abandoned() {
    const auto entries = file_system_.list(temporary_folder());
    if (!entries) return;
    for (const auto& entry : *entries)
        if (!entry.is_folder && entry.age > kTemporaryLife)
            (void)file_system_.remove(temporary_folder() / entry.name);
}

Result<void> FileBlobStore::ensure_folder(const std::string& digits) {
    {
        const std::lock_guard lock(mutex_);
        if (durable_.contains(digits)) return {};
    }
    if (!digits.empty()) {
        if (auto made = ensure_folder(digits.substr(0, digits.size() - 2)); !made) return made;
    }
    const path folder = folder_of(digits);
    if (auto made = file_system_.make_folder(folder); !made) return made;
    // Also where it existed: another thread, or a process that was killed, may have made it and not
    // come to its fsync.
    if (auto synced = file_system_.sync_folder(folder.parent_path()); !synced) return synced;
    const std::lock_guard lock(mutex_);
    durable_.insert(digits);
    return {};
}

Result<void> FileBlobStore::write_temporary(const path& file, ByteView bytes) {
    if (auto made = file_system_.make_folder(temporary_folder()); !made) return made;
    auto created = file_system_.create(file);
    if (!created) return std::unexpected(std::move(created.error()));
    if (auto written = (*created)->write(bytes); !written) return written;
    return (*created)->sync();
}

Result<void> FileBlobStore::publish(const path& temporary, const std::string& key) {
    if (auto renamed = file_system_.rename(temporary, file_of(key)); !renamed) return renamed;
    auto synced = file_system_.sync_folder(folder_of(key.substr(0, kFolderDigits)));
    if (!synced) (void)file_system_.remove(file_of(key));
    return synced;
}

Result<void> FileBlobStore::put(const std::string& key, ByteView bytes, Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    if (auto ensured = ensure_folder(key.substr(0, kFolderDigits)); !ensured) return ensured;
    const path temporary = temporary_folder() / key;
    auto done = write_temporary(temporary, bytes);
    if (done && has_passed(deadline)) done = late();
    if (done) done = publish(temporary, key);
    if (!done) (void)file_system_.remove(temporary);
    return done;
}

Result<std::optional<Bytes>> FileBlobStore::read(const std::string& key, std::uint64_t offset,
                                                 std::uint64_t length, Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    return file_system_.read(file_of(key), offset, length);
}

Result<std::optional<std::uint64_t>> FileBlobStore::length(const std::string& key,
                                                           Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    return file_system_.length(file_of(key));
}

Result<void> FileBlobStore::remove(const std::string& key, Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    return file_system_.remove(file_of(key));
}

Result<std::vector<FileBlobStore::Listed>> FileBlobStore::blobs_in(
    const std::string& digits) const {
    const auto entries = file_system_.list(folder_of(digits));
    if (!entries) return std::unexpected(entries.error());
    std::vector<Listed> blobs;
    for (const auto& entry : *entries)
        if (const auto key = key_of(entry)) blobs.push_back({*key, entry.age});
    return blobs;
}

Result<std::vector<FileBlobStore::Listed>> FileBlobStore::list_under(const std::string& first,
                                                                     const std::string& after,
                                                                     std::size_t limit,
                                                                     Deadline deadline) const {
    const auto inner = file_system_.list(folder_of(first));
    if (!inner) return std::unexpected(inner.error());
    std::vector<Listed> listed;
    for (const auto& second : two_digit_folders(*inner)) {
        if (listed.size() >= limit) break;
        if (first + second < after.substr(0, kFolderDigits)) continue;
        if (has_passed(deadline)) return late();
        auto blobs = blobs_in(first + second);
        if (!blobs) return blobs;
        std::erase_if(*blobs, [&](const Listed& blob) { return blob.key <= after; });
        blobs->resize(std::min(blobs->size(), limit - listed.size()));
        std::ranges::move(*blobs, std::back_inserter(listed));
    }
    return listed;
}

Result<std::vector<FileBlobStore::Listed>> FileBlobStore::list(const std::string& after,
                                                               std::size_t limit,
                                                               Deadline deadline) {
    if (has_passed(deadline)) return late();
    const auto outer = file_system_.list(root_);
    if (!outer) return std::unexpected(outer.error());
    std::vector<Listed> listed;
    for (const auto& first : two_digit_folders(*outer)) {
        if (listed.size() >= limit) break;
        if (first < after.substr(0, 2)) continue;
        auto more = list_under(first, after, limit - listed.size(), deadline);
        if (!more) return more;
        std::ranges::move(*more, std::back_inserter(listed));
    }
    return listed;
}

}  // namespace cameo::store::files
