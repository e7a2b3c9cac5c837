#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/permissions.h"

// For tests: a second copy of the rights, made from the permission data that Microsoft publishes
// (tests/api/lib/microsoft_permissions.json) and a list of exceptions to it, each with its reason
// (permission_exceptions.json beside it). tests/api/rights_walk.test.mjs reads the same two files.
namespace cameo::access {

// What can be asked, finer than Operation: an HTTP method, or `BYTES` for a GET of a photo's bytes.
struct PermissionQuery {
    Resource resource = Resource::user_photo;
    std::string_view method;
    Operation operation = Operation::read;
};

// Everything that has a route.
const std::vector<PermissionQuery>& all_permission_queries();

class PublishedPermissions {
  public:
    // Throws where a file cannot be read.
    PublishedPermissions();

    // Whether the permission counts for this at all; how far is another rule.
    bool counts(const PermissionQuery& query, Version version, TokenKind kind,
                std::string_view permission) const;

    // Whether the permission shows of others' entries the basic set of properties alone.
    bool is_basic_only(std::string_view permission) const {
        return basic_only_.contains(std::string(permission));
    }

    // Every name in the data, those that are unknown here among them.
    const std::set<std::string>& names() const { return names_; }
    const std::set<std::string>& unknown() const { return unknown_; }

    // Exceptions that change nothing any more, or have no reason. Empty where the list is in order.
    const std::vector<std::string>& stale() const { return stale_; }

  private:
    void read_data();
    void read_exceptions();
    void except(bool add, const std::string& row);

    std::set<std::string> rows_;  // "user_photo PUT v1 work User.ReadWrite"
    std::set<std::string> names_;
    std::set<std::string> unknown_;
    std::set<std::string> basic_only_;
    std::vector<std::string> stale_;
};

}  // namespace cameo::access
