#include "transfer/export.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/crc32c.h"
#include "base/file.h"
#include "matching/name_pattern.h"
#include "matching/owner_index.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;
using matching::OwnerEntry;
using matching::OwnerIndex;
using matching::safe_file_name;
using photo::Photo;
using photo::Rendition;

constexpr std::chrono::seconds kStoreTime{30};
constexpr unsigned kMode = 0600;  // photos are private

// The time of the photo, for information only: a failure is ignored.
void set_time(const fs::path& file, Instant modified) {
    const auto since = modified.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    const timespec time{.tv_sec = seconds.count(),
                        .tv_nsec = std::chrono::nanoseconds(since - seconds).count()};
    const std::array<timespec, 2> times{time, time};
    ::utimensat(AT_FDCWD, file.c_str(), times.data(), 0);
}

bool holds(const fs::path& file, ByteView bytes) {
    std::error_code error;
    if (fs::file_size(file, error) != bytes.size() || error) return false;
    const auto there = read_file(file);
    return there && as_text(*there) == as_text(bytes);
}

class Export {
  public:
    Export(const ExportPorts& ports, const ExportOptions& options, const OnProgress& on_progress,
           std::stop_token stop)
        : ports_(ports), options_(options), on_progress_(on_progress), stop_(std::move(stop)) {}

    Result<ExportReport> run() {
        auto owners =
            OwnerIndex::load(ports_.directory, options_.tenant, options_.kind, options_.name);
        if (!owners) return std::unexpected(std::move(owners.error()));
        if (auto made = make_private_folders(options_.folder); !made)
            return std::unexpected(std::move(made.error()));
        std::size_t done = 0;
        for (const auto& entry : owners->entries()) {
            if (stop_.stop_requested()) {
                report_.stopped = true;
                break;
            }
            if (auto done_one = export_one(entry, *owners); !done_one)
                return std::unexpected(done_one.error());
            on_progress_({++done, owners->entries().size(), report_.bytes});
        }
        if (auto synced = sync_file_system(options_.folder); !synced)
            return std::unexpected(std::move(synced.error()));
        return std::move(report_);
    }

  private:
    Result<void> export_one(const OwnerEntry& entry, const OwnerIndex& owners) {
        // A photo may be replaced, and its blob deleted, between the two reads: then read again.
        for (int look = 0; look < 2; ++look) {
            const auto photo = ports_.catalog.find({options_.tenant, options_.kind, entry.id},
                                                   deadline_in(kStoreTime));
            if (!photo) return std::unexpected(photo.error());
            if (!*photo) {
                ++report_.without_photo;
                return {};
            }
            const Rendition* rendition = choose(**photo, entry);
            if (rendition == nullptr || !has_name_of_its_own(entry, owners)) return {};
            auto bytes = ports_.blobs.read((*photo)->blob_key, rendition->offset, rendition->length,
                                           deadline_in(kStoreTime));
            if (bytes && !*bytes && look == 0) continue;
            return write_photo(entry, **photo, *rendition, std::move(bytes));
        }
        return {};
    }

    const Rendition* choose(const Photo& photo, const OwnerEntry& entry) {
        if (!options_.size) return &photo.largest();
        const auto* found = photo.find(*options_.size);
        if (found == nullptr)
            report_.lacks_size.push_back(
                {entry.label, "the largest is " + to_string(photo.largest().size)});
        return found;
    }

    bool has_name_of_its_own(const OwnerEntry& entry, const OwnerIndex& owners) {
        if (entry.name.empty()) {
            report_.nameless.push_back(
                {entry.label, fmt::format("lacks a property of {}", options_.name.text())});
            return false;
        }
        for (const auto position : owners.find(entry.name)) {
            const auto& other = owners.entries()[position];
            if (other.id == entry.id) continue;
            report_.clashing.push_back(
                {entry.label, fmt::format("{}.jpg would also be {} ({})",
                                          safe_file_name(entry.name), other.label, other.id)});
            return false;
        }
        return true;
    }

    Result<void> write_photo(const OwnerEntry& entry, const Photo& photo,
                             const Rendition& rendition, Result<std::optional<Bytes>> bytes) {
        if (!bytes || !*bytes || crc32c(**bytes) != rendition.crc32c) {
            report_.damaged.push_back({entry.label, damage_of(bytes)});
            return {};
        }
        const auto file = options_.folder / (safe_file_name(entry.name) + ".jpg");
        report_.bytes += (*bytes)->size();
        if (holds(file, **bytes)) {
            ++report_.unchanged;
            return {};
        }
        if (auto written = write_file(file, **bytes, kMode); !written) return written;
        set_time(file, photo.modified);
        ++report_.written;
        return {};
    }

    static std::string damage_of(const Result<std::optional<Bytes>>& bytes) {
        if (!bytes) return bytes.error().detail;
        return *bytes ? "the bytes do not match their checksum" : "the bytes are missing";
    }

    const ExportPorts& ports_;
    const ExportOptions& options_;
    const OnProgress& on_progress_;
    const std::stop_token stop_;
    ExportReport report_;
};

}  // namespace

Result<ExportReport> export_photos(const ExportPorts& ports, const ExportOptions& options,
                                   const OnProgress& on_progress, const std::stop_token& stop) {
    return Export(ports, options, on_progress, stop).run();
}

}  // namespace cameo::transfer
