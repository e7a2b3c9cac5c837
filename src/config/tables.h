#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "config/value_readers.h"

// The keys of the configuration file by name, and its arrays of tables, such as `[[tenant]]`. Every
// error is Fault::malformed and names file, line and key.
namespace cameo::config {

enum class Need : bool { optional, required };

template <class Settings>
struct Key {
    std::string_view name;
    Reader<Settings> read;
    Need need = Need::optional;
};

// The position of a table in the file: its name with a dot after it, `tenant.`; empty at the top.
struct TablePlace {
    const std::filesystem::path& file;
    std::string prefix;
};

inline std::unexpected<Error> error_at(const toml::node& node, const TablePlace& place,
                                       std::string_view what) {
    return fail(Fault::malformed,
                fmt::format("{}:{}: {}", place.file.string(), node.source().begin.line, what));
}

inline std::unexpected<Error> key_error(const toml::node& node, const TablePlace& place,
                                        std::string_view key, std::string_view what) {
    return error_at(node, place, fmt::format("the key '{}{}' {}", place.prefix, key, what));
}

// Reads the values of the table into `settings`. Fails for an unknown key, a value that its reader
// rejects, and a missing required key.
template <class Settings>
Result<void> read_keys(const toml::table& table, const std::vector<Key<Settings>>& keys,
                       const TablePlace& place, Settings& settings) {
    for (const auto& [name, node] : table) {
        const auto known = std::ranges::find(keys, name.str(), &Key<Settings>::name);
        if (known == keys.end()) return key_error(node, place, name.str(), "is not known");
        if (auto read = known->read(node, settings); !read)
            return key_error(node, place, name.str(), read.error().detail);
    }
    for (const auto& key : keys)
        if (key.need == Need::required && !table.contains(key.name))
            return key_error(table, place, key.name, "is missing");
    return {};
}

// An array of tables at the top of the file, by its name. `read` gets the node of that name.
template <class Settings>
struct TableArray {
    std::string_view name;
    std::function<Result<void>(const toml::node&, const TablePlace&, Settings&)> read;
};

// Reads `[[name]]` into `member`, a vector of Entry: one for each table, in the file's order.
// `check` is called before an entry is added, with the entries before it, and fails if they
// conflict: "has the name of another".
template <class Settings, class Entry>
TableArray<Settings> table_array(
    std::string_view name, std::vector<Entry> Settings::* member,
    const std::vector<Key<Entry>>& keys,
    const std::function<Result<void>(const Entry&, const std::vector<Entry>&)>& check) {
    return {name, [=](const toml::node& node, const TablePlace& top, Settings& settings) {
                const auto* array = node.as_array();
                const bool tables =
                    array != nullptr && std::ranges::all_of(*array, &toml::node::is_table);
                if (!tables)
                    return Result<void>(
                        key_error(node, top, name, fmt::format("is written [[{}]]", name)));
                const TablePlace place{top.file, std::string(name) + '.'};
                for (const auto& item : *array) {
                    Entry entry;
                    if (auto read = read_keys(*item.as_table(), keys, place, entry); !read)
                        return read;
                    if (auto fine = check(entry, settings.*member); !fine)
                        return Result<void>(error_at(item, place, fine.error().detail));
                    (settings.*member).push_back(std::move(entry));
                }
                return Result<void>();
            }};
}

// `[web]`: docs/configuration.md.
std::vector<Key<Config>> web_keys();
// Fault::malformed with the key, where the keys of [web] do not fit each other or the [[issuer]]s.
Result<void> check_web(const Config& config);

// `[[tenant]]`: docs/configuration.md.
TableArray<Config> tenant_tables();

// `[[issuer]]`: docs/identity.md.
TableArray<Config> issuer_tables();

}  // namespace cameo::config
