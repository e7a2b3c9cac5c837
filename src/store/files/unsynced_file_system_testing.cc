#include "store/files/unsynced_file_system_testing.h"

#include <cstring>
#include <functional>
#include <utility>

namespace cameo::store::files {

using std::filesystem::path;

class UnsyncedFileSystem::Writer final : public FileSystem::NewFile {
  public:
    Writer(UnsyncedFileSystem& system, std::shared_ptr<Node> node)
        : system_(system), node_(std::move(node)) {}

    // Half of the bytes reach the file before the disk is full.
    Result<void> write(ByteView bytes) override {
        const std::lock_guard lock(system_.mutex_);
        auto failure = system_.count_call("write");
        if (failure) bytes = bytes.first(bytes.size() / 2);
        node_->bytes.insert(node_->bytes.end(), bytes.begin(), bytes.end());
        if (failure) return std::unexpected(std::move(*failure));
        return {};
    }

    Result<void> sync() override {
        const std::lock_guard lock(system_.mutex_);
        if (auto failure = system_.count_call("fsync")) return std::unexpected(std::move(*failure));
        if (system_.counts_as_sync()) node_->synced_bytes = node_->bytes;
        return {};
    }

  private:
    UnsyncedFileSystem& system_;
    std::shared_ptr<Node> node_;
};

UnsyncedFileSystem::UnsyncedFileSystem(const std::vector<path>& existing) {
    for (const path& folder : existing) {
        const auto parent = find(folder.parent_path());
        parent->names[folder.filename()] = std::make_shared<Node>(Node{.is_folder = true});
        parent->synced_names = parent->names;
    }
}

void UnsyncedFileSystem::forget_unsynced(Node& node) {
    node.bytes = node.synced_bytes;
    node.names = node.synced_names;
    for (auto& [name, child] : node.names) forget_unsynced(*child);
}

void UnsyncedFileSystem::power_cut() {
    const std::lock_guard lock(mutex_);
    forget_unsynced(*root_);
    failing_call_ = -1;
    dies_ = false;
}

void UnsyncedFileSystem::revive() {
    const std::lock_guard lock(mutex_);
    failing_call_ = -1;
    dies_ = false;
}

void UnsyncedFileSystem::fail_call(int nth, int reason) {
    const std::lock_guard lock(mutex_);
    failing_call_ = calls_ + nth;
    reason_ = reason;
}

void UnsyncedFileSystem::die_at(int nth) {
    fail_call(nth, EIO);
    const std::lock_guard lock(mutex_);
    dies_ = true;
}

void UnsyncedFileSystem::ignore_sync(int nth) {
    const std::lock_guard lock(mutex_);
    ignored_sync_ = syncs_ + nth;
}

std::vector<std::string> UnsyncedFileSystem::files() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    const std::function<void(const Node&, const path&)> walk = [&](const Node& node,
                                                                   const path& where) {
        if (!node.is_folder) found.push_back(where.native());
        for (const auto& [name, child] : node.names) walk(*child, where / name);
    };
    walk(*root_, "/");
    return found;
}

std::optional<Error> UnsyncedFileSystem::count_call(const char* call) {
    const int number = calls_++;
    if (number != failing_call_ && !(dies_ && number > failing_call_)) return std::nullopt;
    return Error{Fault::internal, std::string(call) + ": " + std::strerror(reason_)};
}

bool UnsyncedFileSystem::counts_as_sync() { return syncs_++ != ignored_sync_; }

std::shared_ptr<UnsyncedFileSystem::Node> UnsyncedFileSystem::find(const path& where) const {
    auto node = root_;
    for (const auto& name : where.relative_path()) {
        const auto found = node->names.find(name);
        if (found == node->names.end()) return nullptr;
        node = found->second;
    }
    return node;
}

Result<std::shared_ptr<UnsyncedFileSystem::Node>> UnsyncedFileSystem::folder_of(
    const path& where) const {
    auto folder = find(where.parent_path());
    if (!folder) return fail(Fault::internal, where.native() + ": " + std::strerror(ENOENT));
    return folder;
}

Result<void> UnsyncedFileSystem::make_folder(const path& folder) {
    const std::lock_guard lock(mutex_);
    if (auto failure = count_call("mkdir")) return std::unexpected(std::move(*failure));
    const auto parent = folder_of(folder);
    if (!parent) return std::unexpected(parent.error());
    (*parent)->names.try_emplace(folder.filename(),
                                 std::make_shared<Node>(Node{.is_folder = true}));
    return {};
}

Result<void> UnsyncedFileSystem::sync_folder(const path& folder) {
    const std::lock_guard lock(mutex_);
    if (auto failure = count_call("fsync")) return std::unexpected(std::move(*failure));
    const auto node = folder_of(folder / "any");
    if (!node) return std::unexpected(node.error());
    if (counts_as_sync()) (*node)->synced_names = (*node)->names;
    return {};
}

Result<std::unique_ptr<FileSystem::NewFile>> UnsyncedFileSystem::create(const path& file) {
    const std::lock_guard lock(mutex_);
    if (auto failure = count_call("create")) return std::unexpected(std::move(*failure));
    const auto folder = folder_of(file);
    if (!folder) return std::unexpected(folder.error());
    const auto node = std::make_shared<Node>();
    (*folder)->names[file.filename()] = node;
    return std::make_unique<Writer>(*this, node);
}

Result<void> UnsyncedFileSystem::rename(const path& from, const path& to) {
    const std::lock_guard lock(mutex_);
    if (auto failure = count_call("rename")) return std::unexpected(std::move(*failure));
    const auto source = folder_of(from);
    const auto target = folder_of(to);
    if (!source || !target || !(*source)->names.contains(from.filename()))
        return fail(Fault::internal, from.native() + ": " + std::strerror(ENOENT));
    (*target)->names[to.filename()] = (*source)->names.at(from.filename());
    (*source)->names.erase(from.filename());
    return {};
}

Result<bool> UnsyncedFileSystem::touch(const path& file) {
    const std::lock_guard lock(mutex_);
    if (auto failure = count_call("touch")) return std::unexpected(std::move(*failure));
    return find(file) != nullptr;
}

Result<void> UnsyncedFileSystem::remove(const path& file) {
    const std::lock_guard lock(mutex_);
    if (dies_ && calls_ > failing_call_) return fail(Fault::internal, "unlink");
    // Freeing space works on a full disk, so this neither counts nor fails otherwise.
    if (const auto folder = folder_of(file)) (*folder)->names.erase(file.filename());
    return {};
}

Result<std::optional<Bytes>> UnsyncedFileSystem::read(const path& file, std::uint64_t offset,
                                                      std::uint64_t length) {
    const std::lock_guard lock(mutex_);
    const auto node = find(file);
    if (!node) return std::nullopt;
    const ByteView bytes = node->bytes;
    if (offset > bytes.size() || length > bytes.size() - offset)
        return fail(Fault::unsatisfiable_range, std::to_string(bytes.size()));
    const auto range = bytes.subspan(offset, length);
    return Bytes(range.begin(), range.end());
}

Result<std::optional<std::uint64_t>> UnsyncedFileSystem::length(const path& file) {
    const std::lock_guard lock(mutex_);
    const auto node = find(file);
    if (!node) return std::nullopt;
    return node->bytes.size();
}

Result<bool> UnsyncedFileSystem::has_folder(const path& folder) {
    const std::lock_guard lock(mutex_);
    const auto node = find(folder);
    return node && node->is_folder;
}

Result<std::vector<FileSystem::Object>> UnsyncedFileSystem::list(const path& folder) {
    const std::lock_guard lock(mutex_);
    std::vector<Object> objects;
    const auto node = find(folder);
    if (!node) return objects;
    for (const auto& [name, child] : node->names) objects.push_back({name, child->is_folder, {}});
    return objects;
}

}  // namespace cameo::store::files
