#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/owner.h"
#include "server/listening.h"

namespace cameo::commands {

struct ServeArguments {
    std::filesystem::path data;
    server::ListenOptions listen;
    std::optional<std::filesystem::path> config;
    bool no_sandbox = false;
    bool new_catalog = false;  // as server::NewCatalog
    bool demo = false;
    std::filesystem::path
        demo_photos;  // a folder of photographs; if it is missing, portraits are drawn
};

// `cameo serve`: runs until SIGTERM or SIGINT. Returns the exit code.
int serve_command(const ServeArguments& options);

struct TokenArguments {
    std::filesystem::path data;
    std::string tenant;                        // name or id; empty: `default`, or the only one
    std::string user;                          // id or userPrincipalName; empty for an app
    std::string app;                           // empty for a user
    std::string scopes;                        // separated by spaces
    std::string roles;                         // separated by spaces
    std::vector<std::string> directory_roles;  // display names or ids
    std::int64_t ttl_seconds = 3'600;
    bool web = false;  // a link to the web page in place of a token
    std::string url;   // with web: the address of the page; empty: as the server knows it
};

// `cameo token`: prints a token, or with --web a link, and nothing else. Returns the exit code.
int token_command(const TokenArguments& options);

struct DevCertArguments {
    std::filesystem::path data;
    std::vector<std::string> hosts;  // in addition to localhost, 127.0.0.1 and ::1
    bool new_ca = false;
};

// `cameo dev-cert`: makes or renews the development certificate and prints how to use and trust it.
// Returns the exit code.
int dev_cert_command(const DevCertArguments& options);

// The options that import and export share.
struct CommandArguments {
    std::filesystem::path data;
    std::filesystem::path config;  // empty: the defaults
    std::string tenant;            // name or id; empty for the only one
    OwnerKind of = OwnerKind::user;
};

// `people` or `groups`.
inline const char* plural_of(OwnerKind kind) {
    return kind == OwnerKind::group ? "groups" : "people";
}

struct ImportArguments : CommandArguments {
    std::filesystem::path source;  // a folder, or a CSV file
    std::string match;             // empty: as Pattern::default_for
    bool dry_run = false;
    bool no_sandbox = false;
    std::filesystem::path report;  // a CSV file; empty for none
};

// `cameo import`. Returns the exit code.
int import_command(const ImportArguments& arguments);

struct ExportArguments : CommandArguments {
    std::filesystem::path folder;
    std::string size = "largest";  // or WxH
    std::string name;              // empty: as Pattern::default_for
    std::string person;            // userPrincipalName or id: their data as a zip file, `folder`
};

// `cameo export`. Returns the exit code.
int export_command(const ExportArguments& arguments);

struct EraseArguments : CommandArguments {
    std::string name;  // userPrincipalName or id; of a group its id
};

// `cameo erase`. Returns the exit code.
int erase_command(const EraseArguments& arguments);

struct FsckArguments {
    std::filesystem::path data;
    std::filesystem::path config;
    bool repair = false;
    bool force = false;  // repair even if that removes many photos
};

// `cameo fsck`. Returns the exit code: done if there is no problem, or all are repaired.
int fsck_command(const FsckArguments& arguments);

struct BackupArguments {
    std::filesystem::path data;
    std::filesystem::path target;  // FILE.tar, or a folder
    bool force = false;            // even if many blobs cannot be read
};

// `cameo backup`. Returns the exit code.
int backup_command(const BackupArguments& arguments);

struct RestoreArguments {
    std::filesystem::path backup;  // FILE.tar, or a folder
    std::filesystem::path data;
};

// `cameo restore`. Returns the exit code.
int restore_command(const RestoreArguments& arguments);

}  // namespace cameo::commands
