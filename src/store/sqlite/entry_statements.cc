#include "store/sqlite/entry_statements.h"

#include "store/sqlite/entry_row.h"
#include "store/sqlite/kind.h"

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

template <class Entry>
EntryStatements make_statements() {
    const std::string table(Kind<Entry>::kTable);
    const std::size_t fixed = Kind<Entry>::kInMailbox ? 3 : 2;  // tenant, mailbox, id
    std::string names, parameters, settings;
    for (std::size_t i = 0; i < columns<Entry>().size(); ++i) {
        const auto& name = columns<Entry>()[i];
        const std::string parameter = '?' + std::to_string(i + 1);
        append(names, name);
        append(parameters, parameter);
        if (i >= fixed) append(settings, std::string(name).append(1, '=').append(parameter));
    }
    return {.find = select_entry<Entry>("tenant=?1 AND id=?2"),
            .insert = "INSERT INTO " + table + "(" + names + ") VALUES(" + parameters + ")",
            .update = "UPDATE " + table + " SET " + settings + " WHERE tenant=?1 AND id=?" +
                      std::to_string(fixed)};
}

}  // namespace

template <class Entry>
const EntryStatements& entry_statements() {
    static const EntryStatements kStatements = make_statements<Entry>();
    return kStatements;
}

template <class Entry>
std::string select_entry(std::string_view condition) {
    std::string names;
    for (const auto& name : columns<Entry>()) append(names, name);
    return "SELECT " + names + " FROM " + std::string(Kind<Entry>::kTable) + " WHERE " +
           std::string(condition);
}

template const EntryStatements& entry_statements<User>();
template const EntryStatements& entry_statements<Group>();
template const EntryStatements& entry_statements<Contact>();
template const EntryStatements& entry_statements<ContactFolder>();
template std::string select_entry<User>(std::string_view);
template std::string select_entry<Group>(std::string_view);
template std::string select_entry<Contact>(std::string_view);
template std::string select_entry<ContactFolder>(std::string_view);

}  // namespace cameo::store::sqlite
