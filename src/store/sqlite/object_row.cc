#include "store/sqlite/object_row.h"

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

template <class Object>
const std::vector<std::string>& columns() {
    static const std::vector<std::string> kColumns = [] {
        std::vector<std::string> names{"tenant"};
        if (Kind<Object>::kInMailbox) names.emplace_back("mailbox");
        for (const auto& property : directory::properties<Object>())
            names.push_back(directory::snake_case(property.name));
        return names;
    }();
    return kColumns;
}

template <class Object>
std::vector<Value> values_of(const Object& object) {
    std::vector<Value> values{object.tenant};
    if constexpr (Kind<Object>::kInMailbox) values.emplace_back(object.mailbox);
    for (const auto& property : directory::properties<Object>())
        values.push_back(
            std::visit([&](auto member) { return to_value(object.*member); }, property.member));
    return values;
}

template <class Object>
Result<Object> read_object(const Query& row) {
    int column = 0;
    Object object;
    object.tenant = row.text(column++);
    if constexpr (Kind<Object>::kInMailbox) object.mailbox = row.text(column++);
    for (const auto& property : directory::properties<Object>()) {
        auto done = std::visit([&](auto member) { return read(row, column, object.*member); },
                               property.member);
        if (!done)
            return fail(Fault::internal, done.error().detail + " (" + std::string(property.name) +
                                             " of " + object.id + ")");
        ++column;
    }
    return object;
}

template const std::vector<std::string>& columns<directory::User>();
template const std::vector<std::string>& columns<directory::Group>();
template const std::vector<std::string>& columns<directory::Contact>();
template const std::vector<std::string>& columns<directory::ContactFolder>();
template std::vector<Value> values_of(const directory::User&);
template std::vector<Value> values_of(const directory::Group&);
template std::vector<Value> values_of(const directory::Contact&);
template std::vector<Value> values_of(const directory::ContactFolder&);
template Result<directory::User> read_object(const Query&);
template Result<directory::Group> read_object(const Query&);
template Result<directory::Contact> read_object(const Query&);
template Result<directory::ContactFolder> read_object(const Query&);

}  // namespace cameo::store::sqlite
