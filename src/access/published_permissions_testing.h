#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/permissions.h"

// For tests: a second copy of the permission table. Its sources are the data that Microsoft
// publishes (tests/api/lib/microsoft_permissions.json) and a list of exceptions, each with its
// reason (permission_exceptions.json in the same folder). tests/api/rights_walk.test.mjs reads both
// files.
namespace cameo::access {

// An operation, finer than Operation: an HTTP method, or `BYTES` for a GET of a photo's bytes.
struct PermissionQuery {
    Resource resource = Resource::user_photo;
    std::string_view method;
    Operation operation = Operation::read;
};

// All resources that have a route.
const std::vector<PermissionQuery>& all_permission_queries();

class PublishedPermissions {
  public:
    // Throws where a file cannot be read.
    PublishedPermissions();

    // Whether the permission allows the operation at all, for any scope.
    bool counts(const PermissionQuery& query, Version version, TokenKind kind,
                std::string_view permission) const;

    // Whether the permission shows only the basic set of other users' properties.
    bool is_basic_only(std::string_view permission) const {
        return basic_only_.contains(std::string(permission));
    }

    // Every name in the data, including names that are unknown here.
    const std::set<std::string>& names() const { return names_; }
    const std::set<std::string>& unknown() const { return unknown_; }

    // Exceptions that have no effect any more, or no reason. Empty if the list is valid.
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
