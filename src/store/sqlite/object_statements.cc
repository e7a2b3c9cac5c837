#include "store/sqlite/object_statements.h"

#include "store/sqlite/kind.h"
#include "store/sqlite/object_row.h"

namespace cameo::store::sqlite {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::User;

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
            .insert = "INSERT INTO " + table + "(" + names + ") VALUES(" + parameters + ")",
            .update = "UPDATE " + table + " SET " + settings + " WHERE tenant=?1 AND id=?" +
                      std::to_string(fixed)};
}

}  // namespace

template <class Object>
const ObjectStatements& object_statements() {
    static const ObjectStatements kStatements = make_statements<Object>();
    return kStatements;
}

template <class Object>
std::string select_object(std::string_view condition) {
    std::string names;
    for (const auto& name : columns<Object>()) append(names, name);
    return "SELECT " + names + " FROM " + std::string(Kind<Object>::kTable) + " WHERE " +
           std::string(condition);
}

template const ObjectStatements& object_statements<User>();
template const ObjectStatements& object_statements<Group>();
template const ObjectStatements& object_statements<Contact>();
template const ObjectStatements& object_statements<ContactFolder>();
template std::string select_object<User>(std::string_view);
template std::string select_object<Group>(std::string_view);
template std::string select_object<Contact>(std::string_view);
template std::string select_object<ContactFolder>(std::string_view);

}  // namespace cameo::store::sqlite
