#include "transfer/person_export.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "base/crc32c.h"
#include "base/file.h"
#include "directory/property.h"
#include "photo/crop.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using photo::Photo;

constexpr std::chrono::seconds kStoreTime{30};
constexpr std::size_t kPage = 500;

struct FreeArchive {
    void operator()(archive* writer) const { archive_write_free(writer); }
};
struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

// Writes `.NAME.part`, which finish() renames. Removes it where finish() was not reached.
class ZipWriter {
  public:
    explicit ZipWriter(const fs::path& file)
        : file_(file),
          partial_(file.parent_path() / fmt::format(".{}.part", file.filename().native())) {}
    ~ZipWriter() {
        if (output_.is_open()) ::unlink(partial_.c_str());
    }
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    Result<void> open() {
        ::unlink(partial_.c_str());  // of a killed command
        output_ =
            Descriptor(::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!output_.is_open()) return std::unexpected(system_error("cannot write", partial_));
        writer_.reset(archive_write_new());
        archive_write_set_format_zip(writer_.get());
        archive_write_set_options(writer_.get(), "zip:compression=store");  // JPEGs
        return check(archive_write_open_fd(writer_.get(), output_.number()));
    }

    Result<void> put(const std::string& name, ByteView bytes, Instant time) {
        const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0600);
        archive_entry_set_mtime(entry.get(), std::chrono::system_clock::to_time_t(time), 0);
        if (auto begun = check(archive_write_header(writer_.get(), entry.get())); !begun)
            return begun;
        return check(archive_write_data(writer_.get(), bytes.data(), bytes.size()));
    }

    Result<void> finish() {
        auto done = check(archive_write_close(writer_.get()));
        if (done && ::fsync(output_.number()) != 0)
            done = std::unexpected(system_error("cannot write", partial_));
        if (done) done = rename_file(partial_, file_);
        if (!done) return done;
        output_.close();
        return sync_folder(file_.parent_path());
    }

  private:
    Result<void> check(la_ssize_t status) {
        if (status >= ARCHIVE_OK) return {};
        const char* reason = archive_error_string(writer_.get());
        return fail(Fault::internal, fmt::format("cannot write {}: {}", partial_.native(),
                                                 reason == nullptr ? "unknown reason" : reason));
    }

    fs::path file_;
    fs::path partial_;
    Descriptor output_{-1};
    std::unique_ptr<archive, FreeArchive> writer_;
};

json::value time_value(Instant time) {
    if (time == Instant()) return nullptr;
    return json::value(utc_text(std::chrono::floor<std::chrono::seconds>(time)) + 'Z');
}

json::value value_of(const std::string& text) {
    return text.empty() ? json::value() : json::value(text);
}
json::value value_of(bool boolean) { return boolean; }
json::value value_of(Instant time) { return time_value(time); }
json::value value_of(PhotoStorage storage) {
    return storage == PhotoStorage::directory ? "directory" : "mailbox";
}
json::value value_of(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}
json::value value_of(const std::vector<directory::EmailAddress>& addresses) {
    json::array list;
    for (const auto& item : addresses)
        list.push_back({{"name", value_of(item.name)}, {"address", value_of(item.address)}});
    return list;
}

template <class Object>
json::object object_of(const Object& object) {
    json::object all;
    for (const auto& property : directory::properties<Object>())
        all[property.name] =
            std::visit([&](auto member) { return value_of(object.*member); }, property.member);
    return all;
}

json::object record_of(const Photo& photo) {
    json::array sizes;
    for (const auto& rendition : photo.renditions)
        sizes.emplace_back(photo::to_string(rendition.size));
    return {{"modifiedDateTime", time_value(photo.modified)},
            {"source", value_of(photo.origin.source)},
            {"modifiedBy", value_of(photo.origin.by)},
            {"run", value_of(photo.origin.run)},
            {"crop", photo.crop ? json::value(photo::to_string(*photo.crop)) : json::value()},
            {"sizes", std::move(sizes)}};
}

class PersonExport {
  public:
    PersonExport(const ExportPorts& ports, const directory::User& person, const fs::path& file)
        : ports_(ports), person_(person), zip_(file) {}

    Result<PersonExportReport> run() {
        auto done = zip_.open();
        data_["entry"] = object_of(person_);
        if (done)
            done = add_groups("memberOf", {.tenant = person_.tenant, .joined_by = person_.id});
        if (done) done = add_owned_groups();
        if (done) done = add_manager();
        if (done) done = add_photos();
        if (done) done = add_contacts();
        if (done)
            done = put("person.json", as_bytes(json::serialize(data_) + "\n"), SystemClock().now());
        if (done) done = zip_.finish();
        if (!done) return std::unexpected(std::move(done.error()));
        return std::move(report_);
    }

  private:
    Result<void> put(const std::string& name, ByteView bytes, Instant time) {
        ++report_.files;
        return zip_.put(name, bytes, time);
    }

    template <class Object, class Each>
    Result<void> each_of(const directory::Scope& scope, const Each& each) {
        directory::Query query{.top = kPage};
        while (true) {
            auto page = table<Object>().list(scope, query, deadline_in(kStoreTime));
            if (!page) return std::unexpected(std::move(page.error()));
            for (const auto& object : page->objects)
                if (auto done = each(object); !done) return done;
            if (!page->more) return {};
            query.skip += kPage;
        }
    }
    template <class Object>
    directory::Table<Object>& table() {
        if constexpr (std::is_same_v<Object, directory::Group>)
            return ports_.directory.groups();
        else
            return ports_.directory.contacts();
    }

    Result<void> add_groups(std::string_view name, const directory::Scope& scope) {
        json::array groups;
        auto done = each_of<directory::Group>(scope, [&](const directory::Group& group) {
            groups.push_back({{"id", group.id}, {"displayName", value_of(group.display_name)}});
            return Result<void>{};
        });
        data_[name] = std::move(groups);
        return done;
    }

    // No scope has the groups that a person owns.
    Result<void> add_owned_groups() {
        json::array groups;
        auto done = each_of<directory::Group>(
            {.tenant = person_.tenant}, [&](const directory::Group& group) -> Result<void> {
                const auto owns = ports_.directory.is_owner(person_.tenant, group.id, person_.id,
                                                            deadline_in(kStoreTime));
                if (!owns) return std::unexpected(owns.error());
                if (*owns)
                    groups.push_back(
                        {{"id", group.id}, {"displayName", value_of(group.display_name)}});
                return {};
            });
        data_["ownedGroups"] = std::move(groups);
        return done;
    }

    Result<void> add_manager() {
        const auto manager =
            ports_.directory.manager_of(person_.tenant, person_.id, deadline_in(kStoreTime));
        if (!manager) return std::unexpected(manager.error());
        data_["manager"] = *manager ? json::value(**manager) : json::value();
        return {};
    }

    Result<void> add_photos() {
        const OwnerKey owner{person_.tenant, OwnerKind::user, person_.id};
        const auto photo = ports_.catalog.find(owner, deadline_in(kStoreTime));
        if (!photo) return std::unexpected(photo.error());
        const auto locked = ports_.catalog.is_locked(owner, deadline_in(kStoreTime));
        if (!locked) return std::unexpected(locked.error());
        const auto former = ports_.catalog.former_photos(owner, deadline_in(kStoreTime));
        if (!former) return std::unexpected(former.error());
        data_["photo"] = *photo ? json::value(record_of(**photo)) : json::value();
        data_["photoLocked"] = *locked;
        Result<void> done;
        if (*photo) done = put_sizes("photo", **photo);
        json::array records;
        for (const auto& one : *former) {
            auto record = record_of(one.photo);
            record["id"] = one.id;
            record["replacedDateTime"] = time_value(one.replaced);
            record["replacedBy"] = value_of(one.replaced_by);
            records.push_back(std::move(record));
            if (done) done = put_sizes("former-photos/" + one.id, one.photo);
        }
        data_["formerPhotos"] = std::move(records);
        return done;
    }

    // The id of a contact can be any text, so its files are numbered.
    Result<void> add_contacts() {
        json::array contacts;
        auto done = each_of<directory::Contact>(
            {.tenant = person_.tenant, .mailbox = person_.id},
            [&](const directory::Contact& contact) -> Result<void> {
                auto object = object_of(contact);
                const auto photo = ports_.catalog.find(
                    {person_.tenant, OwnerKind::contact, contact.id}, deadline_in(kStoreTime));
                if (!photo) return std::unexpected(photo.error());
                const auto folder = fmt::format("contacts/{}", contacts.size() + 1);
                object["photoFolder"] = *photo ? json::value(folder) : json::value();
                contacts.push_back(std::move(object));
                return *photo ? put_sizes(folder, **photo) : Result<void>();
            });
        data_["contacts"] = std::move(contacts);
        return done;
    }

    Result<void> put_sizes(const std::string& folder, const Photo& photo) {
        for (const auto& rendition : photo.renditions) {
            const auto name = fmt::format("{}/{}.jpg", folder, photo::to_string(rendition.size));
            const auto bytes = ports_.blobs.read(photo.blob_key, rendition.offset, rendition.length,
                                                 deadline_in(kStoreTime));
            if (!bytes || !*bytes || crc32c(**bytes) != rendition.crc32c) {
                report_.damaged.push_back(name);
                continue;
            }
            if (auto done = put(name, **bytes, photo.modified); !done) return done;
        }
        return {};
    }

    const ExportPorts& ports_;
    const directory::User& person_;
    ZipWriter zip_;
    json::object data_;
    PersonExportReport report_;
};

}  // namespace

Result<PersonExportReport> export_person(const ExportPorts& ports, const directory::User& person,
                                         const fs::path& file) {
    return PersonExport(ports, person, file).run();
}

}  // namespace cameo::transfer
