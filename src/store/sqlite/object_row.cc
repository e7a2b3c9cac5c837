#include "store/sqlite/object_row.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "directory/kept.h"
#include "directory/property.h"

namespace cameo::store::sqlite {
namespace {

using directory::EmailAddress;
namespace json = boost::json;

bool read(const json::value& value, std::string& text) {
    if (!value.is_string()) return false;
    text = std::string(std::string_view(value.get_string()));
    return true;
}

bool read(const json::value& value, EmailAddress& address) {
    const auto* object = value.if_object();
    if (object == nullptr) return false;
    const auto* name = object->if_contains("name");
    const auto* mailbox = object->if_contains("address");
    return name != nullptr && mailbox != nullptr && read(*name, address.name) &&
           read(*mailbox, address.address);
}

using directory::EmailAddress;

Value to_value(const std::string& text) { return text; }
Value to_value(bool truth) { return static_cast<std::int64_t>(truth); }
Value to_value(Instant time) { return time.time_since_epoch().count(); }
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

Result<void> read(const Query& row, int column, Instant& time) {
    time = Instant(std::chrono::milliseconds(row.integer(column)));
    return {};
}

template <class Item>
Result<void> read(const Query& row, int column, std::vector<Item>& list) {
    auto items = from_json<Item>(row.text(column));
    if (!items) return std::unexpected(std::move(items.error()));
    list = *std::move(items);
    return {};
}

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::User;
using directory::WithKept;

template <class Object>
constexpr bool kHasKept = !std::is_same_v<Object, ContactFolder>;

void append(std::string& list, const std::string& item) {
    if (!list.empty()) list += ", ";
    list += item;
}

template <class Object>
ObjectStatements make_statements() {
    const std::string table(Kind<Object>::kTable);
    const std::size_t fixed = Kind<Object>::kInMailbox ? 3 : 2;  // tenant, mailbox, id
    std::string names, parameters, settings;
    for (std::size_t i = 0; i < columns<Object>().size(); ++i) {
        const auto& name = columns<Object>()[i];
        const std::string parameter = '?' + std::to_string(i + 1);
        append(names, name);
        append(parameters, parameter);
        if (i >= fixed) append(settings, std::string(name).append(1, '=').append(parameter));
    }
    return {.find = select_object<Object>("tenant=?1 AND id=?2"),
            .find_with_kept = select_object<Object>("tenant=?1 AND id=?2", WithKept::yes),
            .insert = "INSERT INTO " + table + "(" + names + ") VALUES(" + parameters + ")",
            .update = "UPDATE " + table + " SET " + settings + " WHERE tenant=?1 AND id=?" +
                      std::to_string(fixed)};
}

}  // namespace

std::string to_json(const std::vector<std::string>& texts) {
    return json::serialize(json::array(texts.begin(), texts.end()));
}

std::string to_json(const std::vector<EmailAddress>& addresses) {
    json::array array;
    for (const auto& item : addresses)
        array.push_back(json::object{{"name", item.name}, {"address", item.address}});
    return json::serialize(array);
}

template <class Item>
Result<std::vector<Item>> from_json(std::string_view text) {
    json::error_code error;
    const auto parsed = json::parse(text, error);
    if (error || !parsed.is_array()) return fail(Fault::internal, "a list is no JSON array");
    std::vector<Item> items;
    for (const auto& value : parsed.get_array())
        if (!read(value, items.emplace_back()))
            return fail(Fault::internal, "a list column has an item of the wrong JSON type");
    return items;
}

template Result<std::vector<std::string>> from_json(std::string_view);
template Result<std::vector<EmailAddress>> from_json(std::string_view);

template <class Object>
const std::vector<std::string>& columns() {
    static const std::vector<std::string> kColumns = [] {
        std::vector<std::string> names{"tenant"};
        if (Kind<Object>::kInMailbox) names.emplace_back("mailbox");
        for (const auto& property : directory::properties<Object>())
            names.push_back(directory::snake_case(property.name));
        if (kHasKept<Object>) names.emplace_back("kept");
        if (std::is_same_v<Object, User>) names.emplace_back("employee_key");
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
    if constexpr (kHasKept<Object>) values.emplace_back(object.kept);
    if constexpr (std::is_same_v<Object, User>)
        values.emplace_back(to_lower(directory::kept_text(object.kept, directory::kEmployeeId)));
    return values;
}

template <class Object>
std::string column_list(WithKept with_kept) {
    std::string names;
    for (const auto& name : columns<Object>()) {
        if (name == "kept" && with_kept == WithKept::no) break;
        append(names, name);
        if (name == "kept") break;
    }
    return names;
}

template <class Object>
Result<Object> read_object(const Query& row, WithKept with_kept) {
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
    if constexpr (kHasKept<Object>)
        if (with_kept == WithKept::yes) object.kept = row.text(column);
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
template Result<directory::User> read_object(const Query&, WithKept);
template Result<directory::Group> read_object(const Query&, WithKept);
template Result<directory::Contact> read_object(const Query&, WithKept);
template Result<directory::ContactFolder> read_object(const Query&, WithKept);

template <class Object>
const ObjectStatements& object_statements() {
    static const ObjectStatements kStatements = make_statements<Object>();
    return kStatements;
}

template <class Object>
std::string select_object(std::string_view condition, WithKept with_kept) {
    return "SELECT " + column_list<Object>(with_kept) + " FROM " +
           std::string(Kind<Object>::kTable) + " WHERE " + std::string(condition);
}

template const ObjectStatements& object_statements<User>();
template const ObjectStatements& object_statements<Group>();
template const ObjectStatements& object_statements<Contact>();
template const ObjectStatements& object_statements<ContactFolder>();
template std::string select_object<User>(std::string_view, WithKept);
template std::string column_list<User>(WithKept);
template std::string select_object<Group>(std::string_view, WithKept);
template std::string column_list<Group>(WithKept);
template std::string select_object<Contact>(std::string_view, WithKept);
template std::string column_list<Contact>(WithKept);
template std::string select_object<ContactFolder>(std::string_view, WithKept);
template std::string column_list<ContactFolder>(WithKept);

}  // namespace cameo::store::sqlite
