#include "store/sqlite/entry_row.h"

#include <utility>

#include "directory/property.h"
#include "store/sqlite/json_list.h"
#include "store/sqlite/kind.h"

namespace cameo::store::sqlite {
namespace {

using directory::EmailAddress;

Value to_value(const std::string& text) { return text; }
Value to_value(bool truth) { return static_cast<std::int64_t>(truth); }
Value to_value(PhotoStorage storage) { return static_cast<std::int64_t>(storage); }
Value to_value(const std::vector<std::string>& texts) { return to_json(texts); }
Value to_value(const std::vector<EmailAddress>& addresses) { return to_json(addresses); }

Result<void> read(const Query& row, int column, std::string& text) {
    text = row.text(column);
    return {};
}

Result<void> read(const Query& row, int column, bool& truth) {
    truth = row.integer(column) != 0;
    return {};
}

Result<void> read(const Query& row, int column, PhotoStorage& storage) {
    storage = static_cast<PhotoStorage>(row.integer(column));
    return {};
}

template <class Item>
Result<void> read(const Query& row, int column, std::vector<Item>& list) {
    auto items = from_json<Item>(row.text(column));
    if (!items) return std::unexpected(std::move(items.error()));
    list = *std::move(items);
    return {};
}

}  // namespace

template <class Entry>
const std::vector<std::string>& columns() {
    static const std::vector<std::string> kColumns = [] {
        std::vector<std::string> names{"tenant"};
        if (Kind<Entry>::kInMailbox) names.emplace_back("mailbox");
        for (const auto& property : directory::properties<Entry>())
            names.push_back(directory::snake_case(property.name));
        return names;
    }();
    return kColumns;
}

template <class Entry>
std::vector<Value> values_of(const Entry& entry) {
    std::vector<Value> values{entry.tenant};
    if constexpr (Kind<Entry>::kInMailbox) values.emplace_back(entry.mailbox);
    for (const auto& property : directory::properties<Entry>())
        values.push_back(
            std::visit([&](auto member) { return to_value(entry.*member); }, property.member));
    return values;
}

template <class Entry>
Result<Entry> read_entry(const Query& row) {
    int column = 0;
    Entry entry;
    entry.tenant = row.text(column++);
    if constexpr (Kind<Entry>::kInMailbox) entry.mailbox = row.text(column++);
    for (const auto& property : directory::properties<Entry>()) {
        auto done = std::visit([&](auto member) { return read(row, column, entry.*member); },
                               property.member);
        if (!done)
            return fail(Fault::internal, done.error().detail + " (" + std::string(property.name) +
                                             " of " + entry.id + ")");
        ++column;
    }
    return entry;
}

template const std::vector<std::string>& columns<directory::User>();
template const std::vector<std::string>& columns<directory::Group>();
template const std::vector<std::string>& columns<directory::Contact>();
template const std::vector<std::string>& columns<directory::ContactFolder>();
template std::vector<Value> values_of(const directory::User&);
template std::vector<Value> values_of(const directory::Group&);
template std::vector<Value> values_of(const directory::Contact&);
template std::vector<Value> values_of(const directory::ContactFolder&);
template Result<directory::User> read_entry(const Query&);
template Result<directory::Group> read_entry(const Query&);
template Result<directory::Contact> read_entry(const Query&);
template Result<directory::ContactFolder> read_entry(const Query&);

}  // namespace cameo::store::sqlite
