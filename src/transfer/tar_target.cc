#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "transfer/backup_target.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

struct CloseArchive {
    void operator()(archive* writer) const { archive_write_free(writer); }
};
struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

class TarTarget final : public BackupTarget {
  public:
    explicit TarTarget(fs::path file) : file_(std::move(file)) {}
    ~TarTarget() override {
        writer_.reset();
        if (!is_ours_) return;
        ::unlink(partial().c_str());
        ::unlink(scratch().c_str());
    }
    TarTarget(const TarTarget&) = delete;
    TarTarget& operator=(const TarTarget&) = delete;

    Result<void> open() {
        output_ = Descriptor(
            ::open(partial().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!output_.is_open()) return std::unexpected(system_error("cannot write", partial()));
        if (::flock(output_.number(), LOCK_EX | LOCK_NB) != 0)
            return fail(Fault::conflict, fmt::format("another process is backing up to {}; wait "
                                                     "for it",
                                                     file_.native()));
        if (::ftruncate(output_.number(), 0) != 0)
            return std::unexpected(system_error("cannot write", partial()));
        is_ours_ = true;
        ::unlink(scratch().c_str());
        writer_.reset(archive_write_new());
        archive_write_set_format_pax_restricted(writer_.get());
        archive_write_add_filter_none(writer_.get());  // JPEG does not get smaller
        return check(archive_write_open_fd(writer_.get(), output_.number()));
    }

    fs::path scratch() const override { return beside(".catalog.part"); }

    bool has_blob(const std::string&, std::uint64_t) const override { return false; }

    Result<void> put_blob(const std::string& key, ByteView bytes) override {
        return put(blob_file(key).native(), bytes);
    }

    // The manifest last: an archive that has it is whole.
    Result<void> finish(ByteView signing_key, const Manifest& manifest) override {
        auto done = put_catalog();
        if (done) done = put(std::string(kKeyFile), signing_key);
        if (done) done = put(std::string(kManifestFile), as_bytes(to_json(manifest)));
        if (done) done = check(archive_write_close(writer_.get()));
        if (done && ::fsync(output_.number()) != 0)
            done = std::unexpected(system_error("cannot write", partial()));
        if (done) done = rename_file(partial(), file_);
        if (done) done = sync_file_system(folder());
        return done;
    }

    Result<std::size_t> drop_blobs(const std::function<bool(const std::string&)>&) override {
        return 0;
    }

  private:
    fs::path folder() const { return file_.has_parent_path() ? file_.parent_path() : "."; }
    fs::path beside(std::string_view ending) const {
        return folder() / fmt::format(".{}{}", file_.filename().native(), ending);
    }
    fs::path partial() const { return beside(".part"); }

    Result<void> check(la_ssize_t status) {
        if (status >= ARCHIVE_OK) return {};
        const char* reason = archive_error_string(writer_.get());
        return fail(Fault::internal, fmt::format("cannot write {}: {}", partial().native(),
                                                 reason == nullptr ? "unknown reason" : reason));
    }

    Result<void> begin(const std::string& name, std::uint64_t length) {
        const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(length));
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0600);
        archive_entry_set_mtime(entry.get(), std::chrono::system_clock::to_time_t(started_), 0);
        return check(archive_write_header(writer_.get(), entry.get()));
    }

    Result<void> append(ByteView bytes) {
        return check(archive_write_data(writer_.get(), bytes.data(), bytes.size()));
    }

    Result<void> put(const std::string& name, ByteView bytes) {
        if (auto begun = begin(name, bytes.size()); !begun) return begun;
        return append(bytes);
    }

    Result<void> put_catalog() {
        const Descriptor catalog(::open(scratch().c_str(), O_RDONLY | O_CLOEXEC));
        struct stat about{};
        if (!catalog.is_open() || ::fstat(catalog.number(), &about) != 0)
            return std::unexpected(system_error("cannot read", scratch()));
        auto done = begin(std::string(kCatalogFile), static_cast<std::uint64_t>(about.st_size));
        std::vector<std::uint8_t> chunk(1 << 20);
        while (done) {
            const auto got = ::read(catalog.number(), chunk.data(), chunk.size());
            if (got < 0) return std::unexpected(system_error("cannot read", scratch()));
            if (got == 0) break;
            done = append(ByteView(chunk).first(static_cast<std::size_t>(got)));
        }
        return done;
    }

    fs::path file_;
    Descriptor output_{-1};
    bool is_ours_ = false;  // partial() and scratch() are this one's, not another process's
    std::unique_ptr<archive, CloseArchive> writer_;
    std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

}  // namespace

Result<std::unique_ptr<BackupTarget>> open_tar_target(const fs::path& file) {
    auto target = std::make_unique<TarTarget>(file);
    if (auto opened = target->open(); !opened) return std::unexpected(std::move(opened.error()));
    return target;
}

}  // namespace cameo::transfer
