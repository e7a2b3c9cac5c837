#include "transfer/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>

#include "base/clock.h"
#include "photo/blob_store.h"
#include "photo/photo.h"
#include "transfer/owner_index.h"

namespace cameo::transfer {
namespace {

constexpr std::chrono::seconds kStoreTime{30};
constexpr std::size_t kPage = 500;
// This many failures in a row have one cause: the disk is full, or the server has ended.
constexpr int kMaxFailuresInARow = 10;
constexpr int kTriesWhenBusy = 5;
constexpr std::chrono::milliseconds kBusyPause{500};

bool is_fault_of_the_picture(Fault fault) {
    constexpr std::array kOurs{Fault::busy, Fault::internal, Fault::outcome_unknown,
                               Fault::conflict};
    return std::ranges::find(kOurs, fault) == kOurs.end();
}

std::string names_of(const OwnerIndex& owners, const std::vector<std::size_t>& positions) {
    constexpr std::size_t kShown = 3;
    std::string names;
    for (std::size_t i = 0; i < std::min(positions.size(), kShown); ++i)
        names += fmt::format("{}{} ({})", i == 0 ? "" : ", ", owners.entries()[positions[i]].label,
                             owners.entries()[positions[i]].id);
    if (positions.size() > kShown) names += fmt::format(" and {} more", positions.size() - kShown);
    return names;
}

class Import {
  public:
    Import(PictureSource& source, const ImportPorts& ports, const ImportOptions& options,
           OwnerIndex owners, const OnProgress& on_progress, std::stop_token stop)
        : source_(source),
          ports_(ports),
          options_(options),
          owners_(std::move(owners)),
          on_progress_(on_progress),
          stop_(std::move(stop)) {}

    Result<ImportReport> run() {
        match_all();
        reject_duplicates();
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < options_.parallel; ++i)
                threads.emplace_back([this] { work(); });
        }
        report_.ignored = source_.ignored();
        if (auto listed = list_owners_without_photo(); !listed)
            return std::unexpected(listed.error());
        return std::move(report_);
    }

  private:
    static constexpr auto kNoOwner = static_cast<std::size_t>(-1);

    void match_all() {
        for (const auto& item : source_.items()) {
            const auto found = owners_.find(item.name);
            auto& line = report_.lines.emplace_back(ImportLine{.picture = item.label});
            owner_of_.push_back(found.size() == 1 ? found.front() : kNoOwner);
            if (found.size() == 1) {
                line.person = owners_.entries()[found.front()].label;
            } else if (found.empty()) {
                line.outcome = ImportOutcome::unmatched;
            } else {
                line.outcome = ImportOutcome::ambiguous;
                line.detail = "could be " + names_of(owners_, found);
            }
        }
    }

    // It is unknown which of the two pictures is the right one.
    void reject_duplicates() {
        std::map<std::size_t, std::size_t> first_of;
        for (std::size_t i = 0; i < owner_of_.size(); ++i) {
            if (owner_of_[i] == kNoOwner) continue;
            const auto [first, is_new] = first_of.emplace(owner_of_[i], i);
            if (is_new) continue;
            reject_duplicate(i, first->second);
            reject_duplicate(first->second, i);
        }
        for (std::size_t i = 0; i < owner_of_.size(); ++i)
            if (report_.lines[i].outcome == ImportOutcome::ambiguous) owner_of_[i] = kNoOwner;
        total_ =
            owner_of_.size() - static_cast<std::size_t>(std::ranges::count(owner_of_, kNoOwner));
    }

    void reject_duplicate(std::size_t position, std::size_t other) {
        auto& line = report_.lines[position];
        line.outcome = ImportOutcome::ambiguous;
        line.detail = fmt::format("{} is for the same person", report_.lines[other].picture);
    }

    void work() {
        while (true) {
            std::size_t position = 0;
            PictureSource::Loader loader;
            {
                const std::lock_guard lock(mutex_);
                while (next_ < owner_of_.size() && owner_of_[next_] == kNoOwner) ++next_;
                if (next_ == owner_of_.size() || stop_.stop_requested() || report_.gave_up) return;
                position = next_++;
                loader = source_.loader(position);
            }
            std::size_t bytes = 0;
            ImportLine line = report_.lines[position];
            judge(line, place(owners_.entries()[owner_of_[position]], loader, bytes));
            const std::lock_guard lock(mutex_);
            record(position, std::move(line), bytes);
        }
    }

    Result<ImportOutcome> place(const OwnerEntry& entry, const PictureSource::Loader& loader,
                                std::size_t& bytes) {
        const auto picture = loader();
        if (!picture) return std::unexpected(picture.error());
        const Bytes& upload = picture->bytes;
        bytes = upload.size();
        const OwnerKey owner{options_.tenant, options_.kind, entry.id};
        const auto current = ports_.catalog.find(owner, deadline_in(kStoreTime));
        if (!current) return std::unexpected(current.error());
        if (*current && (*current)->storage == entry.storage && (*current)->crop == picture->crop &&
            (*current)->upload_hash == photo::upload_hash(upload) && is_whole(**current))
            return ImportOutcome::unchanged;
        const auto stored = *current ? ImportOutcome::replaced : ImportOutcome::added;
        if (options_.dry_run) {
            if (auto fits = ports_.probe(upload, {.storage = entry.storage, .crop = picture->crop});
                !fits)
                return std::unexpected(std::move(fits.error()));
            return stored;
        }
        const auto put = put_patiently(
            {.owner = owner, .storage = entry.storage, .source = "import", .crop = picture->crop},
            upload);
        // The server rejects the request because it is of another version, or for the crop.
        if (!put && put.error().fault == Fault::malformed && !picture->crop)
            return fail(Fault::internal, put.error().detail);
        if (!put) return std::unexpected(put.error());
        return *put == photo::Photos::Put::unchanged ? ImportOutcome::unchanged : stored;
    }

    // Whether the stored blob is whole. If not, the same picture repairs it.
    bool is_whole(const photo::Photo& photo) {
        return photo::check_blob(ports_.blobs, photo, deadline_in(kStoreTime)).state ==
               photo::BlobState::whole;
    }

    Result<photo::Photos::Put> put_patiently(const PutRequest& request, const Bytes& upload) {
        for (int tries = 1;; ++tries) {
            auto put = ports_.service.put(request, upload);
            if (put || put.error().fault != Fault::busy || tries == kTriesWhenBusy ||
                stop_.stop_requested())
                return put;
            std::this_thread::sleep_for(kBusyPause * tries);
        }
    }

    static void judge(ImportLine& line, Result<ImportOutcome> outcome) {
        if (outcome) {
            line.outcome = *outcome;
            return;
        }
        line.outcome = is_fault_of_the_picture(outcome.error().fault) ? ImportOutcome::refused
                                                                      : ImportOutcome::failed;
        line.detail = std::move(outcome.error().detail);
    }

    void record(std::size_t position, ImportLine line, std::size_t bytes) {
        failures_in_a_row_ = line.outcome == ImportOutcome::failed ? failures_in_a_row_ + 1 : 0;
        if (failures_in_a_row_ == kMaxFailuresInARow) report_.gave_up = line.detail;
        report_.lines[position] = std::move(line);
        bytes_ += bytes;
        on_progress_({++done_, total_, bytes_});
    }

    Result<void> list_owners_without_photo() {
        std::unordered_set<std::string> with;
        std::optional<OwnerKey> after = OwnerKey{options_.tenant, options_.kind, ""};
        while (true) {
            const auto page = ports_.catalog.list(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            for (const auto& owned : *page)
                if (owned.owner.tenant == options_.tenant && owned.owner.kind == options_.kind)
                    with.insert(owned.owner.id);
            if (page->empty() || page->back().owner.tenant != options_.tenant ||
                page->back().owner.kind != options_.kind)
                break;
            after = page->back().owner;
        }
        for (std::size_t i = 0; i < owner_of_.size(); ++i)
            if (owner_of_[i] != kNoOwner && report_.lines[i].outcome == ImportOutcome::added)
                with.insert(owners_.entries()[owner_of_[i]].id);
        for (const auto& entry : owners_.entries())
            if (!with.contains(entry.id)) report_.without_photo.push_back(entry.label);
        return {};
    }

    PictureSource& source_;
    const ImportPorts& ports_;
    const ImportOptions& options_;
    const OwnerIndex owners_;
    const OnProgress& on_progress_;
    const std::stop_token stop_;
    std::vector<std::size_t> owner_of_;  // of each picture: position in the owners, or kNoOwner
    std::size_t total_ = 0;              // pictures with an owner

    std::mutex mutex_;  // of all below, and of the source
    ImportReport report_;
    std::size_t next_ = 0;
    std::size_t done_ = 0;
    std::size_t bytes_ = 0;
    int failures_in_a_row_ = 0;
};

std::string shorthand(const std::string& text) {
    if (text == "{userPrincipalName}") return "upn";
    if (text == "{mail}" || text == "{id}" || text == "{displayName}")
        return text.substr(1, text.size() - 2);
    return text;
}

}  // namespace

std::string_view to_string(ImportOutcome outcome) {
    switch (outcome) {
        case ImportOutcome::added:
            return "added";
        case ImportOutcome::replaced:
            return "replaced";
        case ImportOutcome::unchanged:
            return "unchanged";
        case ImportOutcome::unmatched:
            return "unmatched";
        case ImportOutcome::ambiguous:
            return "ambiguous";
        case ImportOutcome::refused:
            return "refused";
        case ImportOutcome::failed:
            return "failed";
        case ImportOutcome::left:
            return "left";
    }
    return "";
}

std::size_t ImportReport::count(ImportOutcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(lines, outcome, &ImportLine::outcome));
}

Result<ImportReport> import_photos(PictureSource& source, const ImportPorts& ports,
                                   const ImportOptions& options, const OnProgress& on_progress,
                                   const std::stop_token& stop) {
    auto owners = OwnerIndex::load(ports.directory, options.tenant, options.kind, options.pattern);
    if (!owners) return std::unexpected(std::move(owners.error()));
    return Import(source, ports, options, std::move(*owners), on_progress, stop).run();
}

Result<std::vector<MatchHint>> other_matches(const PictureSource& source, directory::Store& store,
                                             const std::string& tenant, OwnerKind kind) {
    std::vector<MatchHint> hints;
    for (const auto* text : {"{userPrincipalName}", "{mail}", "{id}", "{displayName}",
                             "{mailNickname}", "{givenName}.{surname}", "{givenName} {surname}",
                             "{surname} {givenName}", "{surname}, {givenName}"}) {
        const auto pattern = Pattern::parse(text, kind);
        if (!pattern) continue;  // a property that groups do not have
        const auto owners = OwnerIndex::load(store, tenant, kind, *pattern);
        if (!owners) return std::unexpected(owners.error());
        const auto count = std::ranges::count_if(
            source.items(), [&](const auto& item) { return owners->find(item.name).size() == 1; });
        if (count > 0) hints.push_back({shorthand(text), static_cast<std::size_t>(count)});
    }
    std::ranges::sort(hints, std::greater{}, &MatchHint::pictures);
    return hints;
}

}  // namespace cameo::transfer
