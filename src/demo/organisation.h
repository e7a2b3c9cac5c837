#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "directory/objects.h"

// The demo organisation as values: people, groups and an address book. Each call returns the same
// values. For demo/demo.cc, which writes them to the stores and prints curl lines.
namespace cameo::demo {

// Reads or draws a picture when it is called; empty if the owner has none.
using DemoPicture = std::function<Bytes()>;

template <class Entry>
struct DemoEntry {
    Entry entry;
    DemoPicture picture;
};

struct DemoGroup {
    directory::Group entry;
    DemoPicture picture;
    std::vector<std::string> members;  // ids of users, as of the owners
    std::vector<std::string> owners;
};

// A person's folders and contacts. A folder precedes its contents.
struct DemoAddressBook {
    std::vector<directory::ContactFolder> folders;
    std::vector<DemoEntry<directory::Contact>> contacts;
};

// Pictures for people: photographs of a folder (PNG and JPEG, by name), then drawn portraits.
class DemoPortraits {
  public:
    explicit DemoPortraits(const std::filesystem::path& folder);

    bool has_photographs() const { return !files_.empty(); }
    // The same number returns the same picture.
    DemoPicture picture(std::size_t number) const;

  private:
    std::vector<std::filesystem::path> files_;
};

// The first person is the user of the curl lines.
std::vector<DemoEntry<directory::User>> demo_people(const directory::Tenant& tenant,
                                                    const DemoPortraits& portraits);

// Three groups, one of them stored only in the directory, and two teams.
std::vector<DemoGroup> demo_groups(const directory::Tenant& tenant);

// The address book of the first person: contacts in the default folder, in a folder, and in a
// folder of that folder.
DemoAddressBook demo_address_book(const directory::Tenant& tenant, const DemoPortraits& portraits);

// Ids by number, from 0: in the order of the functions above.
std::string demo_user_id(std::size_t number);
std::string demo_group_id(std::size_t number);

}  // namespace cameo::demo
