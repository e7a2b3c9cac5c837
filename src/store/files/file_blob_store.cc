#include "store/files/file_blob_store.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "store/files/file_system.h"

namespace cameo::store::files {
namespace {

using std::filesystem::path;

constexpr std::string_view kSuffix = ".blob";
constexpr std::string_view kInUse;          // below the root itself
constexpr std::string_view kLost = "lost";  // below this, if a blob is set aside
constexpr std::size_t kKeyDigits = 32;
// Longer than any deadline, so a write of a running process is never removed.
constexpr std::chrono::hours kTemporaryLife{1};

FileSystem& real_file_system() {
    static RealFileSystem file_system;  // holds no state
    return file_system;
}

bool are_hex_digits(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Also rejects a key that is a path.
bool is_key(std::string_view text) { return text.size() == kKeyDigits && are_hex_digits(text); }

std::unexpected<Error> no_key(const std::string& text) {
    return fail(Fault::internal, "\"" + text + "\" is not the key of a blob");
}

std::unexpected<Error> late() {
    return fail(Fault::busy, "The blob store did not answer in time.");
}

// The path below the root of the blob of that key: `ab/cd`, or `lost/ab/cd` if it is set aside.
path folder_of(const std::string& key, std::string_view under) {
    return path(under) / key.substr(0, 2) / key.substr(2, 2);
}

std::vector<std::string> two_digit_folders(const std::vector<FileSystem::Object>& objects) {
    std::vector<std::string> names;
    for (const auto& object : objects)
        if (object.is_folder && object.name.size() == 2 && are_hex_digits(object.name))
            names.push_back(object.name);
    return names;
}

std::optional<std::string> key_of(const FileSystem::Object& object) {
    if (object.is_folder || !object.name.ends_with(kSuffix)) return std::nullopt;
    auto key = object.name.substr(0, object.name.size() - kSuffix.size());
    if (!is_key(key)) return std::nullopt;
    return key;
}

}  // namespace

FileBlobStore::FileBlobStore(path root) : FileBlobStore(std::move(root), real_file_system()) {}

FileBlobStore::FileBlobStore(path root, FileSystem& file_system)
    : root_(std::move(root)), file_system_(file_system) {
    // A failure here occurs again, and is reported, at the first put.
    (void)ensure_folder({});
    (void)file_system_.make_folder(temporary_folder());
    remove_abandoned();
}

path FileBlobStore::temporary_folder() const { return root_ / "tmp"; }

path FileBlobStore::file_of(const std::string& key, std::string_view under) const {
    return root_ / folder_of(key, under) / (key + std::string(kSuffix));
}

void FileBlobStore::remove_abandoned() {
    const auto objects = file_system_.list(temporary_folder());
    if (!objects) return;
    for (const auto& object : *objects)
        if (!object.is_folder && object.age > kTemporaryLife)
            (void)file_system_.remove(temporary_folder() / object.name);
}

Result<void> FileBlobStore::ensure_folder(const path& below_root) {
    {
        const std::lock_guard lock(mutex_);
        if (durable_.contains(below_root.native())) return {};
    }
    if (!below_root.empty()) {
        if (auto made = ensure_folder(below_root.parent_path()); !made) return made;
    }
    const path folder = below_root.empty() ? root_ : root_ / below_root;
    if (auto made = file_system_.make_folder(folder); !made) return made;
    // Also if it existed: another thread, or a killed process, may have made it without
    // an fsync.
    if (auto synced = file_system_.sync_folder(folder.parent_path()); !synced) return synced;
    const std::lock_guard lock(mutex_);
    durable_.insert(below_root.native());
    return {};
}

// If the root is missing, because it is not mounted, a blob is neither present nor missing.
Result<void> FileBlobStore::check_root() const {
    const auto there = file_system_.has_folder(root_);
    if (!there) return std::unexpected(there.error());
    if (*there) return {};
    return fail(Fault::internal, "There is no folder " + root_.native() + ": is it mounted?");
}

Result<void> FileBlobStore::write_temporary(const path& file, ByteView bytes) {
    if (auto made = file_system_.make_folder(temporary_folder()); !made) return made;
    auto created = file_system_.create(file);
    if (!created) return std::unexpected(std::move(created.error()));
    if (auto written = (*created)->write(bytes); !written) return written;
    return (*created)->sync();
}

Result<void> FileBlobStore::publish(const path& temporary, const std::string& key) {
    const path file = file_of(key, kInUse);
    if (auto renamed = file_system_.rename(temporary, file); !renamed) return renamed;
    auto synced = file_system_.sync_folder(file.parent_path());
    if (!synced) (void)file_system_.remove(file);
    return synced;
}

Result<void> FileBlobStore::put(const std::string& key, ByteView bytes, Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    if (auto ensured = ensure_folder(folder_of(key, kInUse)); !ensured) return ensured;
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
    // The third attempt finds a blob that was moved back between the first two.
    for (const auto under : {kInUse, kLost, kInUse}) {
        auto got = file_system_.read(file_of(key, under), offset, length);
        if (!got || *got) return got;
    }
    if (auto there = check_root(); !there) return std::unexpected(std::move(there.error()));
    return std::nullopt;
}

Result<std::optional<std::uint64_t>> FileBlobStore::length(const std::string& key,
                                                           Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    for (const auto under : {kInUse, kLost, kInUse}) {
        auto got = file_system_.length(file_of(key, under));
        if (!got || *got) return got;
    }
    if (auto there = check_root(); !there) return std::unexpected(std::move(there.error()));
    return std::nullopt;
}

Result<void> FileBlobStore::remove(const std::string& key, Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    auto removed = file_system_.remove(file_of(key, kInUse));
    if (removed) removed = file_system_.remove(file_of(key, kLost));
    return removed;
}

Result<void> FileBlobStore::move(const std::string& key, std::string_view from, std::string_view to,
                                 Deadline deadline) {
    if (!is_key(key)) return no_key(key);
    if (has_passed(deadline)) return late();
    // Before the rename: a blob with its old age could be deleted at once.
    const auto found = file_system_.touch(file_of(key, from));
    if (!found) return std::unexpected(found.error());
    if (!*found) return {};
    if (auto ensured = ensure_folder(folder_of(key, to)); !ensured) return ensured;
    const path file = file_of(key, to);
    if (auto renamed = file_system_.rename(file_of(key, from), file); !renamed) return renamed;
    return file_system_.sync_folder(file.parent_path());
}

Result<void> FileBlobStore::set_aside(const std::string& key, Deadline deadline) {
    return move(key, kInUse, kLost, deadline);
}

Result<void> FileBlobStore::bring_back(const std::string& key, Deadline deadline) {
    return move(key, kLost, kInUse, deadline);
}

Result<std::vector<FileBlobStore::Listed>> FileBlobStore::list(const std::string& after,
                                                               std::size_t limit,
                                                               Deadline deadline) {
    return list_below(root_, after, limit, deadline);
}

Result<std::vector<FileBlobStore::Listed>> FileBlobStore::list_set_aside(const std::string& after,
                                                                         std::size_t limit,
                                                                         Deadline deadline) {
    return list_below(root_ / kLost, after, limit, deadline);
}

Result<std::vector<FileBlobStore::Listed>> FileBlobStore::list_below(const path& top,
                                                                     const std::string& after,
                                                                     std::size_t limit,
                                                                     Deadline deadline) const {
    if (has_passed(deadline)) return late();
    if (auto there = check_root(); !there) return std::unexpected(std::move(there.error()));
    const auto outer = file_system_.list(top);
    if (!outer) return std::unexpected(outer.error());
    std::vector<Listed> listed;
    for (const auto& first : two_digit_folders(*outer)) {
        if (listed.size() >= limit) break;
        if (first < after.substr(0, 2)) continue;
        auto more = list_pair(top / first, after, limit - listed.size(), deadline);
        if (!more) return more;
        std::ranges::move(*more, std::back_inserter(listed));
    }
    return listed;
}

// `folder` is the `ab` of ab/cd.
Result<std::vector<FileBlobStore::Listed>> FileBlobStore::list_pair(const path& folder,
                                                                    const std::string& after,
                                                                    std::size_t limit,
                                                                    Deadline deadline) const {
    const auto inner = file_system_.list(folder);
    if (!inner) return std::unexpected(inner.error());
    const auto digits = folder.filename().native();
    std::vector<Listed> listed;
    for (const auto& second : two_digit_folders(*inner)) {
        if (listed.size() >= limit) break;
        if (digits + second < after.substr(0, 4)) continue;
        if (has_passed(deadline)) return late();
        auto blobs = blobs_in(folder / second);
        if (!blobs) return blobs;
        std::erase_if(*blobs, [&](const Listed& blob) { return blob.key <= after; });
        blobs->resize(std::min(blobs->size(), limit - listed.size()));
        std::ranges::move(*blobs, std::back_inserter(listed));
    }
    return listed;
}

Result<std::vector<FileBlobStore::Listed>> FileBlobStore::blobs_in(const path& folder) const {
    const auto objects = file_system_.list(folder);
    if (!objects) return std::unexpected(objects.error());
    std::vector<Listed> blobs;
    for (const auto& object : *objects)
        if (const auto key = key_of(object)) blobs.push_back({*key, object.age});
    return blobs;
}

}  // namespace cameo::store::files
